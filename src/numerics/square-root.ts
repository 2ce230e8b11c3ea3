/** ⌊√value⌋ for value ≥ 0: one bit of the root a step, from the top, as in hardware (docs/spec.md §2.11). */
export function integerSquareRoot(value: bigint): bigint {
  let root = 0n;
  for (let bit = value.toString(2).length >> 1; bit >= 0; bit -= 1) {
    const candidate = root | (1n << BigInt(bit));
    if (candidate * candidate <= value) root = candidate;
  }
  return root;
}
