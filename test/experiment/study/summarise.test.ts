import test from 'ava';
import type { StudyPoint } from '../../../src/experiment/study/plan-study.js';
import {
  commonSettings,
  groupsOf,
  pairedDifference,
  summariseMetric,
  summariseValues,
} from '../../../src/experiment/study/summarise.js';
import { recordOf } from './made-records.js';

/* Studies, "Store": n, mean, SE, 95 % interval; differences paired by seed. */

function close(
  t: { true: (value: boolean, message?: string) => void },
  a: number,
  b: number,
): void {
  t.true(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
}

test('mean, standard error and interval of three values, worked out by hand', (t) => {
  // Mean 5, deviations −1, 0, 1: variance 1, SE 1/√3, t of 2 degrees of freedom 4.303.
  const summary = summariseValues([4, 5, 6]);
  t.is(summary?.n, 3);
  t.is(summary?.mean, 5);
  close(t, summary?.standardError ?? 0, 1 / Math.sqrt(3));
  close(t, summary?.interval?.low ?? 0, 5 - 4.303 / Math.sqrt(3));
  close(t, summary?.interval?.high ?? 0, 5 + 4.303 / Math.sqrt(3));
});

test('one value has no error, none has no mean', (t) => {
  t.deepEqual(summariseValues([7]), { n: 1, mean: 7, standardError: null, interval: null });
  t.is(summariseValues([]), null);
});

function point(rule: string, seed: number): StudyPoint {
  const settings = { 'training.rule': rule };
  return { name: null, settings, seed, hash: `${rule}${seed}`, problem: null };
}

test('points with different seeds are one group; differences are paired by seed', (t) => {
  const seeds = [1, 2, 3];
  const points = ['drtp', 'bp'].flatMap((rule) => seeds.map((seed) => point(rule, seed)));
  const errors: Record<string, number> = { drtp1: 6, drtp2: 9, drtp3: 12, bp1: 5, bp2: 8, bp3: 11 };
  const records = new Map(
    Object.entries(errors)
      .filter(([hash]) => hash !== 'bp2')
      .map(([hash, error]) => [hash, recordOf(hash, [error])]),
  );
  const [drtp, bp] = groupsOf({ points }, records);
  if (drtp === undefined || bp === undefined) {
    t.fail('two groups are missing');
    return;
  }
  t.is(drtp.label, 'rule drtp');
  t.is(summariseMetric(drtp, 'chipTestErrorPercent')?.mean, 9);
  t.is(bp.missing, 1);
  // 5 − 6 and 11 − 12: seed 2 has no partner. The seeds differ by far more than the rules, which pairing sees through.
  const difference = pairedDifference(bp, drtp, 'chipTestErrorPercent');
  t.is(difference?.n, 2);
  t.is(difference?.mean, -1);
  t.is(difference?.standardError, 0);
});

test('best and last error are both known, and the best is that of its first epoch', (t) => {
  const points = [point('drtp', 1)];
  const [group] = groupsOf({ points }, new Map([['drtp1', recordOf('drtp1', [9, 5, 5, 7])]]));
  t.is(group && summariseMetric(group, 'bestChipTestErrorPercent')?.mean, 5);
  t.is(group && summariseMetric(group, 'chipTestErrorPercent')?.mean, 7);
});

test('labels tell apart what differs, also where keys end alike', (t) => {
  const settings = [
    { 'precision.weight': 's4.3', 'mapping.weight': 1 },
    { 'precision.weight': 1, 'mapping.weight': 's4.3' },
    { 'precision.weight': '1', 'mapping.weight': 's4.3' },
  ];
  const points = settings.map((own, index): StudyPoint => {
    return { name: null, settings: own, seed: 1, hash: String(index), problem: null };
  });
  const labels = groupsOf({ points }, new Map()).map(({ label }) => label);
  t.is(new Set(labels).size, 3, labels.join(' | '));
});

test('labels say what differs, and what all points have alike stands once', (t) => {
  const points = ['s4.3', 's8.7'].flatMap((weight) =>
    ['nearest', 'stochastic'].map((rounding, index): StudyPoint => {
      const settings = {
        'training.rule': 'drtp',
        'precision.weight': weight,
        'precision.rounding.weight': rounding,
        'training.epochs': 1,
      };
      return { name: 'DRTP', settings, seed: 1, hash: weight + String(index), problem: null };
    }),
  );
  const labels = groupsOf({ points }, new Map()).map(({ label }) => label);
  t.is(labels[1], 'DRTP, precision.weight s4.3, rounding.weight stochastic');
  t.is(new Set(labels).size, 4);
  t.is(commonSettings(points), 'rule drtp, epochs 1');
});
