import type { RunRecord } from '../../../experiment/record/run-record.js';
import { axisText, chartFont, muted, renderChart, rule } from '../../kit/chart.js';
import type { Markup } from '../../kit/markup.js';
import { formatNumber, formatPercent } from '../../kit/quantity.js';
import { chipColor, referenceColor } from '../../kit/vocabulary.js';

/** True when some epoch has a test error to draw. */
export function hasAccuracyCurve(result: RunRecord): boolean {
  return result.epochs.some(
    ({ chip, reference }) =>
      (chip.testErrorPercent ?? reference?.testErrorPercent ?? null) !== null,
  );
}

/** The values up to the last one there is: a curve ends, and has its label, after its own last epoch. */
function withoutEnd(values: readonly (number | null)[]): readonly (number | null)[] {
  return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
}

interface Curve {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
  readonly dash: 'solid' | 'dashed';
  readonly values: readonly (number | null)[];
  /** Whether its label stands above the other curve's. */
  readonly isUpper: boolean;
}

function series({ name, color, symbol, dash, values, isUpper }: Curve) {
  return {
    type: 'line',
    name,
    silent: true,
    symbol,
    symbolSize: 8,
    showAllSymbol: values.length <= 40,
    showSymbol: values.length <= 40,
    clip: false,
    lineStyle: { color, width: 2, type: dash },
    itemStyle: { color },
    emphasis: { disabled: true },
    endLabel: {
      show: true,
      distance: 7,
      offset: [0, isUpper ? -7 : 7], // apart, also where the curves end at the same height
      color,
      fontSize: 12,
      fontWeight: 'bold',
      fontFamily: chartFont,
      formatter: name,
    },
    data: values,
  };
}

type Errors = readonly (number | null)[];

/** Curves of those that were trained. */
function curvesOf(chip: Errors, reference: Errors): readonly Curve[] {
  const chipIsUpper = (chip.at(-1) ?? 0) >= (reference.at(-1) ?? 0);
  const curves: readonly Curve[] = [
    {
      name: 'reference',
      color: referenceColor,
      symbol: 'diamond',
      dash: 'dashed',
      values: reference,
      isUpper: !chipIsUpper,
    },
    {
      name: 'chip',
      color: chipColor,
      symbol: 'circle',
      dash: 'solid',
      values: chip,
      isUpper: chipIsUpper,
    },
  ];
  return curves.filter(({ values }) => values.some((value) => value !== null));
}

/** Test error by epoch, chip and float reference, each as far as it was trained. */
export function renderAccuracyChart(result: RunRecord, id: string): Markup {
  const chip = withoutEnd(result.epochs.map((epoch) => epoch.chip.testErrorPercent));
  const reference = withoutEnd(
    result.epochs.map((epoch) => epoch.reference?.testErrorPercent ?? null),
  );
  return renderChart({
    id,
    description: `Test error by epoch; after the last, chip ${formatPercent(chip.at(-1) ?? null)}, reference ${formatPercent(reference.at(-1) ?? null)}.`,
    widthPx: 400,
    heightPx: 300,
    option: {
      grid: { left: 48, right: 72, top: 12, bottom: 40 },
      xAxis: {
        type: 'category',
        data: result.epochs.map(({ epoch }) => String(epoch)),
        boundaryGap: result.epochs.length < 3,
        name: 'epoch',
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: axisText,
        axisLine: { lineStyle: { color: muted } },
        axisLabel: axisText,
      },
      yAxis: {
        type: 'value',
        min: 0,
        name: 'test error [%]',
        nameLocation: 'middle',
        nameGap: 32,
        nameTextStyle: axisText,
        axisLabel: { ...axisText, formatter: (value: number) => formatNumber(value) },
        splitLine: { lineStyle: { color: rule } },
      },
      series: curvesOf(chip, reference).map(series),
    },
  });
}
