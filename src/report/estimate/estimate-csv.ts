import type { RuleLedger } from '../../experiment/estimate/make-estimate.js';
import { actionOf } from '../../ledger/components.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
import type { PricedRow } from '../../ledger/priced-ledger.js';
import { type CsvValue, renderCsvLine } from '../kit/csv.js';
import { type LedgerColumn, ledgerColumns } from '../files/ledger-csv.js';

/** `2-65535`: the layers that a row is the sum of. */
function printLayers({ layer, equals }: LedgerRow): string | number | null {
  if (layer === null || equals === undefined) return layer;
  return `${layer}-${layer + equals.count - 1}`;
}

/** `1-65534`, or of every third core `1-196600:3`: the cores that a row is the sum of. */
function printCores({ core, equals }: LedgerRow): string | number | null {
  if (core === null || equals === undefined) return core;
  const { count, coreStep } = equals;
  const step = coreStep === 1 ? '' : `:${coreStep}`;
  return `${core}-${core + (count - 1) * coreStep}${step}`;
}

/** Of all layers that a row is the sum of: it may be above 2^53. */
function printCount({ count, equals }: LedgerRow): string | number {
  return equals === undefined ? count : String(BigInt(count) * BigInt(equals.count));
}

/**
 * The ledgers of an estimate as CSV: the rule, then the columns of a run's ledger. Rows of equal layers are one, with
 * ranges of layers and cores, and counts and energies of them all.
 */
export function renderEstimateCsv(ledgers: readonly RuleLedger[]): string {
  return [estimateCsvHeader(), ...ledgers.map(renderRuleCsv)].join('');
}

/** First line of the ledgers of an estimate. */
export function estimateCsvHeader(): string {
  return renderCsvLine(['rule', ...ledgerColumns]);
}

const linesOfPiece = 500;

/** What a row holds in each column. Asked for one by one: a record of every row would be garbage of 200,000 rows. */
const valueOf: Readonly<
  Record<LedgerColumn, (row: PricedRow, samples: RuleLedger['samples']) => CsvValue>
> = {
  run: ({ run }) => run,
  phase: ({ phase }) => phase,
  layer: printLayers,
  core: printCores,
  component: ({ componentAction }) => actionOf(componentAction).component,
  action: ({ componentAction }) => actionOf(componentAction).action,
  bits: ({ bits }) => bits,
  count: printCount,
  samples: ({ run }, samples) => samples[run],
  energyPj: ({ energy }) => energy?.energyPj ?? null,
  energyLowPj: ({ energy }) => energy?.lowPj ?? null,
  energyHighPj: ({ energy }) => energy?.highPj ?? null,
  priceKind: ({ unitPrice }) => unitPrice?.kind ?? 'unknown',
};
const values = ledgerColumns.map((column) => valueOf[column]);

/** Lines of one of the ledgers. */
export function renderRuleCsv({ rule, rows, samples }: RuleLedger): string {
  const lineOf = (row: PricedRow): string =>
    renderCsvLine([rule, ...values.map((value) => value(row, samples))]);
  // Lines are joined before they have become many, so that they need no memory beside the text.
  const pieces: string[] = [];
  for (let first = 0; first < rows.length; first += linesOfPiece) {
    const some = rows.slice(first, first + linesOfPiece);
    pieces.push(some.map(lineOf).join(''));
  }
  return pieces.join('');
}
