import type { CustomSeriesRenderItem } from 'echarts';
import type { ResultLedgerRow, ResultRecord } from '../../../experiment/record/result-record.js';
import { type Phase, phases, type RunKind } from '../../../ledger/ledger-row.js';
import { labelAxis, lengthAxis } from '../../kit/bar-axes.js';
import { axisText, chartFont, ink, muted, paper, renderChart } from '../../kit/chart.js';
import {
  bandOf,
  type Pricing,
  pricingOf,
  rowsOf,
  type SampleBand,
  sumEnergyPj,
} from '../../kit/ledger-view.js';
import type { Markup } from '../../kit/markup.js';
import { energyPrefix, formatEnergy, type UnitPrefix, unpriced } from '../../kit/quantity.js';
import { energyWithBand } from '../summary.js';
import { componentGroups, runLabels } from '../../kit/vocabulary.js';

/** One bar: a run as a whole (phase null) or one of its phases. Energies are pJ per sample. */
interface EnergyBar {
  readonly run: RunKind;
  readonly phase: Phase | null;
  /** In the order of `componentGroups`. */
  readonly groupsPj: readonly number[];
  readonly totalPj: number;
  readonly pricing: Pricing;
  /** Both bands of the bar; null where nothing is priced. */
  readonly band: SampleBand | null;
}

function groupEnergies(rows: readonly ResultLedgerRow[]): readonly number[] {
  return componentGroups.map(({ components }) => {
    const names: readonly string[] = components;
    return sumEnergyPj(rows.filter((row) => names.includes(row.component)));
  });
}

function energyBar(run: RunKind, phase: Phase | null, rows: readonly ResultLedgerRow[]): EnergyBar {
  const pricing = pricingOf(rows.map((row) => row.energyPj));
  const band = bandOf(rows);
  return {
    run,
    phase,
    groupsPj: groupEnergies(rows),
    totalPj: band.energyPj,
    pricing,
    band: pricing === 'none' ? null : band,
  };
}

/** The chart's data: each run's total, then its phases that cost energy. */
export function energyBars(result: ResultRecord): readonly EnergyBar[] {
  return (['inference', 'training'] as const).flatMap((run) => {
    const rows = rowsOf(result, run);
    const parts = phases.flatMap((phase): readonly EnergyBar[] => {
      const phaseRows = rows.filter((row) => row.phase === phase);
      return phaseRows.length === 0 ? [] : [energyBar(run, phase, phaseRows)];
    });
    return [energyBar(run, null, rows), ...parts];
  });
}

function labelOf(bar: EnergyBar): string {
  return bar.phase ?? runLabels[bar.run];
}

/** Groups that appear in the chart, for its legend. */
export function visibleGroups(bars: readonly EnergyBar[]): typeof componentGroups {
  return componentGroups.filter((_, index) => bars.some((bar) => (bar.groupsPj[index] ?? 0) > 0));
}

/** Energy of a bar in a unit of its own: short bars are a millionth of long ones. */
function totalText(bar: EnergyBar): string {
  if (bar.pricing === 'none') return unpriced;
  const energy = formatEnergy(bar.totalPj);
  return bar.pricing === 'complete' ? energy : `${energy}, incomplete`;
}

/** Thin with caps: all prices err in the same direction. Thick: each errs by itself. */
function whiskerOf(band: SampleBand, xOf: (energyPj: number) => number, middle: number) {
  const line = (x1: number, y1: number, x2: number, y2: number, lineWidth: number) => ({
    type: 'line' as const,
    shape: { x1, y1, x2, y2 },
    style: { stroke: ink, lineWidth },
  });
  const [low, high] = [xOf(band.lowPj), xOf(band.highPj)];
  return [
    line(low, middle, high, middle, 1.2),
    line(low, middle - 4.5, low, middle + 4.5, 1.2),
    line(high, middle - 4.5, high, middle + 4.5, 1.2),
    line(xOf(band.independentLowPj), middle, xOf(band.independentHighPj), middle, 3),
  ];
}

/** Draws both bands of a bar and writes its total behind them. */
function bandAndLabel(
  bars: readonly (EnergyBar | null)[],
  prefix: UnitPrefix,
): CustomSeriesRenderItem {
  const { factor } = prefix;
  return (params, api) => {
    const bar = bars[params.dataIndex];
    if (bar === undefined || bar === null) return null;
    const xOf = (energyPj: number): number => api.coord([energyPj / factor, 0])[0] ?? 0;
    const [, middle = 0] = api.coord([0, params.dataIndex]);
    const end = xOf(Math.max(bar.band?.highPj ?? 0, bar.totalPj));
    const whisker = bar.band === null ? [] : whiskerOf(bar.band, xOf, middle);
    const label = {
      type: 'text' as const,
      style: {
        text: totalText(bar),
        x: end + 6,
        y: middle,
        fill: bar.phase === null ? ink : muted,
        fontSize: 12,
        fontFamily: chartFont,
        fontWeight: bar.phase === null ? ('bold' as const) : ('normal' as const),
        verticalAlign: 'middle' as const,
      },
    };
    return { type: 'group', children: [...whisker, label] };
  };
}

/** Energy per sample by component and phase, inference above training, with both bands of every bar. */
export function renderEnergyChart(result: ResultRecord, id: string): Markup {
  const bars = energyBars(result);
  const firstTraining = bars.findIndex((bar) => bar.run === 'training');
  // An empty place keeps the two runs apart.
  const places = [...bars.slice(0, firstTraining), null, ...bars.slice(firstTraining)];
  const largestPj = Math.max(...bars.map((bar) => bar.totalPj));
  // The unit of the energies themselves: bands reach far beyond them.
  const prefix = energyPrefix(largestPj);
  const { unit, factor } = prefix;
  return renderChart({
    id,
    description: `Energy per sample: inference ${energyWithBand(result, 'inference')}, training ${energyWithBand(result, 'training')}.`,
    widthPx: 760,
    heightPx: 300,
    option: {
      grid: { left: 78, right: 136, top: 4, bottom: 40 },
      xAxis: lengthAxis(`energy per sample [${unit}]`),
      yAxis: labelAxis(
        places.map((bar) => (bar === null ? '' : labelOf(bar))),
        {
          formatter: (label: string, index: number) =>
            `{${places[index]?.phase === null ? 'run' : 'phase'}|${label}}`,
          rich: {
            run: { color: ink, fontWeight: 'bold', fontSize: 12, fontFamily: chartFont },
            phase: axisText,
          },
        },
      ),
      series: [
        ...componentGroups.map((group, index) => ({
          type: 'bar',
          name: group.label,
          stack: 'energy',
          silent: true,
          barWidth: '68%',
          itemStyle: { color: group.color, borderColor: paper, borderWidth: 0.5 },
          emphasis: { disabled: true },
          data: places.map((bar) => (bar?.groupsPj[index] ?? 0) / factor),
        })),
        {
          type: 'custom',
          silent: true,
          clip: false,
          z: 5,
          renderItem: bandAndLabel(places, prefix),
          data: places.map((bar, index) => [
            (bar?.band?.highPj ?? bar?.totalPj ?? 0) / factor,
            index,
          ]),
        },
      ],
    },
  });
}
