import test from 'ava';
import {
  combinationsOf,
  settingsOf,
  UnequalPairs,
} from '../../../src/experiment/study/expand-sweep.js';

/* Studies, "A sweep file": grid, named points, zipped pairs, constraints. */

test('a grid is every combination, in the order in which it is written', (t) => {
  const combinations = combinationsOf({ grid: { a: [1, 2], b: ['x', 'y', 'z'] } });
  t.deepEqual(combinations.map(settingsOf), [
    { a: 1, b: 'x' },
    { a: 1, b: 'y' },
    { a: 1, b: 'z' },
    { a: 2, b: 'x' },
    { a: 2, b: 'y' },
    { a: 2, b: 'z' },
  ]);
});

test('keys of one pair change together; two pairs are combined', (t) => {
  const combinations = combinationsOf({
    pairs: [{ rule: ['drtp', 'bp'], rate: [0.5, 0.25] }, { bits: [4, 8] }],
  });
  t.deepEqual(combinations.map(settingsOf), [
    { rule: 'drtp', rate: 0.5, bits: 4 },
    { rule: 'drtp', rate: 0.5, bits: 8 },
    { rule: 'bp', rate: 0.25, bits: 4 },
    { rule: 'bp', rate: 0.25, bits: 8 },
  ]);
});

test('a named point stands for several keys, and a grid is run for each', (t) => {
  const points = { 'DEFP loss': { rule: 'defp', 'defp.variant': 'loss' }, DRTP: { rule: 'drtp' } };
  const combinations = combinationsOf({ points, grid: { bits: [4, 8] } });
  t.deepEqual(
    combinations.map((combination) => [combination.name, settingsOf(combination)]),
    [
      ['DEFP loss', { rule: 'defp', 'defp.variant': 'loss', bits: 4 }],
      ['DEFP loss', { rule: 'defp', 'defp.variant': 'loss', bits: 8 }],
      ['DRTP', { rule: 'drtp', bits: 4 }],
      ['DRTP', { rule: 'drtp', bits: 8 }],
    ],
  );
});

test('points that have all settings of a constraint are left out, and equal ones stand once', (t) => {
  const combinations = combinationsOf({
    grid: { a: [1, 2, 2], b: [1, 2] },
    constraints: [{ a: 2, b: 1 }],
  });
  t.deepEqual(combinations.map(settingsOf), [
    { a: 1, b: 1 },
    { a: 1, b: 2 },
    { a: 2, b: 2 },
  ]);
});

test('keys of a pair with different numbers of values are refused with their numbers', (t) => {
  const error = t.throws(() => combinationsOf({ pairs: [{ a: [1] }, { b: [1, 2], c: [1] }] }), {
    instanceOf: UnequalPairs,
  });
  t.is(error.group, 1);
  t.regex(error.message, /b 2, c 1/);
});

test('a sweep without axes is the base experiment alone', (t) => {
  t.deepEqual(combinationsOf({}).map(settingsOf), [{}]);
});
