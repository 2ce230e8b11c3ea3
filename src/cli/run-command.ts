import path from 'node:path';
import { resolveDataFolder } from '../datasets/data-folder.js';
import { settingsOfOnly, type Side } from '../experiment/file/only-side.js';
import { prepareExperiment } from '../experiment/file/prepare-experiment.js';
import { defaultFolder } from '../experiment/output/claim-folder.js';
import { runSides } from '../experiment/run/sides/run-reference.js';
import { renderJson } from '../report/files/json.js';
import { writeResult } from '../report/output/write-result.js';
import { summaryLines } from './summary.js';
import { CheckFailed } from './exit.js';
import { interruptible } from './interruption.js';
import { printLine, printWarning } from './output.js';
import { warningsBefore } from '../experiment/run/warnings.js';
import { makeProgress } from './progress.js';

/** Options of `run`. */
export interface RunOptions {
  readonly out?: string;
  readonly data?: string;
  readonly set: readonly string[];
  readonly only?: Side;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly overwrite?: boolean;
}

/** `spikeledger run`: trains, evaluates, prices, and writes result.json, report.html, ledger.csv, phases.csv and schedule.trace.json. */
export async function runCommand(file: string, options: RunOptions): Promise<void> {
  const dataFolder = resolveDataFolder(options.data);
  const only = Object.entries(settingsOfOnly(options.only ?? null));
  const overrides = [...options.set, ...only.map(([key, value]) => `${key}=${String(value)}`)];
  const prepared = await prepareExperiment(file, overrides, dataFolder);
  const { experiment, experimentHash } = prepared;
  const folder = options.out ?? defaultFolder(experiment.name, experimentHash, overrides);
  const progress = makeProgress(options.quiet !== true && process.stderr.isTTY);
  try {
    const result = await interruptible((signal) =>
      runSides(prepared, {
        outputFolder: folder,
        overwrite: options.overwrite === true,
        signal,
        onStart: () => {
          for (const warning of warningsBefore(prepared)) printWarning(warning);
        },
        onProgress: progress.show,
        onWarning: progress.warn,
        keep: writeResult,
      }),
    );
    progress.stop();
    if (options.json === true) process.stdout.write(renderJson(result));
    else for (const line of summaryLines(result, path.join(folder, 'report.html'))) printLine(line);
    // A check failed (contracts): the comparison that was asked for cannot be made.
    if (typeof result.accuracy.reference?.divergedInEpoch === 'number') {
      throw new CheckFailed('the float reference diverged');
    }
  } finally {
    progress.stop();
  }
}
