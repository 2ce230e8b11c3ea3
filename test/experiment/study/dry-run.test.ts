import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { timeOf } from '../../../src/experiment/study/dry-run/probe-time.js';
import {
  type PlannedRun,
  plannedRuns,
  sharedWork,
} from '../../../src/experiment/study/dry-run/shared-work.js';
import { planStudy } from '../../../src/experiment/study/plan-study.js';
import { readSweep } from '../../../src/experiment/study/read-sweep.js';
import { makeExperiment } from '../../cli/spikeledger.js';

/* Studies, `--dry-run`: runs that share a reference, and the time from short epochs. */

async function runsOf(sweep: string): Promise<readonly PlannedRun[]> {
  const folder = await makeExperiment();
  const file = path.join(folder, 'sweep.yaml');
  await writeFile(file, `name: a\nbase: small.yaml\n${sweep}`);
  return plannedRuns(await planStudy(readSweep(file, { vary: [], only: null }), folder));
}

const formats = 'precision.weight: [s4.3, s6.5, s8.7]';

test('runs that differ in formats share a reference, those that differ in rule or seed do not', async (t) => {
  const rules = 'training.rule: [drtp, bp]';
  const on = 'reference.enabled: [true]';
  const runs = await runsOf(`seeds: 2\ngrid: { ${rules}, ${formats}, ${on} }\n`);
  t.is(runs.length, 12);
  const work = sharedWork(runs);
  t.deepEqual(work, { references: 4, withoutTraining: 8, sameChip: 0, chips: 1 });
  // Seeds cost the same, rules and formats do not.
  t.is(new Set(runs.map(({ kind }) => kind)).size, 6);
});

test('a chip that trains beside two references is said to train twice', async (t) => {
  const runs = await runsOf('grid: { reference.enabled: [false, true] }\n');
  t.deepEqual(sharedWork(runs), { references: 1, withoutTraining: 0, sameChip: 1, chips: 1 });
});

test('the time of a study: each reference once, workers and cores shared, no less than the longest run', async (t) => {
  const runs = await runsOf(
    `grid: { ${formats}, training.epochs: [10], reference.enabled: [true] }\n`,
  );
  const cost = { fixed: 1, chipEpoch: 2, referenceEpoch: 5, share: 0.1 };
  const costs = new Map(runs.slice(0, 1).map(({ kind }) => [kind, cost]));
  const on = (workers: number, cores: number) => timeOf(runs, costs, { workers, cores });
  // One run waits 50 s for the reference, the two others 20 s for their chips, and each takes 1 s beside.
  t.like(on(1, 8), { seconds: 51 + 21 + 21, longest: 51, kinds: 3, probed: 1, share: 0.1 });
  // Chips and the reference are 3 + 60 + 50 s of processes.
  t.is(on(2, 2)?.seconds, 113 / 2);
  t.is(on(8, 8)?.seconds, 51);
  t.is(timeOf(runs, new Map(), { workers: 1, cores: 1 }), null);
});
