import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EstimateRecord } from '../../experiment/estimate/estimate-record.js';
import type { Estimate } from '../../experiment/estimate/make-estimate.js';
import { recordFiles } from '../../experiment/file/record-files.js';
import { StagedFiles } from '../../experiment/output/staged-files.js';
import { InputError } from '../../units/input-error.js';
import { renderEstimateCsv } from '../estimate/estimate-csv.js';
import { renderEstimateHtml } from '../estimate/estimate-page.js';
import { renderJson } from '../files/json.js';

/** Refuses the folder of a run: its ledger.csv would be replaced, and stand beside a record that it is not of. */
async function assertNoResult(folder: string): Promise<void> {
  const found = await stat(path.join(folder, recordFiles.run)).catch(() => null);
  if (found === null) return;
  throw new InputError(
    `${folder}: holds the result.json of a run, whose ledger.csv the estimate would replace; give another folder with --out`,
  );
}

/**
 * Writes what `estimate` leaves, all at once: estimate.json, estimate.html and ledger.csv. The folder is made.
 * @throws InputError where the folder cannot be written or holds the result of a run, and then it is as it was.
 */
export async function writeEstimate({ record, ledgers }: Estimate, folder: string): Promise<void> {
  await writeEstimateFiles(record, [Buffer.from(renderEstimateCsv(ledgers))], folder);
}

/**
 * The same, of ledgers that are printed already.
 * @param ledgerCsv text of ledger.csv, in pieces
 * @throws InputError as `writeEstimate`
 */
export async function writeEstimateFiles(
  record: EstimateRecord,
  ledgerCsv: readonly Uint8Array[],
  folder: string,
): Promise<void> {
  await assertNoResult(folder);
  const files = await StagedFiles.open(folder);
  await files.add('ledger.csv', ledgerCsv);
  await files.add('estimate.html', renderEstimateHtml(record));
  await files.add(recordFiles.estimate, renderJson(record));
  await files.commit(recordFiles.estimate);
}
