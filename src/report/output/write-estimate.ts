import path from 'node:path';
import type { Estimate } from '../../experiment/estimate/make-estimate.js';
import { openOutputFolder, writeWhole } from '../../experiment/file/output-folder.js';
import { renderEstimateCsv } from '../estimate/estimate-csv.js';
import { renderEstimateHtml } from '../estimate/estimate-page.js';
import { renderJson } from '../files/json.js';

/**
 * Writes what `estimate` leaves: estimate.json, estimate.html and ledger.csv. The folder is made.
 * @throws InputError where the folder cannot be written.
 */
export async function writeEstimate({ record, ledgers }: Estimate, folder: string): Promise<void> {
  await openOutputFolder(folder);
  // The record last: where there is an estimate.json, the others are there too.
  await writeWhole(path.join(folder, 'ledger.csv'), renderEstimateCsv(ledgers));
  await writeWhole(path.join(folder, 'estimate.html'), renderEstimateHtml(record));
  await writeWhole(path.join(folder, 'estimate.json'), renderJson(record));
}
