import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { readExperiment } from '../../../src/experiment/file/read-experiment.js';
import { plannedRuns, sharedWork } from '../../../src/experiment/study/dry-run/shared-work.js';
import { planStudy } from '../../../src/experiment/study/plan-study.js';
import { readSweep } from '../../../src/experiment/study/read-sweep.js';
import { packageRoot } from '../../../src/package-root.js';
import { figures } from '../../../src/report/study/kept/thesis-figures.js';
import { realDataFolder } from '../../real-data.js';

const folder = path.join(packageRoot, 'examples/thesis');

/** Points of a figure with their seeds, and float references among them: rules by topologies by distributions by seeds. */
const sizes: Readonly<Record<string, readonly [runs: number, references: number, data: string]>> = {
  '5.2': [4 * 3, 4 * 3, 'synth-frenkel'],
  '5.3': [4 * 4 * 3, 4 * 4 * 3, 'mnist'],
  '5.4': [4 * 4 * 3, 4 * 4 * 3, 'cifar-10'],
  '5.5': [2 * 4 * 3, 2 * 4 * 3, 'cifar-10'],
  '5.6': [2 * 2 * 5 * 3, 2 * 2 * 5 * 3, 'mnist'],
  '5.7': [4 * 5, 4 * 5, 'mnist'],
  '5.8': [2 * 5, 2 * 5, 'mnist'],
};

test('every figure of the thesis has its sweep file, and none besides', async (t) => {
  const files = (await readdir(folder)).filter((file) => file.startsWith('figure-'));
  const names = Object.keys(sizes);
  t.deepEqual(
    files.sort(),
    names.map((name) => `figure-${name}.yaml`),
  );
  t.deepEqual(
    figures.map(({ number }) => number),
    names,
  );
});

for (const [number, [runs, references, data]] of Object.entries(sizes)) {
  test(`figure ${number}: every point can be run, and is what the dry run says`, async (t) => {
    const dataFolder = realDataFolder(t, data);
    if (dataFolder === null) return;
    const read = readSweep(path.join(folder, `figure-${number}.yaml`), { vary: [], only: null });
    t.is(read.sweep.name, `thesis-figure-${number}`);
    const plan = await planStudy(read, dataFolder);
    t.deepEqual(
      plan.points.filter(({ problem }) => problem !== null),
      [],
    );
    t.is(plan.points.length, runs);
    t.is(sharedWork(plannedRuns(plan)).references, references);
    const { reference } = readExperiment(plan.file, []).value;
    t.is(reference.training.optimizer, 'adam');
  });
}
