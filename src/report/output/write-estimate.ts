import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { EstimateRecord } from '../../experiment/estimate/estimate-record.js';
import type { Estimate } from '../../experiment/estimate/make-estimate.js';
import { recordFiles } from '../../experiment/file/record-files.js';
import { recordIn } from '../../experiment/output/record-in-folder.js';
import { StagedFiles } from '../../experiment/output/staged-files.js';
import { InputError } from '../../units/input-error.js';
import { renderEstimateCsv } from '../estimate/estimate-csv.js';
import { renderEstimateHtml } from '../estimate/estimate-page.js';
import { renderJson } from '../files/json.js';

/** The one field of an older record that matters here. */
const hashed = z.object({ estimateHash: z.string() });

/** Refuses the folder of a run: its ledger.csv would be replaced, and stand beside a record that it is not of. */
async function assertNoResult(folder: string): Promise<void> {
  const ofRun = await stat(path.join(folder, recordFiles.run)).catch(() => null);
  if (ofRun === null) return;
  throw new InputError(
    `${folder}: holds the result.json of a run, whose ledger.csv the estimate would replace; give another folder with --out`,
  );
}

/** Refuses the folder of another estimate. */
async function assertSame(folder: string, { estimateHash }: EstimateRecord): Promise<void> {
  const found = await recordIn(path.join(folder, recordFiles.estimate), hashed);
  if (found === null || (found !== 'unknown' && found.estimateHash === estimateHash)) return;
  throw new InputError(
    `${folder}: holds the ${recordFiles.estimate} of another experiment, or of this one with other keys, rules, cores or activity; give another folder with --out, or replace it with --overwrite`,
  );
}

/** What may become of an older estimate; left out: nothing. */
export interface WriteEstimateOptions {
  /** An estimate of something else in the folder is replaced. */
  readonly overwrite?: boolean;
}

/**
 * Writes what `estimate` leaves, all at once: estimate.json, estimate.html and ledger.csv. The folder is made.
 * @throws InputError where the folder cannot be written, or holds the result of a run or another estimate, and then it is as
 * it was.
 */
export async function writeEstimate(
  { record, ledgers }: Estimate,
  folder: string,
  options: WriteEstimateOptions = {},
): Promise<void> {
  await writeEstimateFiles(record, [Buffer.from(renderEstimateCsv(ledgers))], folder, options);
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
  { overwrite = false }: WriteEstimateOptions = {},
): Promise<void> {
  await assertNoResult(folder);
  if (!overwrite) await assertSame(folder, record);
  const files = await StagedFiles.open(folder);
  await files.add('ledger.csv', ledgerCsv);
  await files.add('estimate.html', renderEstimateHtml(record));
  await files.add(recordFiles.estimate, renderJson(record));
  await files.commit(recordFiles.estimate);
}
