import test from 'ava';
import { LearningEngine } from '../../../../src/chip/oracle/learning/learning-engine.js';
import { RandomLanes } from '../../../../src/chip/oracle/learning/random-lanes.js';
import { makeTensorChecks } from '../../../../src/chip/oracle/units/tensor-check.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import type { LearningRateFactor } from '../../../../src/numerics/learning-rate.js';
import { countsOf, type ImageOptions } from '../../images/chip-image.js';
import { smallNumerics } from '../../images/small-numerics.js';

/** η = 1/2 unless told; weight s6.3, x in u4.2, delta s8.4: g·x has 7 fraction bits, d = 4 bits drop. One lane. */
function makeDut(
  options: ImageOptions = {},
  learningRate: LearningRateFactor = { kind: 'shift', shiftBits: 1 },
) {
  const ledger = new AccessLedger();
  const place = { layer: 1, core: 0 };
  const { formats, rounding } = smallNumerics(options);
  const generator = { widthBits: 4, polynomialMask: 0xc };
  const randomLanes = new RandomLanes(generator, Uint32Array.of(1), place, ledger);
  const checks = makeTensorChecks(1, smallNumerics(options), { trainingOrdinal: 0 });
  const dut = new LearningEngine(
    { layer: 1, rounding, inputFormat: formats.input, learningRate },
    { randomLanes, checks },
    place,
    ledger,
  );
  return { dut, ledger, randomLanes, checks };
}

const x3 = { axon: 0, valueRaw: 3n };
const x2 = { axon: 1, valueRaw: 2n };
const scaled = [10n, -14n];

test('a power of two moves the binary point only (spec §2.6 step 4)', (t) => {
  const { dut, ledger } = makeDut();
  t.deepEqual(dut.scale([10n, -14n]), [10n, -14n]);
  t.deepEqual(ledger.rows(), []);
});

test('another learning rate multiplies by its mantissa and rounds to update (spec §2.6 step 4)', (t) => {
  const { dut, ledger, checks } = makeDut({}, { kind: 'factor', mantissaRaw: 5, fractionBits: 3 });
  // 5·10 = 50 at 7 bits is 25 at 6; 5·−13 = −65 → −32.5 → −33; 5·100 = 500 → 250 → 127 in s8.6.
  t.deepEqual(dut.scale([10n, -13n, 100n]), [25n, -33n, 127n]);
  t.is(checks.update.health().saturationCount, 1);
  t.deepEqual(countsOf(ledger.rows()), { 'training update 1 datapath.multiply/16': 3 });
});

test('weights move by −g·x with one rounding (thesis eq. 2.6, spec §2.6 step 5)', (t) => {
  const { dut, ledger } = makeDut();
  // (64 − 30)/16 = 2.13, (−32 + 42)/16 = 0.63; (16 − 20)/16 = −0.25, (80 + 28)/16 = 6.75.
  t.deepEqual(dut.updateRow([4n, -2n], x3, scaled), [2n, 1n]);
  t.deepEqual(dut.updateRow([1n, 5n], x2, scaled), [0n, 7n]);
  t.deepEqual(countsOf(ledger.rows()), { 'training update 1 datapath.multiplyAccumulate/8': 4 });
});

test('halves round as the mode of the tensor says (spec §2.2, §2.6 steps 5 and 6)', (t) => {
  // g·x = 8 and 24 at 7 bits on weights of 1: (16 − 8)/16 = 0.5, (16 − 24)/16 = −0.5.
  const halves = [4n, 12n];
  const update = (mode: 'truncate' | 'nearest' | 'nearestEven') =>
    makeDut({ rounding: { weight: mode } }).dut.updateRow([1n, 1n], x2, halves);
  t.deepEqual(update('truncate'), [0n, -1n]);
  t.deepEqual(update('nearest'), [1n, -1n]);
  t.deepEqual(update('nearestEven'), [0n, 0n]);
});

