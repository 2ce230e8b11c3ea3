import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { OutputLoss } from '../../../../src/chip/oracle/rules/output-loss.js';
import { countsOf } from '../../images/chip-image.js';

function makeDut(loss: 'bce' | 'mse') {
  const ledger = new AccessLedger();
  const spec = { layer: 3, firstClass: 0, loss, outputFractionBits: 8, deltaBits: 12 };
  return { dut: new OutputLoss(spec, null, { layer: 3, core: 0 }, ledger), ledger };
}

test('cross-entropy gives δz = y − t with the target exactly 2^F (spec §2.6 step 3)', (t) => {
  const { dut, ledger } = makeDut('bce');
  t.deepEqual(dut.errorSignal(1, [255n, 255n, 0n]), {
    kind: 'deltaZ',
    errorRaw: [255n, -1n, 0n],
    fractionBits: 8,
  });
  t.deepEqual(countsOf(ledger.rows()), { 'training update 3 datapath.add/12': 3 });
});

test('squared error gives δh = 2(y − t) as y − t with one fraction bit less (spec §2.6 step 3)', (t) => {
  const { dut } = makeDut('mse');
  t.deepEqual(dut.errorSignal(0, [0n, 16n]), {
    kind: 'deltaH',
    errorRaw: [-256n, 16n],
    fractionBits: 7,
  });
});
