import test from 'ava';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { samples, chipImage, type SmallLayer, type ImageOptions } from '../images/chip-image.js';

/*
 * The CONV network calculated by hand below: one map of 3 × 3, kernel 2, so maps of 2 × 2 and one pooled value, then
 * two sigmoid outputs. Weights, biases, accumulator and activation have 2 fraction bits, inputs none, delta 4.
 *
 *   1 0 2   kernel  4 −2   bias 2; f is none: h = z
 *   0 3 1           1  3
 *   2 1 0
 *
 *   z: 2 + 4·1 + 3·3 = 15,  2 − 2·2 + 1·3 + 3·1 = 4,  2 − 2·3 + 1·2 + 3·1 = 1,  2 + 4·3 − 2·1 + 1·1 = 13
 *   pooled: 15; outputs: ±15 from 4 to 2 fraction bits: ±3.75 → ±4 → table inputs 12, 4: entries 3, 1: y = 13, 6
 */
const convolution = { inputShape: [1, 3, 3], kernelSize: 2 } as const;
const conv: SmallLayer = {
  weights: [4, -2, 1, 3],
  biases: [2],
  feedback: [3, -5, 2, 4, 0, 0, 0, 0],
  function: 'none',
  convolution,
};
const output: SmallLayer = { weights: [1, -1], biases: [0, 0], function: 'sigmoid' };
const inputs = [1, 0, 2, 0, 3, 1, 2, 1, 0];
const formats = {
  input: 'u4.0',
  weight: 's8.2',
  bias: 's8.2',
  accumulator: 's16.2',
  activation: 's8.2',
  gradient: 's16.6',
} as const;

function makeDut(options: ImageOptions = {}, layers = [conv, output]): OracleEngine {
  return new OracleEngine(
    chipImage(layers, { ...options, formats: { ...formats, ...options.formats } }),
  );
}

test('inference convolves, pools and gives the outputs calculated by hand (spec §2.10)', (t) => {
  t.deepEqual([...makeDut().infer(samples(inputs, [0]))], [13, 6]);
});

test('drtp teaches a CONV layer the weights calculated by hand (spec §2.10, §2.11)', (t) => {
  const dut = makeDut();
  dut.train(samples(inputs, [0]));
  // δz = δh = row 0 of B at 4 bits: 12, −20, 8, 16. Gradients, kernel place by kernel place, ·4 at 6 bits:
  //   12·1 − 20·0 + 8·0 + 16·3 = 60, 12·0 − 20·2 + 8·3 + 16·1 = 0,
  //   12·0 − 20·3 + 8·2 + 16·1 = −28, 12·3 − 20·1 + 8·1 + 16·0 = 24; bias 16.
  // u = η·G has 7 bits, w·32: (128 − 240)/32 = −3.5 → −4, −2, (32 + 112)/32 = 4.5 → 5, (96 − 96)/32 = 0.
  const { weightsRaw, biasesRaw, gradientsRaw } = dut.learnedState();
  t.deepEqual(weightsRaw[0], Int32Array.of(-4, -2, 5, 0));
  t.deepEqual(biasesRaw[0], Int32Array.of(0));
  t.deepEqual(gradientsRaw, [Int32Array.of(0, 0, 0, 0, 0), null]);
  // A gradient of 0 is no update.
  t.deepEqual(dut.updateHealth()[0], { layer: 1, nonZeroUpdateCount: 3, deadUpdateCount: 0 });
  // The output layer learns event by event: δz = −3, 6; (32 + 45)/32 = 2.41, (−32 − 90)/32 = −3.81.
  t.deepEqual(weightsRaw[1], Int32Array.of(2, -4));
});

test('bp brings the error of a pooled value to the winner of its window only (spec §2.10)', (t) => {
  const dut = makeDut({ rule: { kind: 'bp' } });
  dut.train(samples(inputs, [0]));
  // δh of the pooled value: 1·(−3) − 1·6 = −9 at 6 bits → −2.25 → −2 at 4 bits, at the first neuron.
  // Gradients at 6 bits: −8·1, 0, 0, −8·3; bias −8: (128 + 8)/32 = 4.25, (96 + 24)/32 = 3.75, (64 + 8)/32 = 2.25.
  const { weightsRaw, biasesRaw } = dut.learnedState();
  t.deepEqual(weightsRaw[0], Int32Array.of(4, -2, 1, 4));
  t.deepEqual(biasesRaw[0], Int32Array.of(2));
  t.deepEqual(dut.updateHealth()[0], { layer: 1, nonZeroUpdateCount: 2, deadUpdateCount: 1 });
});

test('relu lets an error pass where h is positive only (spec §2.12)', (t) => {
  const [first, second] = [{ ...conv, biases: [0], function: 'relu' } as const, output];
  const dut = makeDut({}, [first, second]);
  // h = 13, 2, 0 (z = −1), 11: δz = 12, −20, 0, 16. Bias gradient 8 → 32 at 6 bits: (0 − 32)/32 = −1.
  dut.train(samples(inputs, [0]));
  t.deepEqual(dut.learnedState().biasesRaw[0], Int32Array.of(-1));
  // 12·1 + 16·3 = 60, −40 + 16·1 = −24, −60 + 16·1 = −44, 36 − 20 = 16, ·4 against w·32:
  // (128 − 240)/32 = −3.5 → −4, (−64 + 96)/32 = 1, (32 + 176)/32 = 6.5 → 7, (96 − 64)/32 = 1.
  t.deepEqual(dut.learnedState().weightsRaw[0], Int32Array.of(-4, 1, 7, 1));
});

