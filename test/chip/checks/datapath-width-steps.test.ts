import test from 'ava';
import { checkDatapathWidth } from '../../../src/chip/checks/datapath-width.js';
import type { LearningRateFactor } from '../../../src/numerics/learning-rate.js';
import { InputError } from '../../../src/units/input-error.js';
import { chipImage, type SmallLayer, type ImageOptions } from '../images/chip-image.js';

/** One layer 1-1, in a batch of two unless the options say otherwise. */
function check(options: ImageOptions, layer: Partial<SmallLayer> = {}): () => void {
  const whole: SmallLayer = { weights: [1], biases: [0], function: 'sigmoid', ...layer };
  return () => {
    checkDatapathWidth(chipImage([whole], { batchSize: 2, ...options }));
  };
}

const momentum = { kind: 'momentum', decayRaw: 58982, isNesterov: false } as const;
const rmsprop = { kind: 'rmsprop', decayRaw: 64881, epsilonRaw: 1 } as const;
const adam = {
  kind: 'adam',
  firstDecayRaw: 65535,
  secondDecayRaw: 65470,
  epsilonRaw: 1,
} as const;
const factor = (fractionBits: number): LearningRateFactor => {
  return { kind: 'factor', mantissaRaw: 65535, fractionBits };
};

const refused: readonly [string, ImageOptions, RegExp, Partial<SmallLayer>?][] = [
  [
    // −2^17·15 takes 22 bits, from −6 to 48 fraction bits.
    'a product that the gradient moves too far up',
    { formats: { gradient: 's12.48', delta: 's18.-6', input: 'u4.0' } },
    /layer 1: δz × input needs 76 bits at 48 fraction bits/,
  ],
  [
    // β·v has 6 + 16 fraction bits: 32 bits of G move from −17 by 39.
    'a gradient far coarser than its momentum',
    { optimizer: momentum, formats: { gradient: 's32.-17', momentum: 's12.6' } },
    /layer 1: the momentum needs 71 bits at 22 fraction bits/,
  ],
  [
    'a square moved too far up',
    {
      optimizer: rmsprop,
      formats: { gradient: 's32.4', secondMoment: 'u12.12' },
    },
    /layer 1: g² needs 68 bits at 12 fraction bits/,
  ],
  [
    // r₁ = 2^16: m̂ reaches 2^47; V has 46 fraction bits, F_q = 23: 16 + 23 − 6 places up.
    'a mean that is corrected beyond the dividend',
    {
      optimizer: adam,
      formats: { momentum: 's32.6', gradient: 's12.6', secondMoment: 'u12.30' },
    },
    /layer 1: the ratio needs 81 bits at 33 fraction bits/,
  ],
  [
    // 12 bits of weight move from 3 to 16 + 41 fraction bits.
    'a weight moved too far up to the change',
    { optimizer: rmsprop, formats: { weight: 's12.3' } },
    /layer 1: the weight update, the stored value needs 66 bits at 57 fraction bits/,
    { learningRate: { kind: 'shift', shiftBits: 41 } },
  ],
  [
    'a scaled gradient moved by more than 62 places',
    { optimizer: rmsprop },
    /layer 1: the scaled gradient would move from 69 to 6 fraction bits, a shift by 63/,
    { gradientScale: factor(63) },
  ],
];
for (const [name, options, message, layer] of refused) {
  test(`an image with ${name} is refused (spec §2.4, §2.11)`, (t) => {
    t.throws(check(options, layer), { instanceOf: InputError, message });
  });
}

test('a sum of δz over positions that does not fit is refused (spec §2.4, §2.11)', (t) => {
  const conv: SmallLayer = {
    weights: [1],
    biases: [0],
    feedback: Array.from({ length: 16 }, () => 0),
    function: 'none',
    convolution: { inputShape: [1, 4, 4], kernelSize: 1 },
  };
  const output: SmallLayer = { weights: [1, 1, 1, 1], biases: [0], function: 'sigmoid' };
  const image = chipImage([conv, output], {
    // 16·−2^19 takes 24 bits, 41 places up.
    formats: { delta: 's20.4', input: 'u1.8', gradient: 's12.45', weight: 's6.8', bias: 's6.8' },
  });
  t.throws(
    () => {
      checkDatapathWidth(image);
    },
    { message: /layer 1: Σ δz needs 65 bits at 45 fraction bits/ },
  );
});

test('bp sums as many terms as the most visited input of a CONV layer has (spec §2.4, §2.10)', (t) => {
  const linear = (convolution: NonNullable<SmallLayer['convolution']>): SmallLayer => ({
    weights: Array.from({ length: convolution.kernelSize ** 2 }, () => 1),
    biases: [0],
    function: 'none',
    convolution,
  });
  const output: SmallLayer = { weights: [1, 1, 1, 1], biases: [0], function: 'sigmoid' };
  const checkKernel = (kernelSize: number, padding: number) => () => {
    const first = linear({ inputShape: [1, 8, 8], kernelSize: 1 });
    const second = linear({ inputShape: [1, 4, 4], kernelSize, padding });
    const image = chipImage([first, second, output], {
      rule: { kind: 'bp' },
      // A term takes −2^29·−2^31 = 2^60 at 4 fraction bits; the one neuron above layer 2 makes sums of one term.
      formats: { weight: 's30.0', delta: 's32.4', bias: 's6.0', accumulator: 's20.0' },
    });
    checkDatapathWidth(image);
  };
  t.notThrows(checkKernel(1, 0));
  // Nine visits of one channel: 9·2^60 takes 65 bits.
  t.throws(checkKernel(3, 1), { message: /layer 1: the error signal needs 65 bits/ });
});
