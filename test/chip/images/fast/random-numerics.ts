import fc from 'fast-check';
import type { ChipNumerics, TensorName } from '../../../../src/chip/image/chip-image.js';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../../../src/numerics/format.js';
import type { RoundingMode } from '../../../../src/numerics/modes.js';

/**
 * Which images a property draws: all that docs/spec.md §2.1–2.4 allows; those whose layers take the vector path of 8-bit
 * weights; or those of up to 16 bits with every mode, small accumulators and products that are rounded.
 */
export type ImageFamily = 'any' | 'vector' | 'wide';

export type Draw = <Value>(arbitrary: fc.Arbitrary<Value>) => Value;

/** A drawn format; `bits` and `fraction`: lowest and highest number of all bits and of fraction bits. */
export function format(
  draw: Draw,
  bits: readonly [number, number],
  fraction: readonly [number, number],
  sign: boolean | null = null,
): FixedPointFormat {
  const isSigned = sign ?? draw(fc.boolean());
  // Raw values are kept as signed words of 32 bits (docs/spec.md §2.1).
  const largestBits = bits[1] === 32 && !isSigned ? 31 : bits[1];
  return {
    isSigned,
    totalBits: draw(fc.integer({ min: bits[0], max: largestBits })),
    fractionBits: draw(fc.integer({ min: fraction[0], max: fraction[1] })),
  };
}

function formatsOfAnyImage(draw: Draw): Record<TensorName, FixedPointFormat> {
  return {
    input: format(draw, [1, 31], [-4, 12]),
    weight: format(draw, [1, 32], [-6, 24]),
    bias: format(draw, [1, 32], [-6, 24]),
    accumulator: draw(
      fc.oneof(
        fc.constant(format(draw, [1, 40], [-8, 30])),
        fc.constant(format(draw, [60, 64], [20, 40])),
      ),
    ),
    activation: format(draw, [1, 16], [0, 16]),
    output: format(draw, [1, 16], [0, 16]),
    delta: format(draw, [1, 32], [-4, 20], true),
    feedback: format(draw, [1, 32], [-4, 20]),
    update: format(draw, [1, 32], [-4, 24], true),
    delayedError: format(draw, [1, 16], [-4, 16]),
    gradient: format(draw, [2, 32], [-4, 14], true),
    momentum: format(draw, [2, 32], [-4, 14], true),
    secondMoment: format(draw, [2, 31], [-4, 30], false),
  };
}

function formatsOfVectorImage(draw: Draw): Record<TensorName, FixedPointFormat> {
  // Up to 9 bits products fit 16-bit lanes, beyond them they need 32.
  const deltaBits = draw(fc.constantFrom(9, 16));
  return {
    input: format(draw, [1, 9], [6, 9], null),
    weight: format(draw, [2, 8], [3, 7], true),
    bias: format(draw, [8, 16], [4, 15], true),
    accumulator: format(draw, [16, 34], [12, 20], true),
    activation: format(draw, [6, 9], [5, 8]),
    output: format(draw, [6, 9], [5, 8]),
    delta: format(draw, [4, deltaBits], [3, deltaBits - 1], true),
    feedback: format(draw, [4, 9], [3, 8], true),
    update: format(draw, [4, deltaBits], [4, deltaBits + 3], true),
    delayedError: format(draw, [4, 16], [3, 12]),
    gradient: format(draw, [12, 32], [8, 20], true),
    momentum: format(draw, [12, 32], [8, 20], true),
    secondMoment: format(draw, [12, 31], [8, 30], false),
  };
}

function formatsOfWideImage(draw: Draw): Record<TensorName, FixedPointFormat> {
  const isFine = draw(fc.boolean());
  return {
    ...formatsOfVectorImage(draw),
    input: format(draw, [1, 17], [6, 16], null),
    weight: format(draw, [1, 17], [3, 16], null),
    accumulator: isFine ? format(draw, [20, 48], [14, 30]) : format(draw, [8, 32], [6, 18]),
    activation: format(draw, [6, 16], [5, 15]),
    delta: format(draw, [4, 18], [3, 16], true),
    update: format(draw, [4, 24], [2, 22], true),
  };
}

const formatsOf: Readonly<Record<ImageFamily, typeof formatsOfAnyImage>> = {
  any: formatsOfAnyImage,
  vector: formatsOfVectorImage,
  wide: formatsOfWideImage,
};

export function numerics(draw: Draw, family: ImageFamily): ChipNumerics {
  const formats = formatsOf[family](draw);
  const mode = fc.constantFrom('saturate', 'wrap');
  const overflow: ChipNumerics['overflow'] = {
    input: 'saturate',
    weight: family === 'vector' ? 'saturate' : draw(mode),
    bias: draw(mode),
    accumulator: draw(mode),
    activation: 'saturate',
    output: 'saturate',
    delta: draw(mode),
    feedback: 'saturate',
    update: draw(mode),
    delayedError: 'saturate',
    gradient: draw(mode),
    momentum: draw(mode),
    secondMoment: draw(mode),
  };
  const deterministic = fc.constantFrom('truncate', 'nearest', 'nearestEven');
  const any: fc.Arbitrary<RoundingMode> = fc.oneof(deterministic, fc.constant('stochastic'));
  return {
    formats,
    overflow,
    rounding: {
      input: 'nearest',
      weight:
        family === 'vector'
          ? draw(fc.constantFrom('stochastic', 'truncate', 'nearest'))
          : draw(any),
      bias: draw(any),
      accumulator: draw(deterministic),
      activation: 'nearest',
      output: 'nearest',
      delta: draw(deterministic),
      feedback: 'nearest',
      update: draw(deterministic),
      delayedError: 'nearest',
      gradient: draw(deterministic),
      momentum: draw(deterministic),
      secondMoment: draw(deterministic),
    },
  };
}

/** Raw values of a format: mostly anywhere, often at its ends or 0. Unsigned 32-bit values are stored as their bit pattern. */
export function rawValues(draw: Draw, of: FixedPointFormat, count: number): Int32Array {
  const [lowest, highest] = [Number(minimumRaw(of)), Number(maximumRaw(of))];
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: lowest, max: highest }) },
    { weight: 1, arbitrary: fc.constantFrom(lowest, highest, 0) },
  );
  return Int32Array.from(
    draw(fc.array(value, { minLength: count, maxLength: count })),
    (raw) => raw | 0,
  );
}
