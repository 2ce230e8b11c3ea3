import test from 'ava';
import type { ChipImage, LayerImage, OptimizerSpec } from '../../../src/chip/image/chip-image.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import type { FastEngine } from '../../../src/chip/fast/fast-engine.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { nextState } from '../../../src/numerics/lfsr.js';
import { stepImage, type StepLayer } from '../images/fast/step-image.js';

/*
 * One weight of 3 and a bias of 0: an input of 2 gives y = 6, and label 0 asks for 1: δz = 2·5 = 10, so G = 20 for the
 * weight and 10 for the bias. Weights have 16 fraction bits where ratios move them.
 */
const one = { inputsRaw: Int32Array.of(2), labels: Uint8Array.of(0) };
const fine = parseFormat('s32.16');

function neuron(
  chip: Partial<Omit<ChipImage, 'layers'>>,
  layer: Partial<StepLayer> = {},
  formats: Partial<ChipImage['numerics']['formats']> = {},
): ChipImage {
  return stepImage(
    [{ inputCount: 1, neuronCount: 1, weightsRaw: Int32Array.of(3), ...layer }],
    chip,
    formats,
  );
}

/** The neuron with weights of 16 fraction bits: 3 is 196608. */
function fineNeuron(optimizer: OptimizerSpec, layer: Partial<LayerImage> = {}): ChipImage {
  const weightsRaw = Int32Array.of(3 * 65_536);
  return neuron({ optimizer }, { weightsRaw, ...layer }, { weight: fine, bias: fine });
}

function parameters(engine: FastEngine): readonly (number | undefined)[] {
  const { weightsRaw, biasesRaw } = engine.learnedState();
  return [weightsRaw[0]?.[0], biasesRaw[0]?.[0]];
}

test('a batch of two sums gradients, steps once, and starts again from 0 (spec §2.11)', async (t) => {
  const engine = await makeFastEngine(
    neuron({ batchSize: 2 }, { learningRate: { kind: 'shift', shiftBits: 4 } }),
  );
  engine.train(one);
  t.deepEqual(parameters(engine), [3, 0]);
  t.deepEqual(engine.learnedState().gradientsRaw, [Int32Array.of(20, 10)]);
  // An input of 1: y = 3, δz = 4. Both samples see the weight 3: G = 24, Gb = 14; u = 1.5 and 0.875.
  engine.train({ inputsRaw: Int32Array.of(1), labels: Uint8Array.of(0) });
  // 3 − 1.5 is a half and goes up, −0.875 goes to −1.
  t.deepEqual(parameters(engine), [2, -1]);
  t.deepEqual(engine.learnedState().gradientsRaw, [Int32Array.of(0, 0)]);
  t.is(engine.activity()[1]?.stepCount, 1);
});

test('endEpoch takes the step of a batch that is not full, and none where nothing is left (spec §2.11)', async (t) => {
  const engine = await makeFastEngine(neuron({ batchSize: 3 }));
  engine.endEpoch();
  t.is(engine.activity()[1]?.stepCount, 0);
  engine.train(one);
  engine.endEpoch();
  t.deepEqual(parameters(engine), [-17, -10]);
  engine.endEpoch();
  t.is(engine.activity()[1]?.stepCount, 1);
});

test('overflow in a step belongs to the last sample of its batch, in endEpoch to none (spec §2.11)', async (t) => {
  const two = { inputsRaw: Int32Array.of(2, 2), labels: Uint8Array.of(0, 0) };
  const narrow = { weight: parseFormat('s3.0') };
  const weightHealth = (engine: FastEngine) =>
    engine.tensorHealth().find(({ tensor }) => tensor === 'weight');
  const full = await makeFastEngine(neuron({ batchSize: 2 }, {}, narrow));
  full.train(two);
  // 3 − 40 saturates to −4.
  t.deepEqual(parameters(full), [-4, -20]);
  t.like(weightHealth(full), { saturationCount: 1, firstTrainingSample: 1 });
  const left = await makeFastEngine(neuron({ batchSize: 3 }, {}, narrow));
  left.train(two);
  left.endEpoch();
  t.like(weightHealth(left), { saturationCount: 1, firstTrainingSample: null });
});

