import path from 'node:path';
import { type ComparedRecord, lossesOf } from '../../report/compare/compared.js';
import { readCompared } from '../../report/compare/read-compared.js';
import { writeCompared } from '../../report/output/write-compared.js';
import { printLine, printWarning } from '../output.js';

/** Options of `compare`. */
export interface CompareOptions {
  readonly out: string;
}

/** `spikeledger compare`: results, estimates and studies on one page, and as CSV. */
export async function compareCommand(
  given: readonly string[],
  { out }: CompareOptions,
): Promise<void> {
  const records: ComparedRecord[] = [];
  for (const path of given) records.push(await readCompared(path));
  for (const loss of lossesOf(records)) printWarning(loss);
  await writeCompared(records, out);
  printLine(path.join(out, 'compare.html'));
  printLine(path.join(out, 'compare.csv'));
}
