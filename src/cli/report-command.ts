import path from 'node:path';
import { hasChip } from '../experiment/record/run-record.js';
import { readRun, resultFile } from '../experiment/record/read-result.js';
import { writePhases, writeReport } from '../report/output/write-report.js';
import { InputError } from '../units/input-error.js';
import { printLine } from './output.js';

/** Options of `report`. */
export interface ReportOptions {
  readonly out?: string;
  /** CSV file of the four training phases, of one result. */
  readonly phases?: string;
}

/** `spikeledger report`: the HTML page again, from one result or several side by side; of one also the four phases. */
export async function reportCommand(
  given: readonly string[],
  options: ReportOptions,
): Promise<void> {
  const files = await Promise.all(given.map(resultFile));
  const results = files.map(readRun);
  const [first, ...others] = results;
  if (options.phases !== undefined && (first === undefined || others.length > 0)) {
    throw new InputError(
      `--phases ${options.phases}: the four phases are those of one result, ${results.length} are given; give one`,
    );
  }
  const target = options.out ?? path.join(path.dirname(files[0] ?? '.'), 'report.html');
  await writeReport(results, target, files);
  printLine(target);
  if (options.phases !== undefined && first !== undefined) {
    if (!hasChip(first)) {
      throw new InputError(
        `--phases ${options.phases}: the phases are those of a chip, which this run left out; give the result of a run with a chip`,
      );
    }
    await writePhases(first, options.phases);
    printLine(options.phases);
  }
}
