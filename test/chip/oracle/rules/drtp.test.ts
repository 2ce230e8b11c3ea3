import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { FeedbackMemory } from '../../../../src/chip/oracle/memories/feedback-memory.js';
import { RouterLink } from '../../../../src/chip/oracle/units/router-link.js';
import { Drtp } from '../../../../src/chip/oracle/rules/drtp.js';
import { countsOf } from '../../images/chip-image.js';

test('DRTP takes row c of B as δh and multiplies nothing (thesis eq. 3.14, spec §4.2)', (t) => {
  const ledger = new AccessLedger();
  const place = { layer: 2, core: 0 };
  const spec = {
    rowCount: 2,
    columnCount: 3,
    wordBits: 8,
    feedbacksPerWord: 2,
    feedbackBits: 4,
    isGenerated: false,
  };
  const memory = new FeedbackMemory(spec, Int32Array.of(1, 2, 3, -1, -2, -3), place, ledger);
  const link = new RouterLink(4, 3, place, ledger);
  const dut = new Drtp({ feedbackFractionBits: 6, packetCount: 1 }, memory, link);
  t.deepEqual(dut.errorSignal(1), { kind: 'deltaH', errorRaw: [-1n, -2n, -3n], fractionBits: 6 });
  t.deepEqual(countsOf(ledger.rows()), {
    'training feedback 2 feedback.read/8': 2,
    'training feedback 2 router.hop/3': 4,
  });
});
