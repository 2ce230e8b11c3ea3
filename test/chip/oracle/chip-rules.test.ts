import test from 'ava';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { RuleSpec } from '../../../src/chip/image/chip-image.js';
import {
  samples,
  smallDefp,
  chipImage,
  type SmallLayer,
  type ImageOptions,
} from '../images/chip-image.js';

/*
 * Every rule by hand on the 2-2-2 network of chip.test.ts: x = [3, 2], label 0, h = [6, −9], y = [7, 8], cross-entropy:
 * δz of layer 2 = e = [−9, 8] at 4 fraction bits. Layer 1: f′ = 220, 175 at 8 bits, δh and δz at 4, η = 1/2, so that
 * g·x has 7 bits and weights (3 bits) count 16 each, biases (3 bits against 5) 4 each.
 * Its weights are rows [4, −2], [1, 5], its biases 1, −3; B = [3, −5], [−2, 4] at 2 bits.
 * Layer 2 learns as in chip.test.ts: [3, −5, 2, 2] and [2, 0].
 */
const layer1 = {
  weights: [4, -2, 1, 5],
  biases: [1, -3],
  feedback: [3, -5, -2, 4],
  function: 'tanh',
} satisfies SmallLayer;
const layer2 = {
  weights: [2, -4, 3, 1],
  biases: [0, 2],
  function: 'sigmoid',
  interpolation: 'linear',
} satisfies SmallLayer;
const sample = samples([3, 2], [0], [0]);

function makeDut(
  rule: RuleSpec,
  options: ImageOptions = {},
  layers: readonly SmallLayer[] = [layer1, layer2],
): OracleEngine {
  return new OracleEngine(chipImage(layers, { ...options, rule }));
}

/** Weights and biases of both layers as plain arrays. */
function learnedBy(dut: OracleEngine) {
  const { weightsRaw, biasesRaw } = dut.learnedState();
  return [...weightsRaw, ...biasesRaw].map((raw) => [...raw]);
}

const untouched1 = [layer1.weights, layer1.biases];
const learned2 = [
  [3, -5, 2, 2],
  [2, 0],
];
const untouched2 = [layer2.weights, layer2.biases];

/** Both layers in the order of `learnedBy`. */
const both = (
  [weights1, biases1]: readonly (readonly number[] | undefined)[],
  [weights2, biases2]: readonly (readonly number[] | undefined)[],
) => [weights1, weights2, biases1, biases2];

const overflowOf = (dut: OracleEngine, tensor: string, layer = 2) => {
  const health = dut.tensorHealth().find((each) => each.tensor === tensor && each.layer === layer);
  return [health?.saturationCount, health?.wrapCount, health?.firstTrainingSample];
};

