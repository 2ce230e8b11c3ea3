import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { StudyStore } from '../../../src/experiment/study/study-store.js';
import { makeExperiment, spawned } from '../spikeledger.js';

/* Float references that points of a study share. */

test.serial('chips that differ in formats only share one training of the reference', async (t) => {
  const folder = await makeExperiment();
  const { code, stderr } = await spawned(
    [
      ...['sweep', 'small.yaml', '--vary', 'precision.weight=s4.3,s6.5,s8.7'],
      ...['--vary', 'reference.enabled=true', '--vary', 'reference.backend=cpu'],
      ...['--out', 'out', '--workers', '3'],
    ],
    folder,
  );
  t.is(code, 0, stderr);
  const references = await readdir(path.join(folder, 'out/reference'));
  t.is(references.filter((name) => name.endsWith('.json')).length, 1, references.join());
  t.is(references.length, 2, references.join());
});

test.serial(
  'points that bring a reference run before those that find theirs trained',
  async (t) => {
    const folder = await makeExperiment();
    const { code, stderr } = await spawned(
      [
        ...['sweep', 'small.yaml', '--vary', 'training.rule=drtp,dfa'],
        ...['--vary', 'precision.weight=s4.3,s8.7', '--vary', 'reference.enabled=true'],
        ...['--vary', 'reference.backend=cpu', '--out', 'out', '--workers', '1'],
      ],
      folder,
    );
    t.is(code, 0, stderr);
    const { points } = new StudyStore(path.join(folder, 'out')).readPlan() ?? { points: [] };
    const inOrder = [...(await new StudyStore(path.join(folder, 'out')).records()).values()].map(
      ({ hash }) => {
        const point = points.find((other) => other.hash === hash);
        return [point?.settings['training.rule'], point?.settings['precision.weight']];
      },
    );
    t.deepEqual(inOrder, [
      ['drtp', 's4.3'],
      ['dfa', 's4.3'],
      ['drtp', 's8.7'],
      ['dfa', 's8.7'],
    ]);
  },
);
