/*
 * Exact integer helpers. The one division here is of safe non-negative integers, and its result is
 * corrected by the remainder, so that no float enters.
 */

/** ⌈dividend / divisor⌉ for safe integers, dividend ≥ 0, divisor > 0: words for `dividend` values, `divisor` per word. */
export function ceilDiv(dividend: number, divisor: number): number {
  if (!Number.isSafeInteger(dividend) || dividend < 0) {
    throw new RangeError(`ceilDiv: dividend ${dividend} is not a safe integer ≥ 0`);
  }
  if (!Number.isSafeInteger(divisor) || divisor <= 0) {
    throw new RangeError(`ceilDiv: divisor ${divisor} is not a safe integer > 0`);
  }
  const remainder = dividend % divisor;
  const whole = (dividend - remainder) / divisor;
  return remainder === 0 ? whole : whole + 1;
}

/** ⌊dividend / divisor⌋ for safe integers, dividend ≥ 0, divisor > 0 (whole values that fit a word). */
export function floorDiv(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return remainder === 0 ? ceilDiv(dividend, divisor) : ceilDiv(dividend, divisor) - 1;
}

/** Element `index`, or a RangeError that names the array: the only way typed arrays are read in checked code. */
export function elementAt<Element>(
  array: { readonly length: number; readonly [index: number]: Element },
  index: number,
  name: string,
): Element {
  const element = array[index];
  if (element === undefined) {
    throw new RangeError(`${name}: index ${index} is outside 0..${array.length - 1}`);
  }
  return element;
}
