import test from 'ava';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { InputError } from '../../../src/units/input-error.js';
import { samples, chipImage, type SmallLayer, type ImageOptions } from '../images/chip-image.js';

/*
 * The network calculated by hand below: 2-2-2, x = [3, 2] in u4.2, label 0.
 *
 * Layer 1 (tanh, no interpolation; table 1: −15, −9, 6, 14, see test/numerics/function-table.test.ts)
 *   bias 1, −3 from 3 to 5 fraction bits: 4, −12; z = 4 + 4·3 + 1·2 = 18, −12 − 2·3 + 5·2 = −8
 *   table input: 18/8 = 2.25 → 2 → u = 10, entry 2; −8/8 = −1 → u = 7, entry 1: h = 6, −9
 * Layer 2 (sigmoid, linear; table 2: 2, 4, 8, 12, 14)
 *   products have 3 + 4 fraction bits, rounded to 5: 12/4 = 3, −27/4 = −6.75 → −7: z0 = −4;
 *   bias 2 → 8, −24/4 = −6, −9/4 = −2.25 → −2: z1 = 0
 *   table input: −4/8 = −0.5 → −1 → u = 7, entry 1, rest 3: (4·4 + 4·3)/4 = 7; 0 → 8: y = 7, 8
 */
const layer1: SmallLayer = {
  weights: [4, -2, 1, 5],
  biases: [1, -3],
  feedback: [3, -5, -2, 4],
  function: 'tanh',
};
const layer2: SmallLayer = {
  weights: [2, -4, 3, 1],
  biases: [0, 2],
  function: 'sigmoid',
  interpolation: 'linear',
};
const sample = samples([3, 2], [0]);

function makeDut(
  options: ImageOptions = {},
  layers: readonly SmallLayer[] = [layer1, layer2],
): OracleEngine {
  return new OracleEngine(chipImage(layers, options));
}

test('inference gives the outputs calculated by hand and learns nothing (spec §2.6 steps 1, 2)', (t) => {
  const dut = makeDut();
  t.deepEqual([...dut.infer(sample)], [7, 8]);
  const { weightsRaw, biasesRaw, laneStates } = dut.learnedState();
  t.deepEqual(weightsRaw, [Int32Array.of(4, -2, 1, 5), Int32Array.of(2, -4, 3, 1)]);
  t.deepEqual(biasesRaw, [Int32Array.of(1, -3), Int32Array.of(0, 2)]);
  t.deepEqual(laneStates, [Uint32Array.of(1), Uint32Array.of(1)]);
});

test('training gives the outputs before the update and the weights calculated by hand, bce (spec §2.6)', (t) => {
  const dut = makeDut();
  t.deepEqual([...dut.train(sample)], [7, 8]);
  const { weightsRaw, biasesRaw } = dut.learnedState();
  // Layer 2: e = 7 − 16, 8 − 0 = −9, 8 = δz; g has 5 fraction bits, g·x 9, so weights are compared at 9: w·64.
  //   x = 6:  (128 + 54)/64 = 2.84 → 3, (−256 − 48)/64 = −4.75 → −5
  //   x = −9: (192 − 81)/64 = 1.73 → 2, (64 + 72)/64 = 2.13 → 2
  //   biases at 5 bits: (0 + 9)/4 = 2.25 → 2, (8 − 8)/4 = 0
  // Layer 1: δh = row 0 of B from 2 to 4 bits: 12, −20; f′ = 256 − 36 = 220, 256 − 81 = 175 at 8 bits;
  //   δz = 2640/256 = 10.31 → 10, −3500/256 = −13.67 → −14; g·x has 7 bits, w·16
  //   x = 3: (64 − 30)/16 = 2.13 → 2, (−32 + 42)/16 = 0.63 → 1
  //   x = 2: (16 − 20)/16 = −0.25 → 0, (80 + 28)/16 = 6.75 → 7
  //   biases: (4 − 10)/4 = −1.5 → −2 (half away), (−12 + 14)/4 = 0.5 → 1
  t.deepEqual(weightsRaw, [Int32Array.of(2, 1, 0, 7), Int32Array.of(3, -5, 2, 2)]);
  t.deepEqual(biasesRaw, [Int32Array.of(-2, 1), Int32Array.of(2, 0)]);
});

