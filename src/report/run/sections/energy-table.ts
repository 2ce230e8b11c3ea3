import { componentNames } from '../../../ledger/components.js';
import type { ResultLedgerRow, ResultRecord } from '../../../experiment/record/result-record.js';
import { phases, type RunKind, runKinds } from '../../../ledger/ledger-row.js';
import { bandOf, type Pricing, pricingOf, rowsOf, type SampleBand } from '../../kit/ledger-view.js';
import { markup, type Markup } from '../../kit/markup.js';
import { formatNumber, formatPercent, unpriced } from '../../kit/quantity.js';
import { type Column, renderTable, type TableBody } from '../../kit/table.js';
import { runLabels } from '../../kit/vocabulary.js';

/** Energy of a part of a sample in one run. */
interface PartEnergy {
  readonly band: SampleBand;
  readonly pricing: Pricing;
}

/** One part of a sample: a phase, a component or a layer. */
interface EnergyPart {
  readonly name: string;
  /** Null: the run does nothing there. */
  readonly inference: PartEnergy | null;
  readonly training: PartEnergy | null;
}

/** A way to cut a sample into parts; each way adds up to the whole. */
interface EnergyGrouping {
  readonly title: string;
  readonly parts: readonly EnergyPart[];
}

function partEnergy(rows: readonly ResultLedgerRow[]): PartEnergy | null {
  if (rows.length === 0) return null;
  return { band: bandOf(rows), pricing: pricingOf(rows.map(({ energyPj }) => energyPj)) };
}

/** Phases, components and layers of both runs, each with its bands. */
export function energyGroupings(result: ResultRecord): readonly EnergyGrouping[] {
  const part = (name: string, isIn: (row: ResultLedgerRow) => boolean): EnergyPart => ({
    name,
    inference: partEnergy(rowsOf(result, 'inference').filter(isIn)),
    training: partEnergy(rowsOf(result, 'training').filter(isIn)),
  });
  const layers = [...new Set(result.ledger.map(({ layer }) => layer))].sort(
    (left, right) => (left ?? Infinity) - (right ?? Infinity),
  );
  const groupings: readonly EnergyGrouping[] = [
    {
      title: 'By phase',
      parts: phases.map((phase) => part(phase, (row) => row.phase === phase)),
    },
    {
      title: 'By component',
      parts: componentNames.map((name) => part(name, ({ component }) => component === name)),
    },
    {
      title: 'By layer',
      parts: layers.map((layer) =>
        part(layer === null ? 'no layer' : `layer ${layer}`, (row) => row.layer === layer),
      ),
    },
  ];
  return groupings.map(({ title, parts }) => ({
    title,
    parts: parts.filter(({ inference, training }) => inference !== null || training !== null),
  }));
}

function energyCell(energy: PartEnergy | null): string | Markup {
  if (energy === null) return '';
  if (energy.pricing === 'none') return markup`<em class="unpriced">${unpriced}</em>`;
  const number = formatNumber(energy.band.energyPj);
  return energy.pricing === 'complete'
    ? number
    : markup`${number} <em class="unpriced">incomplete</em>`;
}

function rangeCell(energy: PartEnergy | null, low: number, high: number): string {
  return energy === null || energy.pricing === 'none'
    ? ''
    : `${formatNumber(low, 3)}–${formatNumber(high, 3)}`;
}

function runColumns(run: RunKind): readonly Column<EnergyPart>[] {
  const label = runLabels[run];
  return [
    {
      label,
      unit: 'pJ per sample',
      explanation: `Energy of this part of one ${run} sample, over its priced rows.`,
      isNumeric: true,
      cell: (part) => energyCell(part[run]),
    },
    {
      label: 'Low–high',
      unit: 'pJ per sample',
      explanation: 'Its band if all prices err in the same direction.',
      isNumeric: true,
      cell: (part) => {
        const energy = part[run];
        return rangeCell(energy, energy?.band.lowPj ?? 0, energy?.band.highPj ?? 0);
      },
    },
    {
      label: 'Independent',
      unit: 'pJ per sample',
      explanation: 'Its band if each price errs by itself: root of the sum of squares.',
      isNumeric: true,
      cell: (part) => {
        const energy = part[run];
        const { independentLowPj = 0, independentHighPj = 0 } = energy?.band ?? {};
        return rangeCell(energy, independentLowPj, independentHighPj);
      },
    },
  ];
}

/** Every total of a sample with its bands, three times: by phase, by component, by layer. */
export function renderEnergyTable(result: ResultRecord): Markup {
  const trainingPj = result.perSample.training.energyNj * 1000;
  const columns: readonly Column<EnergyPart>[] = [
    {
      label: 'Part',
      unit: '',
      explanation: 'Phase, component or layer; the parts of each list add up to the sample.',
      isNumeric: false,
      cell: ({ name }) => name,
    },
    ...runKinds.flatMap(runColumns),
    {
      label: 'Share',
      unit: 'of training',
      explanation: 'Part of the priced energy of a training sample.',
      isNumeric: true,
      cell: ({ training }) =>
        training === null || training.pricing === 'none' || trainingPj === 0
          ? ''
          : formatPercent((100 * training.band.energyPj) / trainingPj, 1),
    },
  ];
  const bodies = energyGroupings(result).map(({ title, parts }): TableBody<EnergyPart> => ({
    heading: markup`${title}`,
    rows: parts,
    total: null,
  }));
  const whole: EnergyPart = {
    name: 'Sample',
    inference: partEnergy(rowsOf(result, 'inference')),
    training: partEnergy(rowsOf(result, 'training')),
  };
  const cells = columns.map(
    (column) => markup`<td class="${column.isNumeric ? 'n' : 't'}">${column.cell(whole)}</td>`,
  );
  const total = markup`<tr class="total">${cells}</tr>`;
  return renderTable('Energy by part', columns, [...bodies, { heading: null, rows: [], total }]);
}
