import path from 'node:path';
import { writeWhole } from '../experiment/output-folder.js';
import { readResult, resultFile } from '../experiment/read-result.js';
import { renderHtml } from '../report/page.js';
import { InputError, reasonOf } from '../units/input-error.js';
import { printLine } from './output.js';

/** Options of `report`. */
export interface ReportOptions {
  readonly out?: string;
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
