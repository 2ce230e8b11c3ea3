import test from 'ava';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { checkDatapathWidth } from '../../../src/chip/checks/datapath-width.js';
import { parseFormat } from '../../../src/numerics/format.js';
import type { LearningRateFactor } from '../../../src/numerics/learning-rate.js';
import { InputError } from '../../../src/units/input-error.js';
import { smallDefp, chipImage, type ImageOptions } from '../images/chip-image.js';

/** A 1-1-1 network; `learningRate` is that of the output layer. */
function imageOf(options: ImageOptions, learningRate?: LearningRateFactor): ChipImage {
  const hidden = { weights: [1], biases: [0], feedback: [1], function: 'tanh' } as const;
  const output = { weights: [1], biases: [0], function: 'sigmoid' } as const;
  return chipImage(
    [hidden, learningRate === undefined ? output : { ...output, learningRate }],
    options,
  );
}

const accepted: readonly [string, ImageOptions, LearningRateFactor?][] = [
  ['a product of 32 × 32 bits signed', { formats: { weight: 's32.3', input: 's32.2' } }],
  // 32-bit bias at 48 fraction bits against −14: a shift down by 62.
  [
    'an alignment by 62 places',
    { formats: { bias: 's32.48', accumulator: 's20.-14', weight: 's6.-4' } },
  ],
  ['a 64-bit accumulator that the table does not widen', { formats: { accumulator: 's64.5' } }],
  ['a 16-bit output with 16 fraction bits', { formats: { output: 'u16.16' } }],
  [
    // −2^31·−2^31 = 2^62: one term of 64 bits; 1-1-1 has sums of one term.
    'a sum of one product of 32 × 32 bits',
    { rule: { kind: 'dfa' }, formats: { delta: 's32.4', feedback: 's32.0' } },
  ],
  [
    'a reciprocal of 62 bits',
    {
      rule: smallDefp('loss', 4),
      formats: { output: 'u15.14', delayedError: 'u16.48', feedback: 's4.-40' },
    },
  ],
  ['a delayed error of 17 bits that no rule uses', { formats: { delayedError: 's17.4' } }],
  [
    'a feedback weight that rule shallow does not move',
    { rule: { kind: 'shallow' }, formats: { feedback: 's4.-13', delta: 's8.48' } },
  ],
  [
    'squared error with a 16-bit mantissa',
    { loss: 'mse' },
    { kind: 'factor', mantissaRaw: 65535, fractionBits: 16 },
  ],
];
for (const [name, options, learningRate] of accepted) {
  test(`an image with ${name} passes (spec §2.4)`, (t) => {
    t.notThrows(() => {
      checkDatapathWidth(imageOf(options, learningRate));
    });
  });
}

