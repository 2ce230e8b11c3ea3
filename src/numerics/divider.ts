/** ⌊dividend / divisor⌋ for dividend ≥ 0, divisor > 0: restoring division, one quotient bit a step as in hardware. */
function floorQuotient(dividend: bigint, divisor: bigint): bigint {
  let quotient = 0n;
  let remainder = 0n;
  for (const bit of dividend.toString(2)) {
    remainder = (remainder << 1n) | BigInt(bit);
    const isContained = remainder >= divisor;
    quotient = (quotient << 1n) | (isContained ? 1n : 0n);
    if (isContained) remainder -= divisor;
  }
  return quotient;
}

/** dividend / divisor, rounded to the nearest integer, half away from zero; divisor > 0 (docs/spec.md §2.9). */
export function nearestQuotient(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const quotient = floorQuotient(magnitude + (divisor >> 1n), divisor);
  return dividend < 0n ? -quotient : quotient;
}
