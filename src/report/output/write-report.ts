import path from 'node:path';
import { makeFolder, removeMade, writeWhole } from '../../experiment/file/output-folder.js';
import type { ResultRecord } from '../../experiment/record/result-record.js';
import type { RunRecord } from '../../experiment/record/run-record.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { experimentName } from '../kit/experiment-facts.js';
import { renderPhasesCsv } from '../files/phases-csv.js';
import { renderHtml } from '../run/page.js';

/** Why results have no page; null: they have one. */
function obstacleOf(results: readonly RunRecord[]): string | null {
  try {
    renderHtml(results);
    return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}

/** A record by the experiment that it is of, where nobody said which file it came from. */
function nameOf(result: RunRecord, index: number): string {
  return `result ${index + 1} (${experimentName(result)})`;
}

/**
 * The page of these results. A record may have the right form and figures that make no sense together.
 * @throws InputError with the result to blame
 */
function renderChecked(results: readonly RunRecord[], names: readonly string[]): string {
  try {
    return renderHtml(results);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const blamed = results.findIndex((result) => obstacleOf([result]) !== null);
    const where = blamed < 0 ? names.join(', ') : (names[blamed] ?? '');
    throw new InputError(
      `${where}: cannot be shown (${error.message}); it is not as a run has written it: run the experiment again`,
    );
  }
}

async function writeFileAt(file: string, content: string): Promise<void> {
  const made: string[] = [];
  try {
    await makeFolder(path.resolve(path.dirname(file)), made);
    await writeWhole(file, content);
  } catch (error) {
    await removeMade(made);
    throw new InputError(`${file}: cannot be written (${reasonOf(error)}); give another file`);
  }
}

/**
 * Writes the page of one result, or of several side by side, whole or not at all. Its folder is made.
 * @param names what to call the results in a refusal, such as their files; left out: their experiments
 * @throws InputError where it cannot be written, or the figures of a result make no sense.
 */
export async function writeReport(
  results: readonly RunRecord[],
  file: string,
  names: readonly string[] = results.map(nameOf),
): Promise<void> {
  await writeFileAt(file, renderChecked(results, names));
}

/** Writes the four training phases of a result as CSV, whole or not at all. Its folder is made. @throws InputError */
export async function writePhases(result: ResultRecord, file: string): Promise<void> {
  await writeFileAt(file, renderPhasesCsv(result));
}
