import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type PreparedExperiment,
  prepareExperiment,
} from '../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../src/experiment/record/result-record.js';
import type { RunRecord } from '../../src/experiment/record/run-record.js';
import { runExperiment } from '../../src/experiment/run/run-experiment.js';
import { runSides } from '../../src/experiment/run/sides/run-reference.js';
import type { RunSettings } from '../../src/experiment/run/sides/run-settings.js';

export async function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

/** Runs an experiment, on the packaged digits unless a data folder is given, in a folder of its own unless the settings name one. */
export function runText(
  text: string,
  overrides: readonly string[],
  settings: Partial<RunSettings> = {},
  dataFolder: string | null = null,
): Promise<ResultRecord> {
  return runWith(runExperiment, text, overrides, settings, dataFolder);
}

/** The same of an experiment that may leave chip or reference out. */
export function runTextSides(
  text: string,
  overrides: readonly string[],
  settings: Partial<RunSettings> = {},
): Promise<RunRecord> {
  return runWith(runSides, text, overrides, settings, null);
}

async function runWith<Result>(
  run: (prepared: PreparedExperiment, settings: RunSettings) => Promise<Result>,
  text: string,
  overrides: readonly string[],
  settings: Partial<RunSettings>,
  dataFolder: string | null,
): Promise<Result> {
  const folder = await makeFolder();
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  const prepared = await prepareExperiment(file, overrides, dataFolder ?? folder);
  return run(prepared, {
    outputFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...settings,
  });
}