const refused: readonly [string, ImageOptions, RegExp, LearningRateFactor?][] = [
  [
    'a bias moved by more than 62 places',
    { formats: { bias: 's32.48', accumulator: 's20.-15' } },
    /layer 1: the bias would move from 48 to -15 fraction bits, a shift by 63; the datapath shifts by at most 62/,
  ],
  [
    // (−2^31)² = 2^62 takes 64 bits signed; the accumulator has one fraction bit more than the product.
    'a product wider than 64 bits once aligned',
    { formats: { weight: 's32.3', input: 's32.2', accumulator: 's20.6' } },
    /layer 1: weight × input needs 65 bits at 6 fraction bits; the datapath has 64/,
  ],
  [
    // 64 bits at 1 fraction bit gain one at the table's 2.
    'a wide accumulator that the table widens',
    { formats: { accumulator: 's64.1', weight: 's6.0', input: 'u4.1' } },
    /layer 1: the accumulator at the activation unit needs 65 bits at 2 fraction bits/,
  ],
  [
    // Four bits of B from −13 to 48 fraction bits: 61 places more.
    'a feedback weight moved too far up',
    { formats: { feedback: 's4.-13', delta: 's8.48' } },
    /layer 1: the error signal needs 65 bits at 48 fraction bits/,
  ],
  [
    // f′ ≤ 2^32 at 16 fraction bits: −2^31·2^32 fits, (2^32 − 1)·2^32 does not.
    'an unsigned 32-bit delta against f′ of 32 fraction bits',
    { formats: { delta: 'u32.4', activation: 's16.16' } },
    /layer 1: δh·f′ needs 65 bits at 36 fraction bits/,
  ],
  [
    'a scaled error moved by more than 62 places',
    { formats: { update: 's8.-20' } },
    /layer 2: η·δz would move from 44 to -20 fraction bits, a shift by 64/,
    { kind: 'factor', mantissaRaw: 40000, fractionBits: 40 },
  ],
  [
    // g·x has −40 + 1 + 2 = −37 fraction bits and 8 + 4 bits; 57 places to the weight.
    'a change moved too far up to the weight',
    { formats: { delta: 's8.-40', weight: 's6.20', accumulator: 's30.22', feedback: 's4.-40' } },
    /layer 1: the weight update, the change needs 69 bits at 20 fraction bits/,
  ],
  [
    // g·x has 4 + 57 + 4 = 65 fraction bits: six bits of weight move from 3 by 62 places.
    'a weight moved too far up to the change',
    {},
    /layer 2: the weight update, the stored value needs 68 bits at 65 fraction bits/,
    { kind: 'shift', shiftBits: 57 },
  ],
  [
    // g has 4 + 29 = 33 fraction bits: 32 bits of bias move by 33 places.
    'a bias moved too far up to the change',
    { formats: { bias: 's32.0' } },
    /layer 2: the bias update, the stored value needs 65 bits at 33 fraction bits/,
    { kind: 'shift', shiftBits: 29 },
  ],
  [
    'an activation of more than 16 bits',
    { formats: { activation: 's17.4' } },
    /activation: format s17\.4 is not possible; allowed are at most 16 bits and 0 to 16 fraction bits/,
  ],
  [
    'an unsigned input of 32 bits, which an Int32Array cannot hold',
    { formats: { input: 'u32.2' } },
    /input: format u32\.2 is not possible; .* at most 31 bits/,
  ],
  [
    'an output with negative fraction bits',
    { formats: { output: 'u4.-1' } },
    /output: format u4\.-1 is not possible/,
  ],
  [
    'an output with more than 16 fraction bits',
    { formats: { output: 'u4.17' } },
    /output: format u4\.17 is not possible/,
  ],
];
for (const [name, options, message, learningRate] of refused) {
  test(`an image with ${name} is refused (spec §2.4)`, (t) => {
    t.throws(
      () => {
        checkDatapathWidth(imageOf(options, learningRate));
      },
      { instanceOf: InputError, message },
    );
  });
}

/** A 1-1-4-4 network of classes enough for sums of four terms. */
function wideImageOf(options: ImageOptions): ChipImage {
  const four = (value: number, count: number) => Array.from({ length: count }, () => value);
  return chipImage(
    [
      { weights: [1], biases: [0], feedback: four(1, 4), function: 'tanh' },
      { weights: four(1, 4), biases: four(0, 4), feedback: four(1, 16), function: 'tanh' },
      { weights: four(1, 16), biases: four(0, 4), function: 'sigmoid' },
    ],
    options,
  );
}