/** δz of layer 1 from δh, as in the comments: what each rule makes of the sample. */
const byRule: readonly (readonly [string, RuleSpec, readonly (readonly number[])[]])[] = [
  [
    // δh: −9·3 − 8·2 = −43, 9·5 + 8·4 = 77 at 6 bits → −11, 19; δz: −2420/256 → −9, 3325/256 → 13.
    // (64 + 27)/16 → 6, (−32 − 39)/16 → −4, (16 + 18)/16 → 2, (80 − 26)/16 → 3; (4 + 9)/4 → 3, (−12 − 13)/4 → −6.
    'dfa: Σ e·B',
    { kind: 'dfa' },
    [
      [6, -4, 2, 3],
      [3, -6],
    ],
  ],
  [
    // Signs −1, 1: −3 − 2 = −5, 5 + 4 = 9 at 2 bits = −20, 36; δz: −4400/256 → −17, 6300/256 → 25.
    // (64 + 51)/16 → 7, (−32 − 75)/16 → −7, (16 + 34)/16 → 3, (80 − 50)/16 → 2; (4 + 17)/4 → 5, (−12 − 25)/4 → −9.
    'sdfa: Σ sign(e)·B',
    { kind: 'sdfa' },
    [
      [7, -7, 3, 2],
      [5, -9],
    ],
  ],
  [
    // Rows of B are neurons: −9·3 − 8·5 = −67, 9·2 + 8·4 = 50 at 6 bits → −17, 12.5 → 13;
    // δz: −3740/256 → −15, 2275/256 → 9.
    // (64 + 45)/16 → 7, (−32 − 27)/16 → −4, (16 + 30)/16 → 3, (80 − 18)/16 → 4; (4 + 15)/4 → 5, (−12 − 9)/4 → −5.
    'fa: Σ B·δz of the layer above',
    { kind: 'fa' },
    [
      [7, -4, 3, 4],
      [5, -5],
    ],
  ],
  [
    // Weights before the update: −9·2 − 8·4 = −50, −9·3 + 8 = −19 at 7 bits → −6, −2; δz: −1320/256 → −5, −350/256 → −1.
    // (64 + 15)/16 → 5, (−32 + 3)/16 → −2, (16 + 10)/16 → 2, (80 + 2)/16 → 5; (4 + 5)/4 → 2, (−12 + 1)/4 → −3.
    'bp: Σ w·δz of the layer above, weights before the update',
    { kind: 'bp' },
    [
      [5, -2, 2, 5],
      [2, -3],
    ],
  ],
  ['shallow: hidden layers do not learn', { kind: 'shallow' }, untouched1],
  ...(['error', 'loss', 'aggregated'] as const).map(
    (variant) =>
      [
        // 1 saturates to 15 of u4.4: 45, −75 at 6 bits → 11, −19; δz: 2420/256 → 9, −3325/256 → −13.
        // (64 − 27)/16 → 2, (−32 + 39)/16 → 0, (16 − 18)/16 → 0, (80 + 26)/16 → 7; (4 − 9)/4 → −1, (−12 + 13)/4 → 0.
        `defp ${variant} at a first visit: 1·B, 1 saturated`,
        smallDefp(variant, 2),
        [
          [2, 0, 0, 7],
          [-1, 0],
        ],
      ] as const,
  ),
  [
    // d = [15, 0]: the same.
    'defp fullVector at a first visit: target·B',
    smallDefp('fullVector', 2),
    [
      [2, 0, 0, 7],
      [-1, 0],
    ],
  ],
];
for (const [name, rule, learned1] of byRule) {
  test(`one sample teaches the weights calculated by hand, ${name} (spec §2.9)`, (t) => {
    const dut = makeDut(rule);
    t.deepEqual([...dut.train(sample)], [7, 8]);
    t.deepEqual(learnedBy(dut), both(learned1, learned2));
    t.deepEqual(overflowOf(dut, 'delta'), [0, 0, null]);
  });
}

/** What DEFP learns from an error that a measuring pass has kept: the weights are still the first ones. */
const afterMeasuring: readonly (readonly [
  string,
  RuleSpec,
  ImageOptions,
  readonly number[],
  readonly (readonly number[])[],
])[] = [
  [
    // 1 − 7/16 = 9/16: 27, −45 at 6 bits → 7, −11; δz: 1540/256 → 6, −1925/256 → −8.
    // (64 − 18)/16 → 3, (−32 + 24)/16 = −0.5 → −1, (16 − 12)/16 → 0, (80 + 16)/16 = 6; (4 − 6)/4 → −1, (−12 + 8)/4 = −1.
    'error: 1 − y',
    smallDefp('error', 1),
    {},
    [9],
    [
      [3, -1, 0, 6],
      [-1, -1],
    ],
  ],
  [
    // 16/7 = 2.286 is (256 + 3)/7 = 37 at 4 bits: 111, −185 at 6 → 28, −46; δz: 6160/256 → 24, −8050/256 → −31.
    // (64 − 72)/16 = −0.5 → −1, (−32 + 93)/16 → 4, (16 − 48)/16 = −2, (80 + 62)/16 → 9; (4 − 24)/4 = −5, (−12 + 31)/4 → 5.
    'loss with cross-entropy: 1/y',
    smallDefp('loss', 1),
    { formats: { delayedError: 'u6.4' } },
    [37],
    [
      [-1, 4, -2, 9],
      [-5, 5],
    ],
  ],
  [
    // t − y = [9, −8]: 27 + 16 = 43, −45 − 32 = −77 at 6 bits → 11, −19: as at a first visit.
    'fullVector: t − y',
    smallDefp('fullVector', 1),
    { formats: { delayedError: 's5.4' } },
    [9, -8],
    [
      [2, 0, 0, 7],
      [-1, 0],
    ],
  ],
];
for (const [name, rule, options, kept, learned1] of afterMeasuring) {
  test(`a measured error teaches the weights calculated by hand, defp ${name} (spec §2.9)`, (t) => {
    const dut = makeDut(rule, options);
    t.deepEqual([...dut.measure(sample)], [7, 8]);
    t.deepEqual(learnedBy(dut), both(untouched1, untouched2));
    t.deepEqual(dut.learnedState().delayedErrors, {
      raw: Int32Array.from(kept),
      isValid: Uint8Array.of(1),
    });
    dut.train(sample);
    t.deepEqual(learnedBy(dut), both(learned1, learned2));
  });
}

