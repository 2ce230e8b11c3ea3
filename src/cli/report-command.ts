import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../experiment/output-folder.js';
import { type ResultRecord, resultSchema } from '../experiment/result-record.js';
import { renderHtml } from '../report/page.js';
import { InputError, reasonOf } from '../units/input-error.js';
import { printLine } from './output.js';

/** Options of `report`. */
export interface ReportOptions {
  readonly out?: string;
}

async function resultFile(given: string): Promise<string> {
  try {
    return (await stat(given)).isDirectory() ? path.join(given, 'result.json') : given;
  } catch (error) {
    throw new InputError(
      `${given}: cannot be read (${reasonOf(error)}); give a result.json or its folder`,
    );
  }
}

async function readResult(file: string): Promise<ResultRecord> {
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

/** `spikeledger report`: the HTML page again, from one result or several side by side. */
export async function reportCommand(
  given: readonly string[],
  options: ReportOptions,
): Promise<void> {
  const files = await Promise.all(given.map(resultFile));
  const results = await Promise.all(files.map(readResult));
  const target = options.out ?? path.join(path.dirname(files[0] ?? '.'), 'report.html');
  const page = renderHtml(results);
  try {
    await writeWhole(target, page);
  } catch (error) {
    throw new InputError(
      `${target}: cannot be written (${reasonOf(error)}); give another file with --out`,
    );
  }
  printLine(target);
}
