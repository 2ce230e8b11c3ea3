import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { trainingFeedback } from '../../../../src/ledger/access-meter.js';
import { FeedbackMemory } from '../../../../src/chip/oracle/memories/feedback-memory.js';
import { countsOf } from '../../images/chip-image.js';

function makeDut(isGenerated = false) {
  const ledger = new AccessLedger();
  const spec = {
    rowCount: 2,
    columnCount: 3,
    wordBits: 8,
    feedbacksPerWord: 2,
    feedbackBits: 4,
    isGenerated,
  };
  const place = { layer: 1, core: 0 };
  return {
    dut: new FeedbackMemory(spec, Int32Array.of(1, 2, 3, -1, -2, -3), place, ledger),
    ledger,
  };
}

test('the label selects its row of B, every word of which is read (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut();
  t.deepEqual(dut.readRow(1, trainingFeedback), [-1n, -2n, -3n]);
  t.deepEqual(countsOf(ledger.rows()), { 'training feedback 1 feedback.read/8': 2 });
});

test('a label without a row is refused', (t) => {
  const { dut } = makeDut();
  t.throws(() => dut.readRow(2, trainingFeedback), {
    instanceOf: RangeError,
    message: 'feedback memory row: index 2 is outside 0..1',
  });
});

test('a generator makes every value of the row in place of reading its words (spec §2.14, §4.5)', (t) => {
  const { dut, ledger } = makeDut(true);
  t.deepEqual(dut.readRow(0, trainingFeedback), [1n, 2n, 3n]);
  t.deepEqual(countsOf(ledger.rows()), { 'training feedback 1 feedback.generate/4': 3 });
});
