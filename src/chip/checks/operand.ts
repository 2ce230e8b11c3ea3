import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../numerics/format.js';
import { InputError } from '../../units/input-error.js';

/*
 * Ranges of values, and whether the datapath can hold and shift them (docs/spec.md §2.4).
 */

/** Widest operand, two's complement. */
const datapathBits = 64;
/** Farthest an operand is shifted. */
const maximumShiftBits = 62;

/** All values an operand can take, raw with `fractionBits` fraction bits. */
export interface Operand {
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly fractionBits: number;
}

export function valueOf(format: FixedPointFormat): Operand {
  const { fractionBits } = format;
  return { lowest: minimumRaw(format), highest: maximumRaw(format), fractionBits };
}

/** The product with a factor in 0..`largest` raw. */
export function timesUnsigned(value: Operand, largest: bigint, fractionBits: number): Operand {
  return {
    lowest: value.lowest * largest,
    highest: value.highest * largest,
    fractionBits: value.fractionBits + fractionBits,
  };
}

export function times(left: Operand, right: Operand): Operand {
  const corners = [
    left.lowest * right.lowest,
    left.lowest * right.highest,
    left.highest * right.lowest,
    left.highest * right.highest,
  ];
  return {
    lowest: corners.reduce((least, corner) => (corner < least ? corner : least)),
    highest: corners.reduce((most, corner) => (corner > most ? corner : most)),
    fractionBits: left.fractionBits + right.fractionBits,
  };
}

/** An exact sum of `count` values; the partial sums of values around 0 lie inside of it. */
export function sumOf(count: number, term: Operand): Operand {
  const terms = BigInt(count);
  return { ...term, lowest: terms * term.lowest, highest: terms * term.highest };
}

/** Bits of the narrowest two's complement number that holds the value. */
function signedBits(value: bigint): number {
  const magnitude = value < 0n ? -value - 1n : value;
  return magnitude === 0n ? 1 : magnitude.toString(2).length + 1;
}

/** @throws InputError when the operand cannot be brought to `fractionBits`. */
export function checkAlignment(where: string, operand: Operand, fractionBits: number): void {
  const shiftBits = fractionBits - operand.fractionBits;
  if (Math.abs(shiftBits) > maximumShiftBits) {
    throw new InputError(
      `${where} would move from ${operand.fractionBits} to ${fractionBits} fraction bits, a shift by ${Math.abs(shiftBits)}; the datapath shifts by at most ${maximumShiftBits}; bring the formats' fraction bits closer together`,
    );
  }
  const widest = Math.max(signedBits(operand.lowest), signedBits(operand.highest));
  const neededBits = widest + Math.max(0, shiftBits);
  if (neededBits > datapathBits) {
    throw new InputError(
      `${where} needs ${neededBits} bits at ${Math.max(fractionBits, operand.fractionBits)} fraction bits; the datapath has ${datapathBits}; use narrower formats or bring their fraction bits closer together`,
    );
  }
}

/** `stored − change`: both at the larger fraction, the difference rounded to the fraction of `stored`. */
export function checkSubtraction(where: string, stored: Operand, change: Operand): void {
  const fractionBits = Math.max(stored.fractionBits, change.fractionBits);
  checkAlignment(`${where}, the stored value`, stored, fractionBits);
  checkAlignment(`${where}, the change`, change, fractionBits);
}

/** @throws InputError when the value itself is wider than the datapath. */
export function checkWidth(where: string, operand: Operand): void {
  checkAlignment(where, operand, operand.fractionBits);
}

/** The value rounded to `fractionBits`, whatever the mode. @throws InputError when it cannot be brought there. */
export function roundedTo(where: string, operand: Operand, fractionBits: number): Operand {
  checkAlignment(where, operand, fractionBits);
  const shift = BigInt(fractionBits - operand.fractionBits);
  if (shift >= 0n) {
    return { lowest: operand.lowest << shift, highest: operand.highest << shift, fractionBits };
  }
  return {
    lowest: operand.lowest >> -shift,
    highest: (operand.highest >> -shift) + 1n,
    fractionBits,
  };
}

/** left + right, exact, at the larger fraction. @throws InputError when an operand or the sum does not fit. */
export function exactSumOf(where: string, left: Operand, right: Operand): Operand {
  const fractionBits = Math.max(left.fractionBits, right.fractionBits);
  const first = roundedTo(where, left, fractionBits);
  const second = roundedTo(where, right, fractionBits);
  const sum = {
    lowest: first.lowest + second.lowest,
    highest: first.highest + second.highest,
    fractionBits,
  };
  checkWidth(`${where}, the sum`, sum);
  return sum;
}
