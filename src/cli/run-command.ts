import path from 'node:path';
import { resolveCacheFolder, resolveDataFolder } from '../datasets/data-folder.js';
import { prepareExperiment } from '../experiment/file/prepare-experiment.js';
import { runExperiment } from '../experiment/run/run-experiment.js';
import { openOutputFolder, writeWhole } from '../experiment/file/output-folder.js';
import { renderLedgerCsv } from '../report/files/ledger-csv.js';
import { renderHtml } from '../report/run/page.js';
import { renderPhasesCsv } from '../report/files/phases-csv.js';
import { renderScheduleTrace } from '../report/files/schedule-trace.js';
import { summaryLines } from './summary.js';
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
}

/** `spikeledger run`: trains, evaluates, prices, and writes result.json, report.html, ledger.csv, phases.csv and schedule.trace.json. */
export async function runCommand(file: string, options: RunOptions): Promise<void> {
  const dataFolder = resolveDataFolder(options.data, process.env);
  const prepared = await prepareExperiment(file, options.set, dataFolder);
  const folder = options.out ?? path.join('reports', prepared.experiment.name);
  await openOutputFolder(folder);
  for (const warning of warningsBefore(prepared)) printWarning(warning);

  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = makeProgress(options.quiet !== true && process.stderr.isTTY);
  try {
    const result = await runExperiment(prepared, {
      outputFolder: folder,
      cacheFolder: path.join(resolveCacheFolder(process.env), 'reference'),
      signal: interruption.signal,
      onProgress: progress.show,
    });
    const json = `${JSON.stringify(result, null, 2)}\n`;
    const trace = renderScheduleTrace(result);
    if (trace !== null) await writeWhole(path.join(folder, 'schedule.trace.json'), trace);
    // The record last: where there is a result.json, the run is complete.
    await writeWhole(path.join(folder, 'ledger.csv'), renderLedgerCsv(result));
    await writeWhole(path.join(folder, 'phases.csv'), renderPhasesCsv(result));
    await writeWhole(path.join(folder, 'report.html'), renderHtml([result]));
    await writeWhole(path.join(folder, 'result.json'), json);
    progress.stop();
    if (options.json === true) process.stdout.write(json);
    else for (const line of summaryLines(result, path.join(folder, 'report.html'))) printLine(line);
  } finally {
    progress.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
