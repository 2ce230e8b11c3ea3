import type { CustomSeriesRenderItem } from 'echarts';
import type { EstimateRecord, RuleEstimate } from '../../experiment/estimate/estimate-record.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { labelAxis, lengthAxis } from '../kit/bar-axes.js';
import { chartFont, ink, paper, renderChart } from '../kit/chart.js';
import { energyText, pricedRules } from './estimate-figures.js';
import type { Markup } from '../kit/markup.js';
import { energyPrefix, type UnitPrefix } from '../kit/quantity.js';
import { componentGroups } from '../kit/vocabulary.js';

type RuleCost = NonNullable<RuleEstimate['perSample']>;

/** One bar: an inference, or a training sample by one rule. Energies are nJ per sample. */
interface RuleBar {
  readonly label: string;
  /** In the order of `componentGroups`. */
  readonly groupsNj: readonly number[];
  readonly totalNj: number;
  readonly lowNj: number;
  readonly highNj: number;
  /** Energy as text, with a word where something is unpriced. */
  readonly text: string;
}

function barOf(
  label: string,
  total: RuleCost[RunKind],
  energyParts: RuleCost['energyParts'],
  run: RunKind,
): RuleBar {
  const parts = energyParts.filter((part) => part.run === run);
  return {
    label,
    groupsNj: componentGroups.map(({ components }) => {
      const names: readonly string[] = components;
      return parts
        .filter(({ component }) => names.includes(component))
        .reduce((sum, { energyNj }) => sum + (energyNj ?? 0), 0);
    }),
    totalNj: total.energyNj,
    lowNj: total.energyLowNj,
    highNj: total.energyHighNj,
    text: `${energyText(total)}${total.complete ? '' : ', incomplete'}`,
  };
}

/** An inference, which costs the same whatever the rule, then a training sample by each rule. */
export function ruleBars(estimate: EstimateRecord): readonly RuleBar[] {
  const rules = pricedRules(estimate);
  const cost = rules[0]?.cost ?? estimate.inferenceOnly?.perSample;
  if (cost === undefined) return [];
  return [
    barOf('inference', cost.inference, cost.energyParts, 'inference'),
    ...rules.map(({ label, cost: { training, energyParts } }) =>
      barOf(label, training, energyParts, 'training'),
    ),
  ];
}

/** Groups that have a part in a bar, for the legend. */
export function groupsIn(bars: readonly RuleBar[]): typeof componentGroups {
  return componentGroups.filter((_, index) => bars.some((bar) => (bar.groupsNj[index] ?? 0) > 0));
}

/** Draws the low–high band of a bar and writes its total behind it. */
function bandAndLabel(bars: readonly RuleBar[], { factor }: UnitPrefix): CustomSeriesRenderItem {
  return (params, api) => {
    const bar = bars[params.dataIndex];
    if (bar === undefined) return null;
    const [from = 0, middle = 0] = api.coord([(bar.lowNj * 1000) / factor, params.dataIndex]);
    const [end = 0] = api.coord([(bar.highNj * 1000) / factor, params.dataIndex]);
    const line = (x1: number, y1: number, x2: number, y2: number) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: ink, lineWidth: 1.5 },
    });
    const text = {
      type: 'text' as const,
      style: {
        text: bar.text,
        x: end + 6,
        y: middle,
        fill: ink,
        fontSize: 12,
        fontFamily: chartFont,
        verticalAlign: 'middle' as const,
      },
    };
    const children = [
      line(from, middle, end, middle),
      line(from, middle - 5, from, middle + 5),
      line(end, middle - 5, end, middle + 5),
      text,
    ];
    return { type: 'group', children };
  };
}

/** Energy of a training sample by rule and component, below that of an inference, with the band of each total. */
export function renderRuleChart(estimate: EstimateRecord): Markup {
  const bars = ruleBars(estimate);
  const prefix = energyPrefix(Math.max(...bars.map(({ highNj }) => highNj * 1000)));
  const { unit, factor } = prefix;
  return renderChart({
    id: 'rules',
    description: `Energy per sample: ${bars.map(({ label, text }) => `${label} ${text}`).join(', ')}.`,
    widthPx: 1000,
    heightPx: 56 + 30 * bars.length,
    option: {
      grid: { left: 130, right: 136, top: 4, bottom: 40 },
      xAxis: lengthAxis(`energy per sample [${unit}]`),
      yAxis: labelAxis(
        bars.map(({ label }) => label),
        {},
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
          data: bars.map(({ groupsNj }) => ((groupsNj[index] ?? 0) * 1000) / factor),
        })),
        {
          type: 'custom',
          silent: true,
          clip: false,
          z: 5,
          renderItem: bandAndLabel(bars, prefix),
          data: bars.map(({ highNj }, index) => [(highNj * 1000) / factor, index]),
        },
      ],
    },
  });
}