test('a gradient that leaves its format is counted at the addition where it does (spec §2.11)', async (t) => {
  // 20 + 20 saturates to 31 in the second sample, 31 + 20 in the third; the bias's 10 + 10 + 10 fits.
  const engine = await makeFastEngine(
    neuron({ batchSize: 4 }, {}, { gradient: parseFormat('s6.0') }),
  );
  for (let sample = 0; sample < 3; sample += 1) engine.train(one);
  t.deepEqual(engine.learnedState().gradientsRaw, [Int32Array.of(31, 30)]);
  t.like(
    engine.tensorHealth().find(({ tensor }) => tensor === 'gradient'),
    { saturationCount: 2, firstTrainingSample: 1 },
  );
});

test('a gradient with fewer bits than δz·x rounds every product by its mode (spec §2.11)', async (t) => {
  // Steps of 8: 20/8 = 2.5 and 10/8 = 1.25.
  for (const [rounding, expected] of [
    ['nearest', [3, 1]],
    ['nearestEven', [2, 1]],
    ['truncate', [2, 1]],
  ] as const) {
    const base = neuron({ batchSize: 2 }, {}, { gradient: parseFormat('s8.-3') });
    const { numerics } = base;
    for (const path of ['vector', 'general'] as const) {
      const engine = await makeFastEngine(
        {
          ...base,
          numerics: { ...numerics, rounding: { ...numerics.rounding, gradient: rounding } },
        },
        { path },
      );
      engine.train(one);
      t.deepEqual(engine.learnedState().gradientsRaw, [Int32Array.from(expected)]);
    }
  }
});

test('an update is dead where u ≠ 0 left the weight unchanged; words are written by every step (spec §2.7, §4.5)', async (t) => {
  for (const [hasWordWriteGating, words] of [
    [false, 1],
    [true, 0],
  ] as const) {
    const base = neuron({ batchSize: 2 }, { learningRate: { kind: 'shift', shiftBits: 8 } });
    const layers = base.layers.map((layer) => ({
      ...layer,
      organisation: { ...layer.organisation, hasWordWriteGating },
    }));
    const engine = await makeFastEngine({ ...base, layers });
    engine.train(one);
    t.is(engine.activity()[1]?.layers[0]?.writtenWordCount, 0);
    engine.train(one);
    // u = 40/256.
    t.deepEqual(engine.updateHealth(), [{ layer: 1, nonZeroUpdateCount: 1, deadUpdateCount: 1 }]);
    t.is(engine.activity()[1]?.layers[0]?.writtenWordCount, words);
    t.like(engine.wear()[0], { totalWrites: words, largestWritesPerWord: words });
  }
});

test('a step draws for every weight, whatever its gradient, from the lane of its column (spec §2.11)', async (t) => {
  const base = stepImage(
    [
      {
        inputCount: 3,
        neuronCount: 3,
        weightsRaw: new Int32Array(9),
        laneSeeds: Uint32Array.of(5, 6),
      },
    ],
    { batchSize: 2 },
  );
  const { numerics, generator } = base;
  const rounding = {
    ...numerics.rounding,
    weight: 'stochastic' as const,
    bias: 'stochastic' as const,
  };
  const layers = base.layers.map((layer) => ({
    ...layer,
    organisation: { ...layer.organisation, learningLaneCount: 2 },
  }));
  const engine = await makeFastEngine({ ...base, numerics: { ...numerics, rounding }, layers });
  const silent = { inputsRaw: new Int32Array(3), labels: Uint8Array.of(0) };
  engine.train(silent);
  t.deepEqual(engine.learnedState().laneStates, [Uint32Array.of(5, 6)]);
  engine.train(silent);
  // Lane 0 serves columns 0 and 2, lane 1 column 1: of three rows and the biases.
  const clocked = (seed: number, clockCount: number) => {
    let state = seed;
    for (let clock = 0; clock < clockCount; clock += 1) state = nextState(state, generator);
    return state;
  };
  t.deepEqual(engine.learnedState().laneStates, [Uint32Array.of(clocked(5, 8), clocked(6, 4))]);
});

