import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveCacheFolder } from '../../../datasets/data-folder.js';
import { reasonOf } from '../../../units/input-error.js';
import type { PreparedExperiment } from '../../file/prepare-experiment.js';
import { claimFolder } from '../../output/claim-folder.js';
import { FloatProcesses } from '../../reference/float-processes.js';
import { referenceCheckpoint } from '../../reference/reference-state.js';
import type { KnownSettings, RunSettings } from './run-settings.js';
import { referenceKey } from './train-references.js';
import { chipCheckpoint } from '../training-state.js';

/** Whether a checkpoint of another experiment, written by this version of the program, lies in a folder. */
async function holdsOtherCheckpoint(
  prepared: PreparedExperiment,
  folder: string,
): Promise<boolean> {
  const chip = await chipCheckpoint(folder, prepared.experimentHash).read();
  return chip.kind === 'other';
}

/** Removes what the finished run no longer needs; where that fails the result is in place all the same. */
export async function removeCheckpoints(
  prepared: PreparedExperiment,
  { outputFolder: folder, onWarning }: KnownSettings,
): Promise<void> {
  try {
    await chipCheckpoint(folder, prepared.experimentHash).remove();
    await referenceCheckpoint(folder, referenceKey(prepared, 'exact')).remove();
  } catch (error) {
    onWarning?.(
      `a checkpoint in ${folder} could not be removed (${reasonOf(error)}); the result is whole without it`,
    );
  }
}

/**
 * Runs in an output folder that belongs to this run alone while that lasts, a temporary one where none is given.
 * @throws InputError where the output folder cannot be written, is in use, or holds another experiment's result.
 */
export async function inOwnFolder<Result>(
  prepared: PreparedExperiment,
  settings: RunSettings,
  run: (prepared: PreparedExperiment, settings: KnownSettings) => Promise<Result>,
): Promise<Result> {
  const outputFolder = settings.outputFolder ?? (await mkdtemp(join(tmpdir(), 'spikeledger-')));
  try {
    const release = await claimFolder({
      folder: outputFolder,
      experimentHash: prepared.experimentHash,
      overwrite: settings.overwrite ?? false,
      holdsOtherCheckpoint: () => holdsOtherCheckpoint(prepared, outputFolder),
    });
    try {
      settings.onStart?.();
      return await run(prepared, {
        ...settings,
        outputFolder,
        cacheFolder: settings.cacheFolder ?? join(resolveCacheFolder(), 'reference'),
        processes: settings.processes ?? new FloatProcesses(),
        signal: settings.signal ?? new AbortController().signal,
      });
    } finally {
      await release();
    }
  } finally {
    if (settings.outputFolder === undefined) {
      await rm(outputFolder, { recursive: true, force: true });
    }
  }
}
