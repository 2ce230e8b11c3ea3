/**
 * A Galois linear-feedback shift register, the chip's random generator (docs/spec.md §2.5). One draw is one clock:
 * the register shifts right by one, and if the bit shifted out was 1, `polynomialMask` is XORed in. The drawn word is
 * the register after that clock. Zero never appears: it is the register's only dead state.
 */
export interface LfsrSpec {
  /** Register width, 2 to 32 bits. */
  readonly widthBits: number;
  /** Galois feedback mask; bit i stands for x^(i+1) of the polynomial, so the top bit is always set. */
  readonly polynomialMask: number;
}

/** Next state of the register. States and masks are unsigned integers below 2^widthBits. */
export function nextState(state: number, spec: LfsrSpec): number {
  const shifted = state >>> 1;
  return (state & 1) === 1 ? (shifted ^ spec.polynomialMask) >>> 0 : shifted;
}

/** @throws RangeError where the generator cannot work: a width outside 2..32, a mask without its top bit. */
export function checkLfsrSpec(spec: LfsrSpec): void {
  const { widthBits, polynomialMask } = spec;
  if (!Number.isInteger(widthBits) || widthBits < 2 || widthBits > 32) {
    throw new RangeError(`random generator: width of ${widthBits} bits is outside 2..32`);
  }
  if (
    !Number.isInteger(polynomialMask) ||
    polynomialMask < 0 ||
    BigInt(polynomialMask) >> BigInt(widthBits - 1) !== 1n
  ) {
    throw new RangeError(
      `random generator: mask 0x${polynomialMask.toString(16)} does not have bit ${widthBits - 1} as its highest; a ${widthBits}-bit register needs x^${widthBits}`,
    );
  }
}
