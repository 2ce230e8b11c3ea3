import type { PriceSensitivityRecord } from '../../../experiment/record/cost-schema.js';
import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { runKinds } from '../../../ledger/ledger-row.js';
import { decisivePrices, priceName } from '../decisive-prices.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatEnergy, formatEnergyBand, formatPercent } from '../../kit/quantity.js';
import { type Column, renderTable, type TableBody } from '../../kit/table.js';
import { renderTornado } from '../charts/tornado-chart.js';
import { runLabels } from '../../kit/vocabulary.js';

/** A price in the energy of a sample. */
interface PriceLine {
  readonly price: PriceSensitivityRecord;
  readonly totalNj: number;
}

const columns: readonly Column<PriceLine>[] = [
  {
    label: 'Price',
    unit: '',
    explanation: 'Component and action whose price is moved, at every width, layer and core.',
    isNumeric: false,
    cell: ({ price }) => markup`<code>${priceName(price)}</code>`,
  },
  {
    label: 'Kind',
    unit: '',
    explanation: 'What the price rests on.',
    isNumeric: false,
    cell: ({ price }) => price.priceKind,
  },
  {
    label: 'Share',
    unit: '',
    explanation: 'Part of the priced energy of a sample.',
    isNumeric: true,
    cell: ({ price, totalNj }) =>
      formatPercent(totalNj > 0 ? (100 * price.energyNj) / totalNj : null, 1),
  },
  {
    label: 'Sample',
    unit: 'low–high',
    explanation:
      'Energy of a sample with this price alone at its low and at its high end, all others as they are.',
    isNumeric: true,
    cell: ({ price: { totalLowNj, totalHighNj } }) =>
      formatEnergyBand(1000 * totalLowNj, 1000 * totalHighNj),
  },
];

/** The prices worth a better source: as bars left and right of the total, and as numbers. */
export function renderSensitivity(result: ResultRecord, id: string): Markup {
  const runs = runKinds.filter((run) => decisivePrices(result, run).length > 0);
  if (runs.length === 0) return noMarkup;
  const charts = runs.map(
    (run) =>
      markup`<h3>${runLabels[run]}</h3><div class="chart">${renderTornado(result, run, `${id}-tornado-${run}`)}</div>`,
  );
  const bodies = runs.map((run): TableBody<PriceLine> => {
    const totalNj = result.perSample[run].energyNj;
    return {
      heading: markup`${runLabels[run]}, ${formatEnergy(1000 * totalNj)}`,
      rows: decisivePrices(result, run).map((price) => ({ price, totalNj })),
      total: null,
    };
  });
  return markup`<section class="charts swapped"><figure><h2>Prices that matter most</h2>${charts}<figcaption>Left and right of the line: the energy of a sample with this price alone at its low and at its high end. These are the prices to know better.</figcaption></figure>
<div class="prices"><h2>The same in numbers</h2>${renderTable('Prices that matter most', columns, bodies)}</div></section>\n`;
}
