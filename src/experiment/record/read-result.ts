import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readGivenJson } from '../../units/given-file.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { largestFileBytes } from '../../units/limits.js';
import { quoted } from '../../units/printable.js';
import { printKeyPath } from '../../units/strict-yaml.js';
import { recordFiles } from '../file/record-files.js';
import type { ResultRecord } from './result-record.js';
import { hasChip, type RunRecord, runSchema } from './run-record.js';

/** The result.json that a user named, by itself or by its folder. @throws InputError */
export async function resultFile(given: string): Promise<string> {
  try {
    return (await stat(given)).isDirectory() ? path.join(given, recordFiles.run) : given;
  } catch (error) {
    throw new InputError(
      `${given}: cannot be read (${reasonOf(error)}); give a result.json or its folder`,
    );
  }
}

/** Largest number of a record: above it sums and ratios of figures could leave the range of numbers. */
const largestNumber = 1e21;

/** Path of the first number beyond the limit; null: there is none. */
function hugeNumberIn(value: unknown, path: readonly string[] = []): readonly string[] | null {
  if (typeof value === 'number') return Math.abs(value) <= largestNumber ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const found = hugeNumberIn(part, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

/** What to do where a file is no JSON: it may be another one of a run's folder. */
function remedyFor(file: string): string {
  const record = path.join(path.dirname(file), recordFiles.run);
  return path.resolve(record) !== path.resolve(file) && existsSync(record)
    ? `give ${record}, which lies beside it`
    : 'run the experiment again';
}

/** Reads the record of a run, also of one that left the chip out, and checks that it is one. @throws InputError */
export function readRun(file: string): RunRecord {
  const content = readGivenJson(file, largestFileBytes.record, remedyFor(file));
  const parsed = runSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = printKeyPath(issue?.path ?? []);
    const what = quoted(issue?.message ?? 'is not a result record');
    throw new InputError(`${file}: ${where}: ${what}; expected a spikeledger.result/1 record`);
  }
  const huge = hugeNumberIn(parsed.data);
  if (huge !== null) {
    throw new InputError(
      `${file}: ${printKeyPath(huge)}: is beyond ${largestNumber}, which no figure of a run is; expected a spikeledger.result/1 record`,
    );
  }
  return parsed.data;
}

/** Reads the record of a run of the chip. @throws InputError, also where the run left the chip out */
export function readResult(file: string): ResultRecord {
  const run = readRun(file);
  if (hasChip(run)) return run;
  throw new InputError(
    `${file}: perSample: is null, as the run left the chip out; a result with a chip is needed here: run the experiment without --only reference`,
  );
}

/** Reads the result of a run, by its result.json or by the folder of it. @throws InputError */
export async function loadResult(fileOrFolder: string): Promise<ResultRecord> {
  return readResult(await resultFile(fileOrFolder));
}
