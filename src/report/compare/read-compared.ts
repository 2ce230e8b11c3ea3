import { stat } from 'node:fs/promises';
import path from 'node:path';
import { estimateSchema } from '../../experiment/estimate/estimate-record.js';
import { recordFiles } from '../../experiment/file/record-files.js';
import { readRun } from '../../experiment/record/read-result.js';
import { StudyStore } from '../../experiment/study/study-store.js';
import { readGivenJson } from '../../units/given-file.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { largestFileBytes } from '../../units/limits.js';
import type { ComparedRecord } from './compared.js';

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}

function readEstimate(source: string, file: string): ComparedRecord {
  const content = readGivenJson(file, largestFileBytes.record, 'run the estimate again');
  const parsed = estimateSchema.safeParse(content);
  if (parsed.success) return { kind: 'estimate', source, record: parsed.data };
  throw new InputError(`${file}: is no spikeledger.estimate/1 record; run the estimate again`);
}

async function readStudy(source: string, folder: string): Promise<ComparedRecord> {
  const store = new StudyStore(folder);
  const plan = store.readPlan();
  if (plan === null)
    throw new InputError(`${folder}: holds no study.json; give a folder of a sweep`);
  const { sweep, points } = plan;
  const records = await store.records();
  const { damagedLines } = store;
  return { kind: 'study', source, name: sweep.name, points, records, damagedLines };
}

/**
 * What `compare` is given: a result.json, estimate.json or study.json by its path, or the record or study that a folder holds.
 * @throws InputError where there is none, or it cannot be read.
 */
export async function readCompared(given: string): Promise<ComparedRecord> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(given)).isDirectory();
  } catch (error) {
    throw new InputError(
      `${given}: cannot be read (${reasonOf(error)}); give a result.json, an estimate.json, or the folder of a run, an estimate or a study`,
    );
  }
  const folder = isFolder ? given : path.dirname(given);
  const name = isFolder ? null : path.basename(given);
  if (name === 'study.json' || (isFolder && (await exists(path.join(given, 'study.json'))))) {
    return readStudy(given, folder);
  }
  const estimate = path.join(folder, recordFiles.estimate);
  if (name === recordFiles.estimate || (isFolder && (await exists(estimate)))) {
    return readEstimate(given, estimate);
  }
  const file = isFolder ? path.join(given, recordFiles.run) : given;
  return { kind: 'run', source: given, record: readRun(file) };
}
