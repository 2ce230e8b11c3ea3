import { nearestQuotient } from '../../../numerics/divider.js';

/** Entries: u = 0…4095 with 8 fraction bits (docs/spec.md §2.13). */
export const softmaxEntryCount = 4096;
const entryBits = 16n;
/** Powers are made one from the other: 4095 roundings of this many bits leave the 16 that are kept far from doubt. */
const workingBits = 96n;
const one = 1n << workingBits;

/** e^(−1/256), by the series of the exponential function: the term after t is −t/(256·n). */
function firstPower(): bigint {
  let sum = one;
  let term = one;
  for (let n = 1n; term !== 0n; n += 1n) {
    term = nearestQuotient(-term, 256n * n);
    sum += term;
  }
  return sum;
}

/** T[j] = 2^16·e^(−j/256), rounded to nearest (docs/spec.md §2.13). */
export function softmaxTable(): Int32Array {
  const base = firstPower();
  const half = one >> (entryBits + 1n);
  let power = one;
  return Int32Array.from({ length: softmaxEntryCount }, () => {
    const entry = (power + half) >> (workingBits - entryBits);
    power = (power * base) >> workingBits;
    return Number(entry);
  });
}
