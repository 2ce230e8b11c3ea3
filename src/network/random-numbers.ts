import seedrandom from 'seedrandom';

/*
 * Random numbers that are the same bytes on every machine: + − × ÷ and √ only, which IEEE 754 rounds in one way.
 * Math.log and Math.cos, which the usual normal generators call, differ between machines in the last bit.
 */

/** Uniform in [0, 1). */
type UniformSource = () => number;

function uniformSource(seed: string): UniformSource {
  return seedrandom(seed);
}

/** `count` numbers uniform in ±bound. */
export function drawUniform(seed: string, count: number, bound: number): Float32Array {
  const uniform = uniformSource(seed);
  return Float32Array.from({ length: count }, () => (2 * uniform() - 1) * bound);
}

/**
 * True with probability e^−x, 0 ≤ x ≤ 1, by comparisons alone (von Neumann 1951): draw until a number is not below the
 * one before, starting below x; P(at least n below) = xⁿ/n!, so an even count of them has probability Σ (−x)ⁿ/n! = e^−x.
 */
function isExponentialHit(uniform: UniformSource, x: number): boolean {
  let isEven = true;
  let bound = x;
  for (let next = uniform(); next < bound; next = uniform()) {
    bound = next;
    isEven = !isEven;
  }
  return isEven;
}

/** True with probability e^−(count/2). */
function isHalfHit(uniform: UniformSource, count: number): boolean {
  for (let trial = 0; trial < count; trial += 1) {
    if (!isExponentialHit(uniform, 0.5)) return false;
  }
  return true;
}

/** 0, 1, 2, … with probability proportional to e^−(k/2). */
function drawGeometric(uniform: UniformSource): number {
  let k = 0;
  while (isExponentialHit(uniform, 0.5)) k += 1;
  return k;
}

/**
 * One standard normal number by rejection, exact up to the resolution of `uniform` (Karney 2016, "Sampling exactly
 * from the normal distribution", DOI 10.1145/2710016, algorithm N): |n| = k + x, where k, then x in [0, 1), are
 * kept with probabilities e^−(k/2)·e^−(k(k−1)/2)·e^−(x(2k+x)/2) = e^−((k+x)²/2).
 */
function drawNormalNumber(uniform: UniformSource): number {
  for (;;) {
    const k = drawGeometric(uniform);
    if (!isHalfHit(uniform, k * (k - 1))) continue;
    const x = uniform();
    // e^−(x(2k+x)/2) as k + 1 equal factors, each with an exponent below 1.
    const exponent = (x * (2 * k + x)) / (2 * k + 2);
    let isKept = true;
    for (let trial = 0; trial <= k && isKept; trial += 1) {
      isKept = isExponentialHit(uniform, exponent);
    }
    if (isKept) return uniform() < 0.5 ? k + x : -(k + x);
  }
}

/** `count` normal numbers of mean 0. */
export function drawNormal(seed: string, count: number, deviation: number): Float32Array {
  const uniform = uniformSource(seed);
  return Float32Array.from({ length: count }, () => drawNormalNumber(uniform) * deviation);
}
