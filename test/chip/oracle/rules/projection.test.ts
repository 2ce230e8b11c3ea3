import test from 'ava';
import { AccessMeter } from '../../../../src/ledger/access-meter.js';
import { FeedbackMemory } from '../../../../src/chip/oracle/memories/feedback-memory.js';
import { dotProduct, project } from '../../../../src/chip/oracle/rules/projection.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { countsOf } from '../../images/chip-image.js';

function makeDut() {
  const ledger = new AccessLedger();
  const place = { layer: 1, core: 0 };
  const spec = {
    rowCount: 2,
    columnCount: 3,
    wordBits: 8,
    feedbacksPerWord: 2,
    feedbackBits: 4,
    isGenerated: false,
  };
  const memory = new FeedbackMemory(spec, Int32Array.of(1, 2, 3, -4, 5, -6), place, ledger);
  const operations = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', 9);
  return { memory, operations, ledger };
}

test('a vector of C is projected through all rows of B, C·N operations and C·⌈N/Pf⌉ words (spec §2.9, §4.2)', (t) => {
  const { memory, operations, ledger } = makeDut();
  t.deepEqual(project([10n, -1n], memory, operations), [14n, 15n, 36n]);
  t.deepEqual(countsOf(ledger.rows()), {
    'training feedback 1 feedback.read/8': 4,
    'training feedback 1 datapath.multiplyAccumulate/9': 6,
  });
});

test('a dot product is exact beyond 2^53, one operation a term (spec §2.9)', (t) => {
  const { operations, ledger } = makeDut();
  const large = 1n << 60n;
  t.is(dotProduct([large, 3n], [3n, -1n], operations), 3n * large - 3n);
  t.deepEqual(countsOf(ledger.rows()), { 'training feedback 1 datapath.multiplyAccumulate/9': 2 });
});