test('training gives the weights calculated by hand, mse with η = 3/4 (spec §2.6 steps 3, 4)', (t) => {
  const learningRate = { kind: 'factor', mantissaRaw: 3, fractionBits: 2 } as const;
  const dut = makeDut({ loss: 'mse' }, [layer1, { ...layer2, learningRate }]);
  dut.train(sample);
  const { weightsRaw, biasesRaw } = dut.learnedState();
  // δh = 2e: −9, 8 read at 3 fraction bits = −18, 16; f′ = 7·9 = 63, 8·8 = 64;
  //   δz = −1134/256 = −4.43 → −4, 1024/256 = 4; g = 3·δz at 4 + 2 = 6 bits = −12, 12; g·x has 10 bits, w·128
  //   x = 6:  (256 + 72)/128 = 2.56 → 3, (−512 − 72)/128 = −4.56 → −5
  //   x = −9: (384 − 108)/128 = 2.16 → 2, (128 + 108)/128 = 1.84 → 2
  //   biases at 6 bits: (0 + 12)/8 = 1.5 → 2, (16 − 12)/8 = 0.5 → 1
  t.deepEqual(weightsRaw.at(-1), Int32Array.of(3, -5, 2, 2));
  t.deepEqual(biasesRaw.at(-1), Int32Array.of(2, 1));
});

test('g is rounded to update where η is no power of two (spec §2.6 step 4)', (t) => {
  const learningRate = { kind: 'factor', mantissaRaw: 3, fractionBits: 2 } as const;
  const layers = [layer1, { ...layer2, learningRate }];
  // g of the case before, −12 and 12 at 6 bits, in s4.3 is −1.5 → −2 and 1.5 → 2 (half away from zero).
  const dut = makeDut({ loss: 'mse', formats: { update: 's4.3' } }, layers);
  dut.train(sample);
  const { weightsRaw, biasesRaw } = dut.learnedState();
  // g·x has 7 bits, w·16: (32 + 12)/16 = 2.75, (−64 − 12)/16 = −4.75, (48 − 18)/16 = 1.88, (16 + 18)/16 = 2.13.
  t.deepEqual(weightsRaw.at(-1), Int32Array.of(3, -5, 2, 2));
  // Biases at 3 bits: 0 + 2, 2 − 2.
  t.deepEqual(biasesRaw.at(-1), Int32Array.of(2, 0));
});

test('values within the threshold are treated as 0 everywhere (spec §1)', (t) => {
  // θ = 2 in layer 1 leaves x = [3, 0]; θ = 6 in layer 2 leaves h = [0, −9].
  const layers = [
    { ...layer1, eventThresholdRaw: 2 },
    { ...layer2, eventThresholdRaw: 6 },
  ];
  const dut = makeDut({}, layers);
  // z1 = 4 + 12 = 16 → 2 → 6, −12 − 6 = −18 → −2.25 → −2 → u = 6 → −9: h = 6, −9.
  // z2 = −7 → −0.875 → −1 → 7; 8 − 2 = 6 → 0.75 → 1 → u = 9, rest 1: (8·4 + 4·1)/4 = 9.
  t.deepEqual([...dut.train(sample)], [7, 9]);
  const { weightsRaw } = dut.learnedState();
  // Row 1 of layer 1 and row 0 of layer 2 stay; the others: layer 1 as before; layer 2 δz = −9, 9:
  // (192 − 81)/64 = 1.73 → 2, (64 + 81)/64 = 2.27 → 2.
  t.deepEqual(weightsRaw, [Int32Array.of(2, 1, 1, 5), Int32Array.of(2, -4, 2, 2)]);
});

test('overflow is counted per layer and tensor with the first training sample (spec §2.3)', (t) => {
  // A 1-1 network, weight 31 in s6.3, x = 15: product 465 at 5 bits against 511; bias 7 → 28: 493 fits.
  // With bias 20 → 80: 545 does not: 511.
  const layer: SmallLayer = { weights: [31], biases: [20], function: 'sigmoid' };
  const dut = makeDut({}, [layer]);
  const accumulator = () => dut.tensorHealth().find(({ tensor }) => tensor === 'accumulator');
  dut.infer(samples([15], [0]));
  t.like(accumulator(), { saturationCount: 1, wrapCount: 0, firstTrainingSample: null });
  // x = 0 sends no event and fits. y = sigmoid entry 3 = 13: e = −3 moves the bias up, so that 15 still does not fit.
  dut.train(samples([0], [0]));
  dut.infer(samples([15], [0]));
  t.like(accumulator(), { saturationCount: 2, wrapCount: 0, firstTrainingSample: null });
  dut.train(samples([0, 15], [0, 0]));
  t.like(accumulator(), { saturationCount: 3, wrapCount: 0, firstTrainingSample: 2 });
  dut.train(samples([15], [0]));
  t.like(accumulator(), { saturationCount: 4, wrapCount: 0, firstTrainingSample: 2 });
});

