import { performance } from 'node:perf_hooks';
import { InputError } from '../../../units/input-error.js';
import { isChipOn } from '../../file/only-side.js';
import type { PreparedExperiment } from '../../file/prepare-experiment.js';
import { judgedSamplesOf } from '../../record/probe-samples.js';
import { resolvedOf } from '../../record/resolved-record.js';
import type { ReferenceRecord, RunRecord } from '../../record/run-record.js';
import { accuracyOf, referenceTrainingOf } from '../accuracy-record.js';
import { epochsOf, epochTimes } from '../epochs-record.js';
import { inOwnFolder, removeCheckpoints } from './own-folder.js';
import { provenanceRecord } from '../provenance-record.js';
import { referenceNotesOf } from '../result-notes.js';
import { runExperiment } from '../run-experiment.js';
import type { KnownSettings, RunSettings } from './run-settings.js';
import { type References, trainReferences } from './train-references.js';
import { warningsOf } from '../warnings.js';

/** The record of references alone: what it says of the chip is null or empty. */
function referenceRecord(
  prepared: PreparedExperiment,
  { exact, encoded }: References,
  wallSeconds: number,
): ReferenceRecord {
  const { data, topology } = prepared;
  const judged = {
    training: { epochs: [], wrong: null },
    reference: exact,
    encodedReference: encoded,
  };
  const accuracy = accuracyOf(judged, data.test.sampleCount);
  const epochs = epochsOf(judged, topology.layers.length - 1, data);
  return {
    ...provenanceRecord(prepared),
    accuracy,
    classes: null,
    epochs,
    earlyLockstep: null,
    judgedTrainSamples: judgedSamplesOf(data),
    resolved: resolvedOf(prepared),
    referenceTraining: referenceTrainingOf(prepared, judged),
    perSample: null,
    energySpread: null,
    sensitivity: null,
    updateSchedules: [],
    power: null,
    neurobench: null,
    schedule: null,
    activity: [],
    measuredRuns: [],
    ledger: [],
    memory: [],
    wear: [],
    enginePaths: [],
    area: { totalMm2: null, lowMm2: null, highMm2: null, parts: [] },
    fixedPoint: [],
    unpriced: [],
    warnings: warningsOf(prepared, { accuracy, classes: null, epochs, fixedPoint: [] }, null),
    notes: [...referenceNotesOf(prepared)],
    timing: { wallSeconds, samplesPerSecond: null, epochs: epochTimes(judged) },
  };
}

async function trainInFolder(
  prepared: PreparedExperiment,
  settings: KnownSettings,
): Promise<ReferenceRecord> {
  const begin = performance.now();
  const references = await trainReferences(prepared, settings, settings.signal);
  const result = referenceRecord(prepared, references, (performance.now() - begin) / 1000);
  await settings.keep?.(result, settings.outputFolder);
  await removeCheckpoints(prepared, settings);
  return result;
}

/**
 * Trains the float reference alone, in a process of its own, from its checkpoint in the output folder if there is one.
 * @throws Interrupted after `signal`, with the checkpoint of the last epoch left in the output folder.
 * @throws InputError where the output folder cannot be written, is in use, or holds another experiment's result; and where the
 * experiment does not leave the chip out.
 */
export async function runReferenceAlone(
  prepared: PreparedExperiment,
  settings: RunSettings = {},
): Promise<ReferenceRecord> {
  if (isChipOn(prepared.experiment)) {
    throw new InputError(
      'chip.enabled: is not false, and the reference alone is asked for; set it, or run the experiment as it is',
    );
  }
  return inOwnFolder(prepared, settings, trainInFolder);
}

/** Runs what an experiment does not leave out: chip and reference, or either. @throws as `runExperiment` */
export async function runSides(
  prepared: PreparedExperiment,
  settings: RunSettings = {},
): Promise<RunRecord> {
  return isChipOn(prepared.experiment)
    ? runExperiment(prepared, settings)
    : runReferenceAlone(prepared, settings);
}
