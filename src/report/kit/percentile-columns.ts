import { type RunKind, runKinds } from '../../ledger/ledger-row.js';

const percentiles = [5, 50, 95] as const;
type Percentile = `percentile${(typeof percentiles)[number]}Nj`;

/** Columns of a CSV for how far the energy of a sample is from that of another: kind of run, figure of the record, name. */
export const percentileColumns = runKinds.flatMap((run) =>
  percentiles.map(
    (percent) =>
      [run, `percentile${percent}Nj`, `${run}Percentile${percent}Nj`] as const satisfies readonly [
        RunKind,
        Percentile,
        string,
      ],
  ),
);
