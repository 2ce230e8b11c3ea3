import test from 'ava';
import {
  drawFeedback,
  feedbackBoundSquared,
  type FeedbackDistribution,
  type FeedbackKind,
  feedbackShape,
} from '../../src/network/feedback.js';
import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
const fc = buildTopology(parseTopologyString('FC_200_FC_50_FC_10'), 30, 10, activation);
const conv = buildTopology(
  parseTopologyString('CONV_8_3_1_1_CONV_16_3_1_1_FC_10'),
  [1, 8, 8],
  10,
  activation,
);

function draw(
  topology: typeof fc,
  index: number,
  kind: FeedbackKind,
  distribution: FeedbackDistribution,
  widthFactors: readonly number[] | null = null,
): Float32Array {
  const drawn = drawFeedback(topology, index, { kind, distribution, widthFactors }, 'seed');
  return drawn ?? new Float32Array();
}

function spread(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

test('B is (classes × neurons before pooling), FA has it as W of the next layer (rules, B is stored)', (t) => {
  t.deepEqual(feedbackShape(fc, 0, 'classes'), [10, 200]);
  t.deepEqual(feedbackShape(fc, 0, 'weights'), [200, 50]);
  t.deepEqual(feedbackShape(conv, 0, 'classes'), [10, 8 * 8 * 8]);
  t.deepEqual(feedbackShape(conv, 0, 'weights'), [8 * 9, 16]);
  t.deepEqual(feedbackShape(conv, 1, 'weights'), [16 * 2 * 2, 10]);
  t.is(feedbackShape(fc, 2, 'classes'), null);
  t.is(feedbackShape(fc, 0, 'none'), null);
});

/** Deviations with fan-in 200 and fan-out 10; those of a uniform distribution are its bound / √3. */
const deviations: readonly (readonly [FeedbackDistribution, number])[] = [
  ['heUniform', Math.sqrt(6 / 200 / 3)],
  ['heNormal', Math.sqrt(2 / 200)],
  ['xavierUniform', Math.sqrt(6 / 210 / 3)],
  ['xavierNormal', Math.sqrt(2 / 210)],
  ['normal', 1],
];

for (const [distribution, deviation] of deviations) {
  test(`B drawn ${distribution} has the deviation of PyTorch's initialisation (rules)`, (t) => {
    const drawn = draw(fc, 0, 'classes', distribution);
    t.is(drawn.length, 2000);
    // Relative error of a deviation from n numbers: at most 1/√(2n), five of them allowed.
    t.true(Math.abs(spread(drawn) / deviation - 1) < 5 / Math.sqrt(4000));
    const isUniform = distribution.endsWith('Uniform');
    const bound = deviation * Math.sqrt(3) * (1 + 1e-6);
    t.is(
      drawn.every((value) => Math.abs(value) <= bound),
      isUniform,
    );
  });
}

test('the fans of FA count the positions of a kernel, as PyTorch does', (t) => {
  // Fan-in 8·3·3, fan-out 16·3·3; 1152 numbers.
  const drawn = draw(conv, 0, 'weights', 'xavierUniform');
  const bound = Math.sqrt(6 / (72 + 144));
  t.true(drawn.every((value) => Math.abs(value) <= bound));
  t.true(drawn.some((value) => Math.abs(value) > 0.99 * bound));
});

test('width factors scale B layer by layer', (t) => {
  for (const distribution of ['heUniform', 'normal'] as const) {
    const plain = [0, 1].map((index) => draw(fc, index, 'classes', distribution));
    const scaled = [0, 1].map((index) => draw(fc, index, 'classes', distribution, [1, 0.5]));
    t.deepEqual(scaled[0], plain[0]);
    t.deepEqual(
      scaled[1],
      plain[1]?.map((value) => value / 2),
    );
  }
});

test('width factors that do not fit the hidden layers are refused', (t) => {
  for (const widthFactors of [[1], [1, 2, 3], [1, NaN]]) {
    const feedback = { kind: 'classes', distribution: 'normal', widthFactors } as const;
    t.throws(() => drawParameters(fc, 1, { weights: 'uniform', feedback }), {
      instanceOf: RangeError,
      message: /one number for each of the 2 hidden layers/,
    });
  }
});

test('zero initialisation zeroes the weights of FC layers only, as the originals do', (t) => {
  const feedback = { kind: 'classes', distribution: 'heUniform', widthFactors: null } as const;
  const uniform = drawParameters(conv, 1, { weights: 'uniform', feedback });
  const zero = drawParameters(conv, 1, { weights: 'zero', feedback });
  t.deepEqual(zero[0], uniform[0]);
  t.deepEqual(zero[2]?.weights, new Float32Array(640));
  t.deepEqual(zero[2]?.biases, uniform[2]?.biases);
});

test('kernels and their biases are uniform in ±1/√fan-in, fan-in = channels·k·k', (t) => {
  const [, second] = drawParameters(conv, 1);
  const weights = second?.weights ?? new Float32Array();
  t.is(weights.length, 72 * 16);
  t.is(second?.biases.length, 16);
  t.true(weights.every((value) => Math.abs(value) <= 1 / Math.sqrt(72)));
  t.true(weights.some((value) => Math.abs(value) > 0.99 / Math.sqrt(72)));
});

test('the bound of the uniform distribution with the same deviation σ is √3·σ (rules, B is stored)', (t) => {
  for (const [distribution, deviation] of deviations) {
    for (const factor of [1, -0.5]) {
      const widthFactors = [factor, 1];
      const squared = feedbackBoundSquared(fc, 0, { kind: 'classes', distribution, widthFactors });
      const expected = 3 * (deviation * factor) ** 2;
      t.true(Math.abs((squared ?? NaN) / expected - 1) < 1e-12, distribution);
    }
  }
  const none = { distribution: 'normal', widthFactors: null } as const;
  t.is(feedbackBoundSquared(fc, 2, { kind: 'classes', ...none }), null);
  t.is(feedbackBoundSquared(fc, 0, { kind: 'none', ...none }), null);
});
