import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, reasonOf } from '../../units/input-error.js';
import { type ResultRecord, resultSchema } from './result-record.js';

/** The result.json that a user named, by itself or by its folder. @throws InputError */
export async function resultFile(given: string): Promise<string> {
  try {
    return (await stat(given)).isDirectory() ? path.join(given, 'result.json') : given;
  } catch (error) {
    throw new InputError(
      `${given}: cannot be read (${reasonOf(error)}); give a result.json or its folder`,
    );
  }
}

/** Reads a result record and checks that it is one. @throws InputError */
export async function readResult(file: string): Promise<ResultRecord> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new InputError(
      `${file}: is not a whole JSON file (${reasonOf(error)}); run the experiment again`,
    );
  }
  const parsed = resultSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not a result record'}; expected a spikeledger.result/1 record`,
  );
}

/** Reads the result of a run, by its result.json or by the folder of it. @throws InputError */
export async function loadResult(fileOrFolder: string): Promise<ResultRecord> {
  return readResult(await resultFile(fileOrFolder));
}
