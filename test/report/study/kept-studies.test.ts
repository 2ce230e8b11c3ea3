import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { studiesText, thesisText } from '../../../src/cli/write/studies/kept-studies.js';
import { packageRoot } from '../../../src/package-root.js';
import { energyOfGroup, energyToReach } from '../../../src/report/study/kept/energy-to-reach.js';
import { groupsOf } from '../../../src/experiment/study/summarise.js';
import { renderStudies } from '../../../src/report/study/kept/render-studies.js';
import { recordOf } from '../../experiment/study/made-records.js';

for (const [file, text] of [
  ['docs/studies.md', studiesText],
  ['docs/thesis.md', thesisText],
] as const) {
  test(`${file} is what its script writes`, async (t) => {
    const written = await readFile(path.join(packageRoot, file), 'utf8');
    t.is(written, await text(), 'run npm run studies');
    t.notRegex(written, /NaN|Infinity|undefined|null/);
  });
}

test('energy to reach an error is that of all epochs up to the first that is no worse', (t) => {
  const { figures } = recordOf('a', [12, 7, 9, 6]);
  const epochs = figures.epochs.map((epoch, index) => ({
    ...epoch,
    trainingEnergyUj: 10 ** index,
  }));
  const energy = (percent: number) => energyToReach({ ...figures, epochs }, percent);
  t.is(energy(12), 1);
  t.is(energy(7), 1 + 10);
  t.is(energy(6.5), 1 + 10 + 100 + 1000);
  t.is(energy(5), null);
  // An epoch without a price: what was spent is not known.
  const unpriced = epochs.map((epoch) => ({ ...epoch, trainingEnergyUj: null }));
  t.is(energyToReach({ ...figures, epochs: unpriced }, 12), null);
});

test('a group has a mean energy where every seed got there, and none where one did not', (t) => {
  const point = (seed: number) => ({
    name: 'p',
    settings: {},
    seed,
    hash: String(seed),
    problem: null,
  });
  const record = (seed: number, errors: readonly number[], energy: number) => {
    const done = recordOf(String(seed), errors);
    const epochs = done.figures.epochs.map((epoch) => ({ ...epoch, trainingEnergyUj: energy }));
    return [String(seed), { ...done, figures: { ...done.figures, epochs } }] as const;
  };
  const records = new Map([record(1, [9, 5], 2), record(2, [5, 4], 4)]);
  const [group] = groupsOf({ points: [point(1), point(2)] }, records);
  t.is(group && energyOfGroup(group, 5)?.mean, 4);
  t.is(group && energyOfGroup(group, 4.5), null);
});

test('an energy that is not known is a dash in the kept studies, not 0', (t) => {
  const settings = { hardware: 'edge-28nm' };
  const point = { name: 'DRTP', settings, seed: 1, hash: 'a', problem: null };
  const done = recordOf('a', [9, 5]);
  const textOf = (trainingNj: number | null, inferenceNj: number | null): string => {
    const cost = (of: 'training' | 'inference', energyNj: number | null) => {
      const known = done.figures[of];
      return energyNj === null || known === null ? null : { ...known, energyNj };
    };
    const costs = {
      training: cost('training', trainingNj),
      inference: cost('inference', inferenceNj),
    };
    const figures = { ...done.figures, ...costs };
    const records = new Map([['a', { ...done, figures }]]);
    const groups = groupsOf({ points: [point] }, records);
    const none = { folder: '', command: '', groups: [], common: null };
    const schedules = { ...none, groups, common: '' };
    const text = renderStudies({
      widths: none,
      delayedErrors: none,
      schedules,
      energy: none,
      intervals: [],
    });
    return /^\| DRTP .*$/m.exec(text)?.[0] ?? '';
  };
  t.regex(textOf(3, 2), /\| 3.nJ +\| 50.% /u);
  t.regex(textOf(null, 2), /^\| DRTP +\| edge-28nm +\| [^|]+\| – +\| – +\|/);
  t.regex(textOf(3, null), /\| 3.nJ +\| – +\|/u);
});