const wide = 's32.4';
const refusedByRule: readonly [string, ImageOptions, RegExp][] = [
  [
    // 4·2^62 = 2^64 takes 66 bits; at 4 + 0 fraction bits it need not be moved.
    'a sum of dfa over the classes',
    { rule: { kind: 'dfa' }, formats: { delta: wide, feedback: 's32.0' } },
    /layer 1: the error signal needs 66 bits at 4 fraction bits/,
  ],
  [
    'a sum of fa over the neurons of the layer above',
    { rule: { kind: 'fa' }, formats: { delta: wide, feedback: 's32.0' } },
    /layer 1: the error signal needs 66 bits/,
  ],
  [
    'a sum of bp over the neurons of the layer above',
    { rule: { kind: 'bp' }, formats: { delta: wide, weight: 's32.0' } },
    /layer 1: the error signal needs 66 bits/,
  ],
  [
    // 4·2^31 = 2^33 takes 35 bits, 30 places up.
    'a sum of sdfa moved too far up',
    { rule: { kind: 'sdfa' }, formats: { delta: 's8.30', feedback: 's32.0' } },
    /layer 1: the error signal needs 65 bits at 30 fraction bits/,
  ],
  [
    // 2^15·2^31 = 2^46 takes 48 bits, 17 places up.
    'a product of defp moved too far up',
    {
      rule: smallDefp('error', 4),
      formats: { delta: 's8.17', feedback: 's32.0', delayedError: 's16.0' },
    },
    /layer 1: the error signal needs 65 bits at 17 fraction bits/,
  ],
  [
    'a sum of defp fullVector moved too far up',
    {
      rule: smallDefp('fullVector', 4),
      formats: { delta: 's8.15', feedback: 's32.0', delayedError: 's16.0' },
    },
    /layer 1: the error signal needs 65 bits at 15 fraction bits/,
  ],
  [
    'an error of dfa moved too far down',
    {
      rule: { kind: 'dfa' },
      formats: {
        output: 'u16.16',
        delta: 's8.-47',
        feedback: 's4.-47',
        weight: 's6.-40',
        bias: 's6.-40',
      },
    },
    /the output error y − t would move from 16 to -47 fraction bits, a shift by 63/,
  ],
  [
    'a reciprocal of 63 bits',
    { rule: smallDefp('loss', 4), formats: { output: 'u16.15', delayedError: 'u16.48' } },
    /the delayed error 1\/y would move from -15 to 48 fraction bits, a shift by 63/,
  ],
  [
    // 1 − y ≥ −(2^16 − 2^0) takes 17 bits, 48 places up.
    'an error 1 − y moved too far up',
    { rule: smallDefp('error', 4), formats: { output: 'u16.0', delayedError: 's16.48' } },
    /the delayed error 1 − y needs 65 bits at 48 fraction bits/,
  ],
  [
    'a loss 2(1 − y) moved too far up',
    {
      rule: smallDefp('loss', 4),
      loss: 'mse',
      formats: { output: 'u16.0', delayedError: 's16.47' },
    },
    /the delayed error 2\(1 − y\) needs 65 bits at 47 fraction bits/,
  ],
  [
    'an error vector t − y moved too far up',
    { rule: smallDefp('fullVector', 4), formats: { output: 'u16.0', delayedError: 's16.48' } },
    /the delayed error t − y needs 65 bits at 48 fraction bits/,
  ],
  [
    'a sum of an epoch moved too far up',
    { rule: smallDefp('aggregated', 2), formats: { output: 'u16.0', delayedError: 's16.47' } },
    /the delayed error Σ\(1 − y\) needs 65 bits at 47 fraction bits/,
  ],
  [
    'a delayed error of 17 bits',
    { rule: smallDefp('error', 4), formats: { delayedError: 's17.4' } },
    /delayedError: format s17\.4 is not possible; allowed are at most 16 bits/,
  ],
];
for (const [name, options, message] of refusedByRule) {
  test(`an image with ${name} is refused (spec §2.4, §2.9)`, (t) => {
    t.throws(
      () => {
        checkDatapathWidth(wideImageOf(options));
      },
      { instanceOf: InputError, message },
    );
  });
}

test('an activation table with more than 16 index bits is refused (spec §2.4)', (t) => {
  const image = imageOf({});
  const layers = image.layers.map((layer) => ({
    ...layer,
    activationUnit: { ...layer.activationUnit, inputFormat: parseFormat('s20.10'), indexBits: 17 },
  }));
  t.throws(
    () => {
      checkDatapathWidth({ ...image, layers });
    },
    { instanceOf: InputError, message: /layer 1: the activation table has 17 index bits/ },
  );
});
