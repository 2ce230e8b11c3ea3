import { resultRow } from '../../experiment/record/ledger-record.js';
import type { RuleLedger } from '../../experiment/estimate/make-estimate.js';
import { renderCsv } from '../kit/csv.js';
import { ledgerColumns } from '../files/ledger-csv.js';

/** The ledgers of an estimate as CSV: the rule, then the columns of a run's ledger. */
export function renderEstimateCsv(ledgers: readonly RuleLedger[]): string {
  const rows = ledgers.flatMap(({ rule, rows: priced, samples }) =>
    priced.map((row) => {
      const fields = resultRow(row, samples[row.run]);
      return [rule, ...ledgerColumns.map((key) => fields[key])];
    }),
  );
  return renderCsv(['rule', ...ledgerColumns], rows);
}