test('a stored value of fewer fraction bits than g·x and one of more are both aligned exactly (spec §2.6 step 5)', (t) => {
  // Weight s16.9: g·x = 30 and −42 at 7 bits are 120 and −168 at 9: no rounding.
  const { dut } = makeDut({ formats: { weight: 's16.9' } });
  t.deepEqual(dut.updateRow([4n, -2n], x3, scaled), [-116n, 166n]);
});

test('stochastic rounding draws once a weight in ascending order, then once a bias (spec §2.5)', (t) => {
  const rounding = { weight: 'stochastic', bias: 'stochastic' } as const;
  const { dut, ledger } = makeDut({ rounding });
  // Words of the lane: 12, 6, 3, 13, 10, 5; d = 4 = W, so a is the word.
  // (34 + 12)/16 = 2.88 → 2, (10 + 6)/16 = 1; (−4 + 3)/16 → −1, (108 + 13)/16 = 7.56 → 7.
  t.deepEqual(dut.updateRow([4n, -2n], x3, scaled), [2n, 1n]);
  t.deepEqual(dut.updateRow([1n, 5n], x2, scaled), [-1n, 7n]);
  // Biases drop d = 2 < W bits: a = 10 ≫ 2 = 2, 5 ≫ 2 = 1: (4 − 10 + 2)/4 = −1, (−12 + 14 + 1)/4 = 0.75 → 0.
  t.deepEqual(dut.updateBiases([1n, -3n], scaled), [-1n, 0n]);
  t.like(countsOf(ledger.rows()), { 'training update 1 random.draw/4': 6 });
});

test('draws happen where no bit is dropped and where the change is 0 (spec §2.5)', (t) => {
  const rounding = { weight: 'stochastic' } as const;
  const exact = makeDut({ rounding, formats: { weight: 's16.9' } });
  t.deepEqual(exact.dut.updateRow([4n, -2n], x3, scaled), [-116n, 166n]);
  t.deepEqual([...exact.randomLanes.states()], [6]);
  const still = makeDut({ rounding });
  t.deepEqual(still.dut.updateRow([4n, -2n], x3, [0n, 0n]), [4n, -2n]);
  t.deepEqual([...still.randomLanes.states()], [6]);
});

test('an event of value 0 costs operations, draws nothing and changes nothing (spec §2.5, §4.2)', (t) => {
  const { dut, ledger, randomLanes } = makeDut({ rounding: { weight: 'stochastic' } });
  t.deepEqual(dut.updateRow([4n, -2n], { axon: 0, valueRaw: 0n }, scaled), [4n, -2n]);
  t.deepEqual([...randomLanes.states()], [1]);
  t.deepEqual(countsOf(ledger.rows()), { 'training update 1 datapath.multiplyAccumulate/8': 2 });
  t.like(dut.health(), { nonZeroUpdateCount: 0 });
});

test('biases move by −g and are checked, one addition each (spec §2.6 step 6)', (t) => {
  const { dut, ledger, checks } = makeDut();
  // (4 − 10)/4 = −1.5 → −2, (−12 + 14)/4 = 0.5 → 1, (124 + 14)/4 = 34.5 → 35 > 31.
  t.deepEqual(dut.updateBiases([1n, -3n], scaled), [-2n, 1n]);
  t.deepEqual(dut.updateBiases([31n], [-14n]), [31n]);
  t.is(checks.bias.health().saturationCount, 1);
  t.deepEqual(countsOf(ledger.rows()), { 'training update 1 datapath.add/6': 3 });
});

test('health counts updates other than 0 and those that left the raw weight (spec §2.7)', (t) => {
  const { dut } = makeDut();
  // g·x = 3 of 16 is lost, 0 is no update, 30 moves the weight, −45 at the upper end saturates.
  t.deepEqual(dut.updateRow([4n, 4n, 4n, 31n], x3, [1n, 0n, 10n, -15n]), [4n, 4n, 2n, 31n]);
  t.deepEqual(dut.health(), { layer: 1, nonZeroUpdateCount: 3, deadUpdateCount: 2 });
});