test('momentum: v ← β·v + G and u = η·v (spec §2.11)', async (t) => {
  const engine = await makeFastEngine(
    neuron(
      { optimizer: { kind: 'momentum', decayRaw: 32_768, isNesterov: false } },
      { learningRate: { kind: 'shift', shiftBits: 2 } },
    ),
  );
  engine.train(one);
  // v = 20 and 10; u = 5 and 2.5: 3 − 5, and −2.5 goes to −3.
  t.deepEqual(parameters(engine), [-2, -3]);
  t.deepEqual(engine.learnedState().momentaRaw, [Int32Array.of(20, 10)]);
  t.deepEqual(engine.learnedState().secondMomentsRaw, [null]);
  engine.train(one);
  // y = −7, δz = −16, G = −32: v = 10 − 32 = −22 and 5 − 16 = −11; −2 + 5.5 = 3.5 goes to 4, −3 + 2.75 to 0.
  t.deepEqual(engine.learnedState().momentaRaw, [Int32Array.of(-22, -11)]);
  t.deepEqual(parameters(engine), [4, 0]);
});

test('momentum, Nesterov: u = η·(G + β·v) with the v of the step (spec §2.11)', async (t) => {
  const engine = await makeFastEngine(
    neuron(
      { optimizer: { kind: 'momentum', decayRaw: 32_768, isNesterov: true } },
      { learningRate: { kind: 'shift', shiftBits: 2 } },
    ),
  );
  engine.train(one);
  // n = 20 + 10 and 10 + 5: 3 − 7.5 = −4.5 goes to −5, −3.75 to −4.
  t.deepEqual(parameters(engine), [-5, -4]);
  t.deepEqual(engine.learnedState().momentaRaw, [Int32Array.of(20, 10)]);
});

test('rmsprop: u = η·g/(√v + E) (spec §2.11)', async (t) => {
  const optimizer = { kind: 'rmsprop', decayRaw: 58_982, epsilonRaw: 1 } as const;
  const engine = await makeFastEngine(fineNeuron(optimizer));
  engine.train(one);
  // v = 6554·400/2^16 = 40.002 and 6554·100/2^16 = 10.0006; ⌊√40⌋ = 6, ⌊√10⌋ = 3.
  t.deepEqual(engine.learnedState().secondMomentsRaw, [Int32Array.of(40, 10)]);
  // 20·2^16/7 = 187245.7 and 10·2^16/4 = 163840.
  t.deepEqual(parameters(engine), [196_608 - 187_246, -163_840]);
});

test('rmsprop: scale goes before the square, and an odd fraction of v is made even (spec §2.11)', async (t) => {
  const optimizer = { kind: 'rmsprop', decayRaw: 0, epsilonRaw: 1 } as const;
  const base = fineNeuron(optimizer, {
    gradientScale: { kind: 'factor', mantissaRaw: 3, fractionBits: 1 },
    learningRate: { kind: 'factor', mantissaRaw: 3, fractionBits: 2 },
  });
  const { numerics } = base;
  const formats = { ...numerics.formats, secondMoment: parseFormat('u24.3') };
  const engine = await makeFastEngine({ ...base, numerics: { ...numerics, formats } });
  engine.train(one);
  // g = 30 and 15; v = 900·2^3 and 225·2^3. V = 14400 at 4 bits: root 120 at 2, d = 121; V = 3600: d = 61.
  t.deepEqual(engine.learnedState().secondMomentsRaw, [Int32Array.of(7200, 1800)]);
  // 30·2^18/121 = 64993.9, 15·2^18/61 = 64461.6; times ¾, rounded to 16 bits: 48745.5 and 48346.5, and away from 0.
  t.deepEqual(parameters(engine), [196_608 - 48_745, -48_347]);
});

