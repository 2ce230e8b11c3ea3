import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import {
  type PreparedExperiment,
  prepareExperiment,
} from '../../../src/experiment/file/prepare-experiment.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import { InputError } from '../../../src/units/input-error.js';
import { drawExperiment, writeDrawn, writeSamples } from '../../fuzz/drawn-experiment.js';
import { Draws } from '../../fuzz/mutations.js';
import { assertKnown } from './known-values.js';

/** Runs that are looked at; of the experiments that are drawn about half are refused. */
const runCount = 16;

/** A drawn experiment, ready to run; null: it is refused. */
async function preparedIn(folder: string): Promise<PreparedExperiment | null> {
  try {
    return await prepareExperiment(path.join(folder, 'case.yaml'), [], folder);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

test('pages and summaries of drawn experiments on drawn chips show no figure that is none: CONV, meshes, recorded events, batches, moments, own areas (property)', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'drawn-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  writeSamples(folder);
  let done = 0;
  for (let seed = 0; done < runCount && seed < 10 * runCount; seed += 1) {
    const drawn = drawExperiment(new Draws(`values:${seed}`));
    // The float reference takes as long as all else.
    const experiment = { ...drawn.experiment, reference: { enabled: false } };
    const text = writeDrawn(folder, { ...drawn, experiment });
    const prepared = await preparedIn(folder);
    if (prepared === null) continue;
    const outputFolder = path.join(folder, `out${seed}`);
    assertKnown(t, `seed ${seed}\n${text}`, [await runExperiment(prepared, { outputFolder })]);
    done += 1;
  }
  t.is(done, runCount);
});