test('a measured error teaches the weights calculated by hand, defp loss with squared error: 2(1 − y) (spec §2.9)', (t) => {
  // 18/16: 54, −90 at 6 bits → 13.5 → 14, −22.5 → −23; δz: 3080/256 → 12, −4025/256 → −16.
  // (64 − 36)/16 → 2, (−32 + 48)/16 = 1, (16 − 24)/16 = −0.5 → −1, (80 + 32)/16 = 7; (4 − 12)/4 = −2, (−12 + 16)/4 = 1.
  const dut = makeDut(smallDefp('loss', 1), { loss: 'mse', formats: { delayedError: 'u6.4' } });
  dut.measure(sample);
  t.deepEqual(dut.learnedState().delayedErrors?.raw, Int32Array.of(18));
  dut.train(sample);
  const [weights1, , biases1] = learnedBy(dut);
  t.deepEqual(
    [weights1, biases1],
    [
      [2, 1, -1, 7],
      [-2, 1],
    ],
  );
});

test('training keeps the error of the sample in its place, others stay unvisited (spec §2.9)', (t) => {
  const dut = makeDut(smallDefp('error', 3));
  dut.train(samples([3, 2], [0], [1]));
  t.deepEqual(dut.learnedState().delayedErrors, {
    raw: Int32Array.of(0, 9, 0),
    isValid: Uint8Array.of(0, 1, 0),
  });
  // The end of an epoch is no matter to errors of single samples.
  const before = dut.learnedState();
  dut.endEpoch();
  t.deepEqual(dut.learnedState(), before);
});

test('aggregated uses 1, then the mean of each epoch, halves away from zero (spec §2.9)', (t) => {
  const dut = makeDut(smallDefp('aggregated', 2));
  const kept = () => dut.learnedState().delayedErrors;
  t.deepEqual(kept(), { raw: Int32Array.of(0), isValid: Uint8Array.of(0) });
  // Labels 0 and 1: 9/16 and 8/16, mean 8.5/16 → 9/16.
  dut.measure(samples([3, 2, 3, 2], [0, 1]));
  t.deepEqual(kept(), { raw: Int32Array.of(0), isValid: Uint8Array.of(0) });
  dut.endEpoch();
  t.deepEqual(kept(), { raw: Int32Array.of(9), isValid: Uint8Array.of(1) });
  dut.train(samples([3, 2], [0]));
  t.deepEqual(
    learnedBy(dut),
    both(
      [
        [3, -1, 0, 6],
        [-1, -1],
      ],
      learned2,
    ),
  );
  // The second epoch has the error of its one sample only, outputs before the update: 1 − 7/16.
  dut.endEpoch();
  t.deepEqual(kept()?.raw, Int32Array.of(9));
  // An epoch without samples changes nothing.
  dut.endEpoch();
  t.deepEqual(kept(), { raw: Int32Array.of(9), isValid: Uint8Array.of(1) });
});

test('a second epoch forgets the sum of the first (spec §2.9)', (t) => {
  const dut = makeDut(smallDefp('aggregated', 2));
  dut.measure(samples([3, 2, 3, 2], [0, 0]));
  dut.endEpoch();
  t.deepEqual(dut.learnedState().delayedErrors?.raw, Int32Array.of(9));
  dut.measure(samples([3, 2], [1]));
  dut.endEpoch();
  t.deepEqual(dut.learnedState().delayedErrors?.raw, Int32Array.of(8));
});

