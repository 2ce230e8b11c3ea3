import path from 'node:path';
import { resolveDataFolder } from '../datasets/data-folder.js';
import { parseCores } from '../experiment/estimate/assumed-cores.js';
import type { EstimateRecord } from '../experiment/estimate/estimate-record.js';
import { estimateRules } from '../experiment/estimate/make-estimate.js';
import { parseRules, prepareEstimate } from '../experiment/estimate/prepare-estimate.js';
import { defaultFolder } from '../experiment/output/claim-folder.js';
import { estimateCsvHeader, renderRuleCsv } from '../report/estimate/estimate-csv.js';
import { areaSentence } from '../report/kit/area-facts.js';
import {
  estimateAnswer,
  ruleColumns,
  unpricedActions,
} from '../report/estimate/estimate-figures.js';
import { renderJson } from '../report/files/json.js';
import { writeEstimateFiles } from '../report/output/write-estimate.js';
import { printLine, printTable } from './output.js';

/** Options of `estimate`. */
export interface EstimateOptions {
  readonly result?: string;
  readonly rules?: string;
  readonly cores?: string;
  readonly out?: string;
  readonly data?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly overwrite?: boolean;
}

/** One line a rule, values with their notes behind them. */
function printRules({ rules }: EstimateRecord): void {
  const header = ruleColumns.map(({ label }) => label);
  const lines = rules.map((rule) =>
    ruleColumns.map(({ cell }) => {
      const [value, note] = cell(rule);
      return note === '' ? value : `${value} (${note})`;
    }),
  );
  printTable(header, lines);
}

function printSummary(estimate: EstimateRecord, page: string): void {
  printRules(estimate);
  printLine('');
  printLine(estimateAnswer(estimate));
  printLine(areaSentence(estimate.area));
  const unpriced = unpricedActions(estimate);
  if (unpriced.length > 0) printLine(`Unpriced, and in no total: ${unpriced.join(', ')}`);
  for (const { rule, problem } of estimate.rules) {
    for (const sentence of problem?.split('\n') ?? []) printLine(`${rule}: ${sentence}`);
  }
  for (const note of estimate.notes) printLine(`Note: ${note}`);
  printLine('');
  printLine(`Estimate: ${page}`);
}

/** `spikeledger estimate`: costs without training; writes estimate.json, ledger.csv and estimate.html. */
export async function estimateCommand(file: string, options: EstimateOptions): Promise<void> {
  const prepared = await prepareEstimate(file, {
    overrides: options.set,
    dataFolder: resolveDataFolder(options.data),
    rules: options.rules === undefined ? null : parseRules(options.rules),
    coreCount: options.cores === undefined ? null : parseCores(options.cores),
    result: options.result ?? null,
  });
  const ledgerCsv = [Buffer.from(estimateCsvHeader())];
  const record = estimateRules(prepared, (ledger) =>
    ledgerCsv.push(Buffer.from(renderRuleCsv(ledger))),
  );
  const name = `${prepared.read.value.name}-estimate`;
  const folder = options.out ?? defaultFolder(name, record.estimateHash, options.set);
  await writeEstimateFiles(record, ledgerCsv, folder, { overwrite: options.overwrite === true });
  const page = path.join(folder, 'estimate.html');
  if (options.json === true) process.stdout.write(renderJson(record));
  else if (options.quiet === true) printLine(page);
  else printSummary(record, page);
}
