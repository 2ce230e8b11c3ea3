import test from 'ava';
import type { ChipImage } from '../../src/chip/image/chip-image.js';
import type { RateRequest } from '../../src/mapping/learning-rates.js';
import { imagesByRate } from '../../src/mapping/scheduled-rates.js';
import { buildTopology } from '../../src/network/topology.js';
import type { LearningRateFactor } from '../../src/numerics/learning-rate.js';
import { InputError } from '../../src/units/input-error.js';
import { chipImage } from '../chip/images/chip-image.js';

/** 2-2-2, which tiny formats hold. */
const image = chipImage([
  { weights: [1, 2, 3, 4], biases: [0, 0], feedback: [1, 1, 1, 1], function: 'tanh' },
  { weights: [1, 2, 3, 4], biases: [0, 0], function: 'sigmoid' },
]);

const request: RateRequest = {
  topology: buildTopology(
    [
      { type: 'fc', neurons: 2 },
      { type: 'fc', neurons: 2 },
    ],
    2,
    2,
    { hidden: 'tanh', output: 'sigmoid' },
  ),
  learning: {
    rule: { kind: 'drtp' },
    frozenLayers: [],
    optimizer: 'sgd',
    batchSize: 1,
    feedbackSource: 'memory',
  },
  loss: 'bce',
  lossReduction: 'sum',
};

function ratesOf({ layers }: ChipImage): readonly LearningRateFactor[] {
  return layers.map(({ learningRate }) => learningRate);
}

test('η is a shift in every epoch where all that could be are powers of two (spec §2.6, step 4)', (t) => {
  const imageOf = imagesByRate(image, request, [2 ** -3, 2 ** -4]);
  t.deepEqual(ratesOf(imageOf(2 ** -4)), [
    { kind: 'shift', shiftBits: 4 },
    { kind: 'shift', shiftBits: 4 },
  ]);
});

test('η is a mantissa in every epoch where one is no power of two, and the same number (spec §2.6, step 4)', (t) => {
  const imageOf = imagesByRate(image, request, [2 ** -3, 0.1]);
  // 2^15 · 2^−18 = 2^−3; 0.1 ≈ 52429 · 2^−19.
  t.deepEqual(ratesOf(imageOf(2 ** -3)), [
    { kind: 'factor', mantissaRaw: 32_768, fractionBits: 18 },
    { kind: 'factor', mantissaRaw: 32_768, fractionBits: 18 },
  ]);
  t.deepEqual(ratesOf(imageOf(0.1))[0], {
    kind: 'factor',
    mantissaRaw: 52_429,
    fractionBits: 19,
  });
});

test('each layer has its own form: the mean over two classes is a shift, over other layers nothing (spec §2.9)', (t) => {
  const imageOf = imagesByRate(image, { ...request, lossReduction: 'mean' }, [2 ** -3]);
  t.deepEqual(ratesOf(imageOf(2 ** -3)), [
    { kind: 'shift', shiftBits: 3 },
    { kind: 'shift', shiftBits: 4 },
  ]);
});

test('nothing but η differs from the image given', (t) => {
  const changed = imagesByRate(image, request, [2 ** -1])(2 ** -1);
  t.deepEqual(changed, image);
});

test('an η of 0, or one that the datapath cannot carry, is refused before training (spec §2.4)', (t) => {
  const zero = t.throws(() => imagesByRate(image, request, [0.5, 0]), { instanceOf: RangeError });
  t.regex(zero.message, /comes down to 0.*fewer epochs/);
  t.throws(() => imagesByRate(image, request, [0.5, 2 ** -70]), { instanceOf: InputError });
});