test('overflow wraps where the tensor wraps (spec §2.3)', (t) => {
  const layer: SmallLayer = { weights: [31], biases: [20], function: 'sigmoid' };
  const dut = makeDut({ overflow: { accumulator: 'wrap' } }, [layer]);
  // 545 − 1024 = −479: the lowest entry, 3; saturated it would be the highest, 13.
  t.deepEqual([...dut.infer(samples([15], [0]))], [3]);
  t.deepEqual([...makeDut({}, [layer]).infer(samples([15], [0]))], [13]);
  const health = dut.tensorHealth().find(({ tensor }) => tensor === 'accumulator');
  t.like(health, { saturationCount: 0, wrapCount: 1, firstTrainingSample: null });
});

test('tensorHealth lists every tensor of every layer in order (spec §2.3)', (t) => {
  const health = makeDut().tensorHealth();
  t.is(health.length, 26);
  t.deepEqual(
    health.slice(13, 16).map(({ layer, tensor }) => [layer, tensor]),
    [
      [2, 'input'],
      [2, 'weight'],
      [2, 'bias'],
    ],
  );
  t.true(health.every(({ saturationCount, wrapCount }) => saturationCount + wrapCount === 0));
});

test('updateHealth counts updates with g·x ≠ 0 and those that left the weight unchanged (spec §2.7)', (t) => {
  const dut = makeDut();
  dut.train(sample);
  // By the hand calculation every weight moved and every g·x differs from 0.
  t.deepEqual(dut.updateHealth(), [
    { layer: 1, nonZeroUpdateCount: 4, deadUpdateCount: 0 },
    { layer: 2, nonZeroUpdateCount: 4, deadUpdateCount: 0 },
  ]);
});

test('an update too small for the weight is dead, one of value 0 is none (spec §2.7)', (t) => {
  // η = 2^−4: g·x of layer 2 has 12 bits, w·512: changes −54, 48, 81, −72 are below half a step: all dead.
  // Feedback row 0 = 0, 0: layer 1 has no update other than 0.
  const learningRate = { kind: 'shift', shiftBits: 4 } as const;
  const dut = makeDut({}, [
    { ...layer1, feedback: [0, 0, 1, 1] },
    { ...layer2, learningRate },
  ]);
  dut.train(sample);
  t.deepEqual(dut.updateHealth(), [
    { layer: 1, nonZeroUpdateCount: 0, deadUpdateCount: 0 },
    { layer: 2, nonZeroUpdateCount: 4, deadUpdateCount: 4 },
  ]);
});

test('an update that saturation undid is dead (spec §2.7)', (t) => {
  // Weight at its upper end 31; y = 3 + … entry 3 = 13, label 0: e = −3 pushes it further up.
  const layer: SmallLayer = { weights: [31], biases: [0], function: 'sigmoid' };
  const dut = makeDut({}, [layer]);
  dut.train(samples([15], [0]));
  // g·x = −45 at 7 bits: (31·16 + 45)/16 = 33.8 → 34 > 31.
  t.deepEqual(dut.learnedState().weightsRaw, [Int32Array.of(31)]);
  t.deepEqual(dut.updateHealth(), [{ layer: 1, nonZeroUpdateCount: 1, deadUpdateCount: 1 }]);
  t.like(
    dut.tensorHealth().find(({ tensor }) => tensor === 'weight'),
    { saturationCount: 1, firstTrainingSample: 0 },
  );
});

test('wear counts the writes of training only (spec §4.4)', (t) => {
  const dut = makeDut();
  dut.infer(sample);
  dut.train(sample);
  dut.train(samples([3, 0], [1]));
  // 6-bit weights, two in a 16-bit word: one word a row. Axon 0 of layer 1 was written twice, axon 1 once.
  t.deepEqual(dut.wear(), [
    { layer: 1, largestWritesPerWord: 2, totalWrites: 3, wordCount: 2 },
    { layer: 2, largestWritesPerWord: 2, totalWrites: 4, wordCount: 2 },
  ]);
});

test('samples that do not fit the image are refused before anything is learned', (t) => {
  const dut = makeDut();
  t.throws(() => dut.train(samples([3, 2, 1, 1], [0, 2])), {
    instanceOf: RangeError,
    message: /label 2 of sample 1 is outside 0..1/,
  });
  t.deepEqual(dut.ledgerRows(), []);
});

test('an image that does not fit the datapath is refused (spec §2.4)', (t) => {
  t.throws(() => makeDut({ formats: { weight: 's6.48', input: 'u4.48' } }), {
    instanceOf: InputError,
    message: /layer 1: weight × input would move from 96 to 5 fraction bits/,
  });
});
