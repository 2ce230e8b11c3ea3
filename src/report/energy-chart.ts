import type { CustomSeriesRenderItem } from 'echarts';
import type { ResultLedgerRow, ResultRecord } from '../experiment/result-record.js';
import { type Phase, phases, type RunKind } from '../ledger/ledger-row.js';
import { axisText, chartFont, ink, muted, paper, renderChart, rule } from './chart.js';
import { type Pricing, pricingOf, pricingOfRun, rowsOf, sumEnergyPj } from './ledger-view.js';
import type { Markup } from './markup.js';
import { energyPrefix, type UnitPrefix, formatNumber, unpriced, withUnit } from './quantity.js';
import { energyWithBand } from './summary.js';
import { componentGroups, runLabels } from './vocabulary.js';

/** One bar: a run as a whole (phase null) or one of its phases. Energies are pJ per sample. */
export interface EnergyBar {
  readonly run: RunKind;
  readonly phase: Phase | null;
  /** In the order of `componentGroups`. */
  readonly groupsPj: readonly number[];
  readonly totalPj: number;
  readonly pricing: Pricing;
  /** Low and high of a run's total; phases show none, and nothing priced has none. */
  readonly bandPj: readonly [low: number, high: number] | null;
}

function groupEnergies(rows: readonly ResultLedgerRow[]): readonly number[] {
  return componentGroups.map(({ components }) => {
    const names: readonly string[] = components;
    return sumEnergyPj(rows.filter((row) => names.includes(row.component)));
  });
}

/** The chart's data: each run's total, then its phases that cost energy. */
export function energyBars(result: ResultRecord): readonly EnergyBar[] {
  return (['inference', 'training'] as const).flatMap((run) => {
    const rows = rowsOf(result, run);
    const { energyNj, energyLowNj, energyHighNj } = result.perSample[run];
    const pricing = pricingOfRun(result, run);
    const total: EnergyBar = {
      run,
      phase: null,
      groupsPj: groupEnergies(rows),
      totalPj: energyNj * 1000,
      pricing,
      bandPj: pricing === 'none' ? null : [energyLowNj * 1000, energyHighNj * 1000],
    };
    const parts = phases.flatMap((phase): readonly EnergyBar[] => {
      const phaseRows = rows.filter((row) => row.phase === phase);
      const pricing = pricingOf(phaseRows.map((row) => row.energyPj));
      const totalPj = sumEnergyPj(phaseRows);
      const groupsPj = groupEnergies(phaseRows);
      return phaseRows.length === 0
        ? []
        : [{ run, phase, groupsPj, totalPj, pricing, bandPj: null }];
    });
    return [total, ...parts];
  });
}

function labelOf(bar: EnergyBar): string {
  return bar.phase ?? runLabels[bar.run];
}

/** Groups that appear in the chart, for its legend. */
export function visibleGroups(bars: readonly EnergyBar[]): typeof componentGroups {
  return componentGroups.filter((_, index) => bars.some((bar) => (bar.groupsPj[index] ?? 0) > 0));
}

function totalText(bar: EnergyBar, { unit, factor }: UnitPrefix): string {
  if (bar.pricing === 'none') return unpriced;
  const energy = withUnit(formatNumber(bar.totalPj / factor, 3), unit);
  return bar.pricing === 'complete' ? energy : `${energy}, incomplete`;
}

/** Draws the low–high band of a bar and writes its total behind it. */
function bandAndLabel(
  bars: readonly (EnergyBar | null)[],
  prefix: UnitPrefix,
): CustomSeriesRenderItem {
  const { factor } = prefix;
  return (params, api) => {
    const bar = bars[params.dataIndex];
    if (bar === undefined || bar === null) return null;
    const [low, high] = bar.bandPj ?? [bar.totalPj, bar.totalPj];
    const [end = 0, middle = 0] = api.coord([
      Math.max(high, bar.totalPj) / factor,
      params.dataIndex,
    ]);
    const [from = 0] = api.coord([low / factor, params.dataIndex]);
    const line = (x1: number, y1: number, x2: number, y2: number) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: ink, lineWidth: 1.5 },
    });
    const whisker =
      bar.bandPj === null
        ? []
        : [
            line(from, middle, end, middle),
            line(from, middle - 5, from, middle + 5),
            line(end, middle - 5, end, middle + 5),
          ];
    const label = {
      type: 'text' as const,
      style: {
        text: totalText(bar, prefix),
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

/** Energy per sample by component and phase, inference above training, with the band of the totals. */
export function renderEnergyChart(result: ResultRecord, id: string): Markup {
  const bars = energyBars(result);
  const firstTraining = bars.findIndex((bar) => bar.run === 'training');
  // An empty place keeps the two runs apart.
  const places = [...bars.slice(0, firstTraining), null, ...bars.slice(firstTraining)];
  const largestPj = Math.max(...bars.map((bar) => bar.bandPj?.[1] ?? bar.totalPj));
  const prefix = energyPrefix(largestPj);
  const { unit, factor } = prefix;
  return renderChart({
    id,
    description: `Energy per sample: inference ${energyWithBand(result, 'inference')}, training ${energyWithBand(result, 'training')}.`,
    widthPx: 760,
    heightPx: 300,
    option: {
      grid: { left: 78, right: 136, top: 4, bottom: 40 },
      xAxis: {
        type: 'value',
        name: `energy per sample [${unit}]`,
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: axisText,
        axisLabel: { ...axisText, formatter: (value: number) => formatNumber(value) },
        splitLine: { lineStyle: { color: rule } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        z: 3, // in front of the bars, whose borders would cut the line
        data: places.map((bar) => (bar === null ? '' : labelOf(bar))),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: muted } },
        axisLabel: {
          ...axisText,
          interval: 0,
          formatter: (label: string, index: number) =>
            `{${places[index]?.phase === null ? 'run' : 'phase'}|${label}}`,
          rich: {
            run: { color: ink, fontWeight: 'bold', fontSize: 12, fontFamily: chartFont },
            phase: axisText,
          },
        },
      },
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
            (bar?.bandPj?.[1] ?? bar?.totalPj ?? 0) / factor,
            index,
          ]),
        },
      ],
    },
  });
}