test('adam: moments, their corrections and the ratio (spec §2.11)', async (t) => {
  const engine = await makeFastEngine(
    fineNeuron({ kind: 'adam', firstDecayRaw: 32_768, secondDecayRaw: 49_152, epsilonRaw: 1 }),
  );
  engine.train(one);
  // m = 10 and 5, v = 100 and 25; r₁ = 2, r₂ = 4: m̂ = 20, √V = 20 with 8 bits; 20·2^24/5121 = 65523.2, 10·2^24/2561 = 65510.4.
  t.deepEqual(engine.learnedState().momentaRaw, [Int32Array.of(10, 5)]);
  t.deepEqual(engine.learnedState().secondMomentsRaw, [Int32Array.of(100, 25)]);
  t.deepEqual(parameters(engine), [196_608 - 65_523, -65_510]);
  // p₁ = ½ and p₂ = ¾ of 2^31.
  t.like(engine.checkpoint().steps, {
    stepCount: 1,
    firstPowerRaw: 1_073_741_824,
    secondPowerRaw: 1_610_612_736,
  });
});

test('a ratio saturates to 32 bits without being counted (spec §2.11)', async (t) => {
  // g = 20·2^12 and 10·2^12; g² saturates to 3 and v = 3/2^16 is 0, so that the ratios g·2^16/1 lie past 2^31.
  const optimizer = { kind: 'rmsprop', decayRaw: 65_535, epsilonRaw: 1 } as const;
  const base = fineNeuron(optimizer, { gradientScale: { kind: 'shift', shiftBits: -12 } });
  const formats = { ...base.numerics.formats, secondMoment: parseFormat('u2.0') };
  const engine = await makeFastEngine({ ...base, numerics: { ...base.numerics, formats } });
  engine.train(one);
  t.deepEqual(engine.learnedState().secondMomentsRaw, [Int32Array.of(0, 0)]);
  t.deepEqual(parameters(engine), [196_608 - 2_147_483_647, -2_147_483_647]);
  const overflows = engine.tensorHealth().filter(({ saturationCount }) => saturationCount > 0);
  t.deepEqual(
    overflows.map(({ tensor, saturationCount }) => [tensor, saturationCount]),
    [['secondMoment', 2]],
  );
});

test('ce: δz is softmax − t at 16 fraction bits (spec §2.13)', async (t) => {
  // y = 0 and 1: E = e^−1·2^16 = 24109 and 2^16, p = 17625.7 and 47911.3, both down.
  const base = stepImage(
    [
      {
        inputCount: 1,
        neuronCount: 2,
        weightsRaw: new Int32Array(2),
        biasesRaw: Int32Array.of(0, 256),
      },
    ],
    { loss: 'ce', batchSize: 2 },
    {
      bias: parseFormat('s16.8'),
      accumulator: parseFormat('s24.8'),
      output: parseFormat('s16.8'),
      delta: parseFormat('s32.16'),
      gradient: parseFormat('s32.16'),
    },
  );
  const engine = await makeFastEngine(base);
  t.deepEqual([...engine.train(one)], [0, 256]);
  t.deepEqual([...(engine.learnedState().gradientsRaw[0] ?? [])].slice(2), [
    17_625 - 65_536,
    47_911,
  ]);
});

test('a frozen layer has no gradients and takes no steps (spec §2.9, §2.11)', async (t) => {
  const engine = await makeFastEngine(neuron({ batchSize: 2 }, { isTrainable: false }));
  engine.train(one);
  engine.train(one);
  t.deepEqual(engine.learnedState().gradientsRaw, [null]);
  t.is(engine.activity()[1]?.stepCount, 0);
});

test('an exact image, a decay of 1 and an E of 0 are refused (spec §2.11, §2.12)', async (t) => {
  await t.throwsAsync(makeFastEngine(neuron({ isExact: true })), { message: /only the oracle/ });
  await t.throwsAsync(
    makeFastEngine(
      neuron({ optimizer: { kind: 'momentum', decayRaw: 65_536, isNesterov: false } }),
    ),
    { message: /β of 65536\/65536 is not possible/ },
  );
  await t.throwsAsync(
    makeFastEngine(neuron({ optimizer: { kind: 'rmsprop', decayRaw: 0, epsilonRaw: 0 } })),
    { message: /ε of 0 steps/ },
  );
});