test('a batch of two takes the step of the sum of its gradients, with the weights from before it (spec §2.11)', (t) => {
  const dut = makeDut({ batchSize: 2 });
  // The second sample is a single 4 in the corner, label 0: δz as before; gradient of the first kernel place 12·4.
  const second = [4, 0, 0, 0, 0, 0, 0, 0, 0];
  dut.train(samples(inputs, [0]));
  t.deepEqual(dut.learnedState().weightsRaw[0], Int32Array.of(4, -2, 1, 3));
  t.deepEqual(dut.learnedState().gradientsRaw[0], Int32Array.of(240, 0, -112, 96, 64));
  // The outputs are those of the weights from before: z = 2 + 4·4 = 18, pooled; ±18/4 = ±4.5 → ±5: entries 3 and 0.
  t.deepEqual([...dut.train(samples(second, [0]))], [13, 3]);
  // 240 + 192 = 432: (128 − 432)/32 = −9.5 → −10; the others as with one sample; bias 128: (64 − 128)/32 = −2.
  const { weightsRaw, biasesRaw, gradientsRaw } = dut.learnedState();
  t.deepEqual(weightsRaw[0], Int32Array.of(-10, -2, 5, 0));
  t.deepEqual(biasesRaw[0], Int32Array.of(-2));
  t.deepEqual(gradientsRaw[0], Int32Array.of(0, 0, 0, 0, 0));
  // Output layer, δz = −3, 6 and −3, 3: −3·15 − 3·18 = −99, 6·15 + 3·18 = 144; w·32: (32 + 99)/32 = 4.09,
  // (−32 − 144)/32 = −5.5 → −6; biases: −6·4 and 9·4 at 6 bits: 24/32 = 0.75 → 1, −36/32 = −1.13 → −1.
  t.deepEqual(weightsRaw[1], Int32Array.of(4, -6));
  t.deepEqual(biasesRaw[1], Int32Array.of(1, -1));
});

test('endEpoch takes the step of a batch that is not full, and no other (spec §2.11)', (t) => {
  const dut = makeDut({ batchSize: 2 });
  dut.train(samples(inputs, [0]));
  dut.endEpoch();
  t.deepEqual(dut.learnedState().weightsRaw[0], Int32Array.of(-4, -2, 5, 0));
  dut.endEpoch();
  t.deepEqual(dut.learnedState().weightsRaw[0], Int32Array.of(-4, -2, 5, 0));
});

test('an overflow in a step belongs to the last sample of the batch, in endEpoch to none (spec §2.11)', (t) => {
  // s4.2 holds −8…7: the step of two samples takes the first weight from 4 to −10.
  const weight = { formats: { weight: 's4.2' } } as const;
  const overflows = (dut: OracleEngine) =>
    dut.tensorHealth().find(({ layer, tensor }) => layer === 1 && tensor === 'weight');
  const full = makeDut({ batchSize: 2, ...weight });
  full.train(samples([...inputs, 4, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0]));
  t.like(overflows(full), { saturationCount: 1, firstTrainingSample: 1 });
  const left = makeDut({ batchSize: 3, ...weight });
  left.train(samples([...inputs, 4, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0]));
  t.like(overflows(left), { saturationCount: 0 });
  left.endEpoch();
  t.like(overflows(left), { saturationCount: 1, firstTrainingSample: null });
});

test('gradients are checked after every addition (spec §2.11)', (t) => {
  // s8.6 holds −128…127. Kernel place by kernel place, in the order of the events: 48 + 192 → 127;
  // −160 → −128, + 96 + 64 = 32; −240 → −128, + 64 + 64 = 0; 144 → 127, − 80 + 32 = 79; the bias 64 fits.
  const dut = makeDut({ batchSize: 2, formats: { gradient: 's8.6' } });
  dut.train(samples(inputs, [0]));
  t.deepEqual(dut.learnedState().gradientsRaw[0], Int32Array.of(127, 32, 0, 79, 64));
  t.like(
    dut.tensorHealth().find(({ layer, tensor }) => layer === 1 && tensor === 'gradient'),
    { saturationCount: 4, firstTrainingSample: 0 },
  );
});

test('each weight of a step draws one word from the lane of its column, whatever its gradient (spec §2.11)', (t) => {
  const layers = [{ ...conv, laneSeeds: Uint32Array.of(1) }, output];
  const dut = makeDut({ rounding: { weight: 'stochastic' } }, layers);
  dut.train(samples([0, 0, 0, 0, 0, 0, 0, 0, 0], [1]));
  // Words of the lane: 12, 6, 3, 13 (mask 0xc): four weights, no bias.
  t.deepEqual(dut.learnedState().laneStates[0], Uint32Array.of(13));
});