test('delayed errors saturate and are counted at the output layer, also where the chip wraps (spec §2.9)', (t) => {
  const overflow = { delayedError: 'wrap' } as const;
  const dut = makeDut(smallDefp('fullVector', 2), { overflow });
  // t − y = [9, −8]: −8 is below u4.4. Measured samples have no ordinal.
  dut.measure(sample);
  t.deepEqual(dut.learnedState().delayedErrors?.raw, Int32Array.of(9, 0, 0, 0));
  t.deepEqual(overflowOf(dut, 'delayedError'), [1, 0, null]);
  t.deepEqual(overflowOf(dut, 'delayedError', 1), [0, 0, null]);
  // The weights are still the same: so is the error.
  dut.train(sample);
  t.deepEqual(overflowOf(dut, 'delayedError'), [2, 0, 0]);
});

test('e of dfa is checked against delta once a sample at the output, δz once more (spec §2.9)', (t) => {
  // Delta s4.4 holds −8..7: −9 and 8 both leave it, as e and as δz of layer 2; frozen, it makes no δz.
  const dut = makeDut({ kind: 'dfa' }, { formats: { delta: 's4.4' } });
  dut.train(sample);
  t.deepEqual(overflowOf(dut, 'delta'), [4, 0, 0]);
  const alone = makeDut({ kind: 'dfa' }, { formats: { delta: 's4.4' } }, [
    { ...layer1, isTrainable: false },
    { ...layer2, isTrainable: false },
  ]);
  alone.train(sample);
  t.deepEqual(overflowOf(alone, 'delta'), [2, 0, 0]);
});

test('the same sample twice in a batch meets the error of its first visit (spec §2.9)', (t) => {
  const once = makeDut(smallDefp('error', 2));
  const twice = makeDut(smallDefp('error', 2));
  const inputs = [3, 2, 3, 2];
  twice.train(samples(inputs, [0, 0], [1, 1]));
  once.train(samples(inputs, [0, 0], [0, 1]));
  t.notDeepEqual(learnedBy(twice), learnedBy(once));
});

test('frozen layers keep weights, biases and lanes and do not disturb others (spec §2.9)', (t) => {
  const rounding = { weight: 'stochastic', bias: 'stochastic' } as const;
  for (const kind of ['drtp', 'dfa', 'sdfa', 'fa', 'bp'] as const) {
    const lower = makeDut({ kind }, {}, [layer1, { ...layer2, isTrainable: false }]);
    const whole = makeDut({ kind });
    lower.train(sample);
    whole.train(sample);
    const [weights1, , biases1] = learnedBy(whole);
    t.deepEqual(learnedBy(lower), both([weights1, biases1], untouched2), kind);
    const upper = makeDut({ kind }, { rounding }, [{ ...layer1, isTrainable: false }, layer2]);
    upper.train(sample);
    const { weightsRaw, biasesRaw, laneStates } = upper.learnedState();
    t.deepEqual(weightsRaw[0], Int32Array.from(layer1.weights), kind);
    t.deepEqual(biasesRaw[0], Int32Array.from(layer1.biases), kind);
    t.deepEqual(laneStates[0], Uint32Array.of(1), kind);
    t.notDeepEqual(laneStates[1], Uint32Array.of(1), kind);
  }
});

test('no rule but defp measures; the others do nothing at the end of an epoch (spec §2.9)', (t) => {
  for (const kind of ['drtp', 'dfa', 'sdfa', 'fa', 'bp', 'shallow'] as const) {
    const dut = makeDut({ kind });
    t.throws(() => dut.measure(sample), {
      instanceOf: RangeError,
      message: `chip: rule ${kind} keeps no delayed errors that could be measured; only defp does`,
    });
    dut.endEpoch();
    t.deepEqual(learnedBy(dut), both(untouched1, untouched2));
    t.is(dut.learnedState().delayedErrors, null);
    t.deepEqual(dut.ledgerRows(), []);
  }
});

test('samples without places are refused by defp before anything is learned or counted', (t) => {
  const dut = makeDut(smallDefp('error', 2));
  for (const work of [dut.train.bind(dut), dut.measure.bind(dut)]) {
    t.throws(() => work(samples([3, 2], [0])), {
      instanceOf: RangeError,
      message: /1 samples have 0 sampleIndices; rule defp, variant error, needs the place/,
    });
  }
  t.deepEqual(dut.ledgerRows(), []);
  t.notThrows(() => dut.infer(samples([3, 2], [0])));
});
