import path from 'node:path';
import { writeWhole } from '../experiment/file/output-folder.js';
import { readResult, resultFile } from '../experiment/record/read-result.js';
import { renderHtml } from '../report/run/page.js';
import { renderPhasesCsv } from '../report/files/phases-csv.js';
import { InputError, reasonOf } from '../units/input-error.js';
import { printLine } from './output.js';

/** Options of `report`. */
export interface ReportOptions {
  readonly out?: string;
  /** CSV file of the four training phases, of one result. */
  readonly phases?: string;
}

async function writeFileAt(target: string, content: string, option: string): Promise<void> {
  try {
    await writeWhole(target, content);
  } catch (error) {
    throw new InputError(
      `${target}: cannot be written (${reasonOf(error)}); give another file with ${option}`,
    );
  }
  printLine(target);
}

/** `spikeledger report`: the HTML page again, from one result or several side by side; of one also the four phases. */
export async function reportCommand(
  given: readonly string[],
  options: ReportOptions,
): Promise<void> {
  const files = await Promise.all(given.map(resultFile));
  const results = await Promise.all(files.map(readResult));
  const [first, ...others] = results;
  if (options.phases !== undefined && (first === undefined || others.length > 0)) {
    throw new InputError(
      `--phases ${options.phases}: the four phases are those of one result, ${results.length} are given; give one`,
    );
  }
  const target = options.out ?? path.join(path.dirname(files[0] ?? '.'), 'report.html');
  await writeFileAt(target, renderHtml(results), '--out');
  if (options.phases !== undefined && first !== undefined) {
    await writeFileAt(options.phases, renderPhasesCsv(first), '--phases');
  }
}
