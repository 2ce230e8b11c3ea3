import type { ResultLedgerRow, ResultRecord } from '../../../experiment/record/result-record.js';
import { type RunKind, runKinds } from '../../../ledger/ledger-row.js';
import type { EnergyBand } from '../../../ledger/priced-ledger.js';
import { coresOf, printCores } from '../../kit/core-list.js';
import {
  bandOf,
  ledgerLines,
  type LedgerLine,
  type Pricing,
  pricingOf,
  pricingOfRun,
  type RunPart,
} from '../../kit/ledger-view.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import {
  formatCount,
  formatMeanCount,
  formatNumber,
  formatPercent,
  unpriced,
  withUnit,
} from '../../kit/quantity.js';
import { type Column, renderTable, type TableBody } from '../../kit/table.js';
import { runLabels } from '../../kit/vocabulary.js';

const priceDigits = 5;
const unpricedMark = markup`<em class="unpriced">${unpriced}</em>`;

/** `97,200 in 3,000 samples; 32.4 × 1.5 pJ = 48.6 pJ a sample`. */
function equation(line: LedgerLine, part: RunPart): string {
  const counted = `${formatCount(part.count)} in ${formatCount(part.samples)} samples`;
  const perSample = `${formatMeanCount(part.countPerSample)} a sample`;
  if (line.pricePj === null || part.energyPjPerSample === null) {
    return `${counted}: ${perSample}; no price`;
  }
  const price = withUnit(formatNumber(line.pricePj, priceDigits), 'pJ');
  const energy = withUnit(formatNumber(part.energyPjPerSample), 'pJ');
  return `${counted}: ${perSample} × ${price} = ${energy}`;
}

function energyCell(line: LedgerLine, part: RunPart | null): string | Markup {
  if (part === null) return '';
  if (part.energyPjPerSample === null) return unpricedMark;
  return markup`<span title="${equation(line, part)}">${formatNumber(part.energyPjPerSample)}</span>`;
}

function runColumns(run: RunKind): readonly Column<LedgerLine>[] {
  const label = runLabels[run];
  return [
    {
      label: `${label} count`,
      unit: 'per sample',
      explanation: `Actions for one ${run} sample: total count divided by samples, a mean because events depend on the data.`,
      isNumeric: true,
      cell: (line) => {
        const part = line[run];
        return part === null
          ? ''
          : markup`<span title="${equation(line, part)}">${formatMeanCount(part.countPerSample)}</span>`;
      },
    },
    {
      label: `${label} energy`,
      unit: 'pJ per sample',
      explanation: `Count per ${run} sample times price; point at it for the calculation.`,
      isNumeric: true,
      cell: (line) => energyCell(line, line[run]),
    },
  ];
}

/** Columns that say which action, and where. */
function actionColumns(): readonly Column<LedgerLine>[] {
  return [
    {
      label: 'Phase',
      unit: '',
      explanation: 'Part of the work on a sample in which the action happens.',
      isNumeric: false,
      cell: ({ phase }) => phase,
    },
    {
      label: 'Action',
      unit: '',
      explanation: 'Component and what happens to it; a memory access is one access of one word.',
      isNumeric: false,
      cell: ({ component, action }) => markup`<code>${component}.${action}</code>`,
    },
    {
      label: 'Core',
      unit: '',
      explanation: 'Number of the core where it happens; a dash where it is none.',
      isNumeric: true,
      cell: ({ core }) => (core === null ? '–' : formatCount(core)),
    },
    {
      label: 'Width',
      unit: 'bit',
      explanation: 'Width of the memory word or operand; a dash where it has none.',
      isNumeric: true,
      cell: ({ bits }) => (bits === null ? '–' : formatCount(bits)),
    },
  ];
}

function columnsFor(trainingTotalPj: number): readonly Column<LedgerLine>[] {
  return [
    ...actionColumns(),
    {
      label: 'Price',
      unit: 'pJ per action',
      explanation: 'Energy of one action, from the hardware model.',
      isNumeric: true,
      cell: ({ pricePj }) => (pricePj === null ? unpricedMark : formatNumber(pricePj, priceDigits)),
    },
    {
      label: 'Low–high',
      unit: 'pJ per action',
      explanation: 'Range in which the price lies according to the hardware model.',
      isNumeric: true,
      cell: ({ priceLowPj, priceHighPj }) =>
        priceLowPj === null || priceHighPj === null
          ? '–'
          : `${formatNumber(priceLowPj, 3)}–${formatNumber(priceHighPj, 3)}`,
    },
    {
      label: 'Kind',
      unit: '',
      explanation: 'What the price rests on: measured, published, estimated, assumed or unknown.',
      isNumeric: false,
      cell: ({ priceKind }) => priceKind,
    },
    ...runKinds.flatMap(runColumns),
    {
      label: 'Share',
      unit: 'of training',
      explanation: 'Part of the priced energy of a training sample.',
      isNumeric: true,
      cell: ({ training }) => {
        const energy = training?.energyPjPerSample ?? null;
        return energy === null || trainingTotalPj === 0
          ? ''
          : formatPercent((100 * energy) / trainingTotalPj, 1);
      },
    },
  ];
}

