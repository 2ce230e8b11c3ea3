import test from 'ava';
import type { ChipImage, DefpSpec } from '../../../src/chip/image/chip-image.js';
import { checkDatapathWidth } from '../../../src/chip/checks/datapath-width.js';
import { InputError } from '../../../src/units/input-error.js';
import { chipImage, smallDefp, type SmallLayer, type ImageOptions } from '../images/chip-image.js';

const hidden: SmallLayer = { weights: [1], biases: [0], feedback: [1], function: 'tanh' };
const output: SmallLayer = { weights: [1], biases: [0], function: 'sigmoid' };

function imageOf(options: ImageOptions = {}, last: Partial<SmallLayer> = {}): ChipImage {
  return chipImage([hidden, { ...output, ...last }], options);
}

const rmsprop = { kind: 'rmsprop', decayRaw: 64881, epsilonRaw: 1 } as const;
const adam = {
  kind: 'adam',
  firstDecayRaw: 58982,
  secondDecayRaw: 65470,
  epsilonRaw: 1,
} as const;

/** A rule whose delayed error is of the last samples. */
function lastErrors(variant: DefpSpec['variant'], averageShift: number): ImageOptions {
  return { rule: { ...smallDefp(variant, 3), averageShift } };
}

const refused: readonly [string, ChipImage, RegExp][] = [
  [
    'an average over more than 2^8 samples',
    imageOf(lastErrors('movingAverage', 9)),
    /variant movingAverage: an average shift of 9 is not possible; it is 0 to 8 /,
  ],
  [
    'an average of errors that are kept one a sample',
    imageOf(lastErrors('error', 1)),
    /variant error: an average shift of 1 is not possible; .* else 0/,
  ],
  [
    'a sum of more than 31 bits',
    imageOf({
      ...lastErrors('movingAverage', 8),
      isExact: true,
      formats: { delayedError: 's24.8' },
    }),
    /the sum of the average has 32 bits, its register at most 31; use a narrower delayedError/,
  ],
  [
    'η scaled by the last errors in batches',
    imageOf({ ...lastErrors('movingRate', 2), batchSize: 2 }),
    /variant movingRate: a batch of 2 samples has no error of its own/,
  ],
  [
    'a shift that the last errors should scale',
    imageOf(lastErrors('movingRate', 2)),
    /variant movingRate: η of layer 1 is a shift, which nothing can scale; give it as a mantissa/,
  ],
  [
    'loss bce and outputs that are no sigmoid',
    imageOf({}, { function: 'tanh' }),
    /layer 2: loss bce needs sigmoid outputs, not tanh;/,
  ],
  [
    'an exact unit in an image that is not exact',
    { ...imageOf({ isExact: true }), isExact: false },
    /layer 1: an exact tanh needs an exact image;/,
  ],
  [
    'an unsigned gradient',
    imageOf({ formats: { gradient: 'u12.6' } }),
    /gradient: format u12\.6 is not possible; a gradient is signed/,
  ],
  [
    'an unsigned momentum',
    imageOf({ formats: { momentum: 'u12.6' } }),
    /momentum: format u12\.6 is not possible; a momentum is signed/,
  ],
  [
    'a signed second moment',
    imageOf({ formats: { secondMoment: 's12.6' } }),
    /secondMoment: format s12\.6 is not possible; a second moment is unsigned with at most 31 bits/,
  ],
  [
    'a second moment of 32 bits',
    imageOf({ formats: { secondMoment: 'u32.6' } }),
    /secondMoment: format u32\.6 is not possible/,
  ],
  [
    // 16 + 8/2 − 21.
    'a gradient too fine for its ratio',
    imageOf({ optimizer: rmsprop, formats: { gradient: 's32.21' } }),
    /gradient has 1 fraction bits too many for its ratio/,
  ],
  [
    // V = v·r₂ has 8 + 16 fraction bits: 16 + 12 − 29.
    'a momentum too fine for its ratio',
    imageOf({ optimizer: adam, formats: { momentum: 's32.29' } }),
    /momentum has 1 fraction bits too many for its ratio/,
  ],
  [
    'a decay of 1',
    imageOf({ optimizer: { ...adam, secondDecayRaw: 65536 } }),
    /β₂ of 65536\/65536 is not possible; decays are 16-bit fractions, 0 to 65535/,
  ],
  [
    'a negative decay',
    imageOf({ optimizer: { kind: 'momentum', decayRaw: -1, isNesterov: false } }),
    /β of -1\/65536 is not possible/,
  ],
  [
    'ε of 0',
    imageOf({ optimizer: { ...rmsprop, epsilonRaw: 0 } }),
    /ε of 0 steps of the root is not possible/,
  ],
  ['a batch of no sample', imageOf({ batchSize: 0 }), /batchSize: a step after 0 training samples/],
  [
    'a convolution as output layer',
    imageOf({}, { convolution: { inputShape: [1, 2, 2], kernelSize: 1 } }),
    /layer 2: the output layer is a convolution/,
  ],
];
for (const [name, image, message] of refused) {
  test(`an image with ${name} is refused (spec §2.1, §2.10–2.13)`, (t) => {
    t.throws(
      () => {
        checkDatapathWidth(image);
      },
      { instanceOf: InputError, message },
    );
  });
}

const accepted: readonly [string, ChipImage][] = [
  [
    'the finest gradient of a ratio',
    imageOf({ optimizer: rmsprop, formats: { gradient: 's12.20' } }),
  ],
  ['the finest momentum of a ratio', imageOf({ optimizer: adam, formats: { momentum: 's12.28' } })],
  ['the largest decay', imageOf({ optimizer: { ...adam, secondDecayRaw: 65535 } })],
  ['loss ce and tanh outputs', imageOf({ loss: 'ce' }, { function: 'tanh' })],
  [
    'exact units and formats that no datapath could carry',
    imageOf({
      isExact: true,
      formats: {
        weight: 's32.30',
        input: 's32.30',
        accumulator: 's64.48',
        activation: 's32.30',
        output: 's32.30',
        delta: 's32.30',
        feedback: 's32.30',
        gradient: 's32.30',
        delayedError: 's32.30',
      },
    }),
  ],
];
for (const [name, image] of accepted) {
  test(`an image with ${name} passes (spec §2.11–2.13)`, (t) => {
    t.notThrows(() => {
      checkDatapathWidth(image);
    });
  });
}

test('an exact image keeps to the signs and to 0 fraction bits or more of h (spec §2.1, §2.12)', (t) => {
  const check = (formats: NonNullable<ImageOptions['formats']>) => () => {
    checkDatapathWidth(imageOf({ isExact: true, formats }));
  };
  t.throws(check({ activation: 's32.-1' }), { message: /activation: format s32\.-1/ });
  t.throws(check({ output: 'u32.16' }), { message: /output: format u32\.16 .* at most 31 bits/ });
});
