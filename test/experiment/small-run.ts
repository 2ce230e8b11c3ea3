import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../src/experiment/record/result-record.js';
import { type RunSettings, runExperiment } from '../../src/experiment/run/run-experiment.js';

export async function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

/** Runs an experiment, on the packaged digits unless a data folder is given, in a folder of its own unless the settings name one. */
export async function runText(
  text: string,
  overrides: readonly string[],
  settings: Partial<RunSettings> = {},
  dataFolder: string | null = null,
): Promise<ResultRecord> {
  const folder = await makeFolder();
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  const prepared = await prepareExperiment(file, overrides, dataFolder ?? folder);
  return runExperiment(prepared, {
    outputFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...settings,
  });
}