interface Subtotal extends EnergyBand {
  readonly pricing: Pricing;
}

function subtotal(rows: readonly ResultLedgerRow[], run: RunKind): Subtotal {
  const own = rows.filter((row) => row.run === run);
  // A run that does nothing here costs nothing here: a measured 0.
  const pricing = own.length === 0 ? 'complete' : pricingOf(own.map(({ energyPj }) => energyPj));
  return { ...bandOf(own), pricing };
}

function subtotalCell(total: Subtotal): Markup {
  if (total.pricing === 'none') return unpricedMark;
  const note =
    total.pricing === 'complete' ? noMarkup : markup` <em class="unpriced">incomplete</em>`;
  const band =
    total.highPj > 0
      ? markup`<small>${formatNumber(total.lowPj, 3)}–${formatNumber(total.highPj, 3)}</small>`
      : noMarkup;
  return markup`${formatNumber(total.energyPj)}${note}${band}`;
}

function totalRow(
  label: string,
  totals: Readonly<Record<RunKind, Subtotal>>,
  trainingTotalPj: number,
): Markup {
  const share =
    trainingTotalPj === 0 || totals.training.pricing === 'none'
      ? ''
      : formatPercent((100 * totals.training.energyPj) / trainingTotalPj, 1);
  return markup`<tr class="total"><th scope="row" colspan="7">${label}</th><td></td><td class="n">${subtotalCell(totals.inference)}</td><td></td><td class="n">${subtotalCell(totals.training)}</td><td class="n">${share}</td></tr>`;
}

function layerHeading(result: ResultRecord, layer: number | null): string {
  if (layer === null) return 'Chip (actions that belong to no layer)';
  const activity = result.activity.find((entry) => entry.layer === layer);
  if (activity === undefined) return `Layer ${layer}`;
  const cores = coresOf(activity);
  return `Layer ${layer}: ${formatCount(activity.inputCount)} inputs, ${formatCount(activity.neuronCount)} neurons, ${cores.length === 1 ? 'core' : 'cores'} ${printCores(cores)}`;
}

/** One line of the table worked out, so that a reader can check the others the same way. */
function workedExample(lines: readonly LedgerLine[]): Markup {
  const energyOf = (line: LedgerLine) => line.training?.energyPjPerSample ?? 0;
  const largest = lines.reduce<LedgerLine | null>(
    (best, line) => (energyOf(line) > (best === null ? 0 : energyOf(best)) ? line : best),
    null,
  );
  const part = largest?.training ?? null;
  if (largest === null || part === null) return noMarkup;
  const place = largest.layer === null ? 'chip' : `layer ${largest.layer}`;
  return markup`<p>The largest line, ${place}, ${largest.phase}, <code>${largest.component}.${largest.action}</code>, in training: ${equation(largest, part)}. Every line can be checked this way; numbers are rounded for print, <code>result.json</code> and <code>ledger.csv</code> hold them in full.</p>`;
}

/** The ledger, grouped by layer: count per sample × price = energy per sample, inference beside training. */
export function renderLedgerTable(result: ResultRecord): Markup {
  const lines = ledgerLines(result);
  const { inference, training } = result.perSample;
  const trainingTotalPj = training.energyNj * 1000;
  const layers = [...new Set(lines.map((line) => line.layer))];
  const bodies = layers.map((layer): TableBody<LedgerLine> => {
    const rows = lines.filter((line) => line.layer === layer);
    const ledger = result.ledger.filter((row) => row.layer === layer);
    const totals = {
      inference: subtotal(ledger, 'inference'),
      training: subtotal(ledger, 'training'),
    };
    const label = layer === null ? 'Chip' : `Layer ${layer}`;
    return {
      heading: markup`${layerHeading(result, layer)}`,
      rows,
      total: totalRow(label, totals, trainingTotalPj),
    };
  });
  const grandTotal = (run: RunKind, cost: typeof inference): Subtotal => ({
    energyPj: cost.energyNj * 1000,
    lowPj: cost.energyLowNj * 1000,
    highPj: cost.energyHighNj * 1000,
    pricing: pricingOfRun(result, run),
  });
  const grand = totalRow(
    'Sample, all layers',
    { inference: grandTotal('inference', inference), training: grandTotal('training', training) },
    trainingTotalPj,
  );
  const all: TableBody<LedgerLine> = { heading: null, rows: [], total: grand };
  return markup`${workedExample(lines)}<div class="ledger">${renderTable('Ledger', columnsFor(trainingTotalPj), [...bodies, all])}</div>`;
}
