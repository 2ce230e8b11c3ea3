import test from 'ava';
import { trainingForward } from '../../../../src/ledger/access-meter.js';
import { MaxPooling } from '../../../../src/chip/oracle/units/max-pooling.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { countsOf } from '../../images/chip-image.js';

/** Two maps of 3 × 5: two windows each; the last row and column are in none. */
function makeDut() {
  const ledger = new AccessLedger();
  const convolution = {
    inputShape: [1, 3, 5],
    kernelSize: 1,
    stride: 1,
    padding: 0,
    mapShape: [2, 3, 5],
    pooledShape: [2, 1, 2],
  } as const;
  return { dut: new MaxPooling(convolution, 7, { layer: 1, core: 0 }, ledger), ledger };
}

const outputs = [
  [3n, 4n, -1n, -5n, 99n],
  [4n, 2n, -1n, -1n, 99n],
  [99n, 99n, 99n, 99n, 99n],
  [0n, 0n, 6n, 7n, 99n],
  [0n, 0n, 8n, 9n, 99n],
  [99n, 99n, 99n, 99n, 99n],
].flat();

test('the largest of a window leaves, of equal ones the first in row-major order wins (spec §2.10)', (t) => {
  const { dut, ledger } = makeDut();
  t.deepEqual(dut.pool(outputs, trainingForward), {
    valuesRaw: [4n, -1n, 0n, 9n],
    winners: [1, 0, 0, 3],
  });
  // Three comparisons a window.
  t.deepEqual(countsOf(ledger.rows()), { 'training forward 1 datapath.compare/7': 12 });
});

test('errors go back to the winners, all other neurons get 0 (spec §2.10)', (t) => {
  const { dut } = makeDut();
  const expected = Array.from({ length: 30 }, () => 0n);
  expected[1] = 10n;
  expected[2] = 20n;
  expected[15] = 30n;
  expected[23] = 40n;
  t.deepEqual(dut.toWinners([10n, 20n, 30n, 40n], [1, 0, 0, 3]), expected);
});
