import path from 'node:path';
import { writeWhole } from '../experiment/file/output-folder.js';
import { readResult, resultFile } from '../experiment/record/read-result.js';
import type { ResultRecord } from '../experiment/record/result-record.js';
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

/** Why a result has no page; null: it has one. */
function obstacleOf(results: readonly ResultRecord[]): string | null {
  try {
    renderHtml(results);
    return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}

/**
 * The page of these results. A record may have the right form and figures that make no sense together.
 * @throws InputError with the file to blame
 */
function renderChecked(files: readonly string[], results: readonly ResultRecord[]): string {
  try {
    return renderHtml(results);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const blamed = results.findIndex((result) => obstacleOf([result]) !== null);
    const where = blamed < 0 ? files.join(', ') : (files[blamed] ?? '');
    throw new InputError(
      `${where}: cannot be shown (${error.message}); it is not as a run has written it: run the experiment again`,
    );
  }
}

/** `spikeledger report`: the HTML page again, from one result or several side by side; of one also the four phases. */
export async function reportCommand(
  given: readonly string[],
  options: ReportOptions,
): Promise<void> {
  const files = await Promise.all(given.map(resultFile));
  const results = files.map(readResult);
  const [first, ...others] = results;
  if (options.phases !== undefined && (first === undefined || others.length > 0)) {
    throw new InputError(
      `--phases ${options.phases}: the four phases are those of one result, ${results.length} are given; give one`,
    );
  }
  const target = options.out ?? path.join(path.dirname(files[0] ?? '.'), 'report.html');
  await writeFileAt(target, renderChecked(files, results), '--out');
  if (options.phases !== undefined && first !== undefined) {
    await writeFileAt(options.phases, renderPhasesCsv(first), '--phases');
  }
}
