import { recordFiles } from '../../experiment/file/record-files.js';
import { StagedFiles } from '../../experiment/output/staged-files.js';
import { hasChip, type RunRecord } from '../../experiment/record/run-record.js';
import { renderJson } from '../files/json.js';
import { renderLedgerCsv } from '../files/ledger-csv.js';
import { renderPhasesCsv } from '../files/phases-csv.js';
import { renderScheduleTrace } from '../files/schedule-trace.js';
import { renderHtml } from '../run/page.js';

/**
 * Writes what `run` leaves, all at once: result.json, report.html, ledger.csv, phases.csv and, where the run has a
 * schedule, schedule.trace.json; of a float reference alone result.json and report.html. What an estimate left there goes. The
 * folder is made.
 * @throws InputError, and then the folder is as it was.
 */
export async function writeResult(result: RunRecord, folder: string): Promise<void> {
  const files = new StagedFiles(folder);
  const isOfChip = hasChip(result);
  const trace = isOfChip ? renderScheduleTrace(result) : null;
  if (trace === null) files.remove('schedule.trace.json');
  else await files.add('schedule.trace.json', trace);
  for (const name of [recordFiles.estimate, 'estimate.html']) files.remove(name);
  if (isOfChip) {
    await files.add('ledger.csv', renderLedgerCsv(result));
    await files.add('phases.csv', renderPhasesCsv(result));
  } else for (const name of ['ledger.csv', 'phases.csv']) files.remove(name);
  await files.add('report.html', renderHtml([result]));
  await files.add(recordFiles.run, renderJson(result));
  await files.commit(recordFiles.run);
}
