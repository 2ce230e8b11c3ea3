import { axisText, chartFont, muted, renderChart, rule } from './chart.js';
import type { Markup } from './markup.js';
import { formatNumber } from './quantity.js';

/** More layers than these cannot be told apart in one picture. */
const largestLayerCount = 4;
/** One for each layer drawn. */
const symbols = ['circle', 'rect', 'triangle', 'diamond'] as const;
/** More epochs than these are drawn without symbols. */
const largestSymbolCount = 40;

/** One layer over the epochs. */
export interface LayerCurve {
  readonly name: string;
  readonly color: string;
  readonly dash: 'solid' | 'dashed';
  /** Which of the layers drawn it is, 0…; curves of one layer have one symbol. */
  readonly place: number;
  /** By epoch; null where there is no value. */
  readonly values: readonly (number | null)[];
}

interface LayerCurvesSpec {
  readonly id: string;
  readonly description: string;
  readonly widthPx: number;
  readonly epochs: readonly number[];
  /** What is drawn, with its unit. */
  readonly quantity: string;
  readonly largest: number;
  readonly interval: number;
  /** A value with a meaning, drawn as a dotted line; null: none. */
  readonly level: number | null;
  readonly curves: readonly LayerCurve[];
}

/** At most four layers, evenly spaced, the first and the last among them. */
export function chooseLayers(layers: readonly number[]): readonly number[] {
  if (layers.length <= largestLayerCount) return layers;
  const gap = (layers.length - 1) / (largestLayerCount - 1);
  return Array.from(
    { length: largestLayerCount },
    (_, place) => layers[Math.round(place * gap)],
  ).filter((layer) => layer !== undefined);
}

function series({ name, color, dash, place, values }: LayerCurve) {
  const hasSymbols = values.length <= largestSymbolCount;
  return {
    type: 'line',
    name,
    silent: true,
    symbol: symbols[place] ?? 'none',
    symbolSize: 7,
    showAllSymbol: hasSymbols,
    showSymbol: hasSymbols,
    clip: false,
    lineStyle: { color, width: 2, type: dash },
    itemStyle: { color },
    emphasis: { disabled: true },
    endLabel: {
      show: true,
      distance: 7,
      color,
      fontSize: 12,
      fontWeight: 'bold',
      fontFamily: chartFont,
      formatter: '{a}',
    },
    // Apart, also where curves end at the same height.
    labelLayout: { moveOverlap: 'shiftY' },
    data: values,
  };
}

/** Curves over the epochs, each named at its end. */
export function renderLayerCurves(spec: LayerCurvesSpec): Markup {
  const { epochs, level } = spec;
  const dotted = {
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { color: muted, width: 1, type: 'dotted' },
    emphasis: { disabled: true },
    data: epochs.map(() => level),
  };
  const longestName = Math.max(...spec.curves.map(({ name }) => name.length));
  return renderChart({
    id: spec.id,
    description: spec.description,
    widthPx: spec.widthPx,
    heightPx: 300,
    option: {
      grid: { left: 52, right: 20 + 7 * longestName, top: 12, bottom: 40 },
      xAxis: {
        type: 'category',
        data: epochs.map(String),
        boundaryGap: epochs.length < 3,
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
        max: spec.largest,
        interval: spec.interval,
        name: spec.quantity,
        nameLocation: 'middle',
        nameGap: 36,
        nameTextStyle: axisText,
        axisLabel: { ...axisText, formatter: (value: number) => formatNumber(value) },
        splitLine: { lineStyle: { color: rule } },
      },
      series: [...(level === null ? [] : [dotted]), ...spec.curves.map(series)],
    },
  });
}
