import test from 'ava';
import { drawNormal, drawUniform } from '../../src/network/random-numbers.js';

const count = 100_000;

/** Share of |n| below 1, 2 and 3 deviations, from a table of the normal distribution. */
const shares = [
  [1, 0.682689],
  [2, 0.9545],
  [3, 0.9973],
] as const;

test('normal numbers have the mean, the variance and the shares of the distribution', (t) => {
  const drawn = drawNormal('a seed', count, 2);
  const mean = drawn.reduce((sum, value) => sum + value, 0) / count;
  const variance = drawn.reduce((sum, value) => sum + value ** 2, 0) / count;
  // Bounds are five deviations of each estimate: σ/√n, σ²·√(2/n), √(p(1 − p)/n).
  t.true(Math.abs(mean) < (5 * 2) / Math.sqrt(count));
  t.true(Math.abs(variance - 4) < 5 * 4 * Math.sqrt(2 / count));
  for (const [bound, share] of shares) {
    const inside = drawn.filter((value) => Math.abs(value) < 2 * bound).length / count;
    t.true(Math.abs(inside - share) < 5 * Math.sqrt((share * (1 - share)) / count), `${bound}`);
  }
});

test('normal numbers have the shape of the density inside each deviation too', (t) => {
  const drawn = drawNormal('another seed', count, 1);
  // ∫ of the density over 0…0.5, 0.5…1, 1…1.5, 1.5…2, from a table of the normal distribution.
  const expected = [0.191462, 0.149882, 0.091848, 0.044057];
  expected.forEach((share, index) => {
    for (const sign of [1, -1]) {
      const inside = drawn.filter((value) => {
        const half = (value * sign) / 0.5;
        return half >= index && half < index + 1;
      });
      const deviation = Math.sqrt((share * (1 - share)) / count);
      t.true(Math.abs(inside.length / count - share) < 5 * deviation, `${index} ${sign}`);
    }
  });
});

test.serial('normal numbers are drawn without functions that differ between machines', (t) => {
  const before = drawNormal('seed', 1000, 1);
  const kept = { log: Math.log, exp: Math.exp, cos: Math.cos, sin: Math.sin, pow: Math.pow };
  const refuse = (): never => {
    throw new Error('a function that machines round differently');
  };
  Object.assign(Math, { log: refuse, exp: refuse, cos: refuse, sin: refuse, pow: refuse });
  try {
    t.deepEqual(drawNormal('seed', 1000, 1), before);
  } finally {
    Object.assign(Math, kept);
  }
});

test('another seed draws other numbers, and uniform numbers fill their bound', (t) => {
  t.notDeepEqual(drawNormal('a', 10, 1), drawNormal('b', 10, 1));
  const uniform = drawUniform('a', 10_000, 0.25);
  t.true(uniform.every((value) => Math.abs(value) <= 0.25));
  t.true(uniform.some((value) => value > 0.249) && uniform.some((value) => value < -0.249));
});
