import path from 'node:path';
import { resolveCacheFolder, resolveDataFolder } from '../datasets/data-folder.js';
import { prepareExperiment } from '../experiment/file/prepare-experiment.js';
import { claimFolder, defaultFolder } from '../experiment/output/claim-folder.js';
import { StagedFiles } from '../experiment/output/staged-files.js';
import type { ResultRecord } from '../experiment/record/result-record.js';
import { holdsOtherCheckpoint, runExperiment } from '../experiment/run/run-experiment.js';
import { renderLedgerCsv } from '../report/files/ledger-csv.js';
import { renderHtml } from '../report/run/page.js';
import { renderPhasesCsv } from '../report/files/phases-csv.js';
import { renderScheduleTrace } from '../report/files/schedule-trace.js';
import { summaryLines } from './summary.js';
import { CheckFailed } from './exit.js';
import { printLine, printWarning } from './output.js';
import { warningsBefore } from '../experiment/run/warnings.js';
import { makeProgress } from './progress.js';

/** Options of `run`. */
export interface RunOptions {
  readonly out?: string;
  readonly data?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly overwrite?: boolean;
}

/** Signals that end a run with a checkpoint: Ctrl-C, the system's request to end, a terminal that is closed. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Writes all files of a result at once. @throws InputError, and then the folder is as it was. */
async function writeResult(result: ResultRecord, json: string, folder: string): Promise<void> {
  const files = new StagedFiles(folder);
  const trace = renderScheduleTrace(result);
  if (trace === null) files.remove('schedule.trace.json');
  else await files.add('schedule.trace.json', trace);
  await files.add('ledger.csv', renderLedgerCsv(result));
  await files.add('phases.csv', renderPhasesCsv(result));
  await files.add('report.html', renderHtml([result]));
  await files.add('result.json', json);
  await files.commit('result.json');
}

/** `spikeledger run`: trains, evaluates, prices, and writes result.json, report.html, ledger.csv, phases.csv and schedule.trace.json. */
export async function runCommand(file: string, options: RunOptions): Promise<void> {
  const dataFolder = resolveDataFolder(options.data, process.env);
  const prepared = await prepareExperiment(file, options.set, dataFolder);
  const { experiment, experimentHash } = prepared;
  const folder = options.out ?? defaultFolder(experiment.name, experimentHash, options.set);
  const release = await claimFolder({
    folder,
    experimentHash,
    overwrite: options.overwrite === true,
    holdsOtherCheckpoint: () => holdsOtherCheckpoint(prepared, folder),
  });
  for (const warning of warningsBefore(prepared)) printWarning(warning);
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  for (const signal of endingSignals) process.once(signal, interrupt);
  const progress = makeProgress(options.quiet !== true && process.stderr.isTTY);
  try {
    let json = '';
    const result = await runExperiment(prepared, {
      outputFolder: folder,
      cacheFolder: path.join(resolveCacheFolder(process.env), 'reference'),
      signal: interruption.signal,
      onProgress: progress.show,
      onWarning: progress.warn,
      keep: (record) => {
        json = `${JSON.stringify(record, null, 2)}\n`;
        return writeResult(record, json, folder);
      },
    });
    progress.stop();
    if (options.json === true) process.stdout.write(json);
    else for (const line of summaryLines(result, path.join(folder, 'report.html'))) printLine(line);
    // A check failed (contracts): the comparison that was asked for cannot be made.
    if (typeof result.accuracy.reference?.divergedInEpoch === 'number') {
      throw new CheckFailed('the float reference diverged');
    }
  } finally {
    progress.stop();
    for (const signal of endingSignals) process.off(signal, interrupt);
    await release();
  }
}
