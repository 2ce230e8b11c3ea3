import type { ResultRecord } from '../experiment/result-record.js';
import { axisText, chartFont, muted, renderChart, rule } from './chart.js';
import { markup, type Markup, noMarkup } from './markup.js';
import { formatCount, formatNumber } from './quantity.js';
import { type Column, renderPlainTable } from './table.js';
import { chipColor, referenceColor } from './vocabulary.js';

/** More curves than these of each side cannot be told apart. */
const largestLayerCount = 4;
/** One for each layer drawn. */
const symbols = ['circle', 'rect', 'triangle', 'diamond'] as const;

type Side = 'chip' | 'reference';

/** Degrees by epoch of one layer on one side; null where it has no angle. */
function anglesOf(result: ResultRecord, layer: number, side: Side): readonly (number | null)[] {
  return result.epochs.map(({ alignment }) => {
    const entry = alignment.find((candidate) => candidate.layer === layer);
    return (side === 'chip' ? entry?.chipDegrees : entry?.referenceDegrees) ?? null;
  });
}

/** Hidden layers of which some epoch has an angle. */
function measuredLayers(result: ResultRecord): readonly number[] {
  const layers = new Set(
    result.epochs.flatMap(({ alignment }) =>
      alignment
        .filter((entry) => entry.chipDegrees !== null || entry.referenceDegrees !== null)
        .map(({ layer }) => layer),
    ),
  );
  return [...layers].sort((left, right) => left - right);
}

/** At most `largestLayerCount` layers, evenly spaced, the first and the last among them. */
function chooseLayers(layers: readonly number[]): readonly number[] {
  if (layers.length <= largestLayerCount) return layers;
  const gap = (layers.length - 1) / (largestLayerCount - 1);
  return Array.from(
    { length: largestLayerCount },
    (_, place) => layers[Math.round(place * gap)],
  ).filter((layer) => layer !== undefined);
}

/** The curves of one side. */
function curves(result: ResultRecord, layers: readonly number[], side: Side) {
  const color = side === 'chip' ? chipColor : referenceColor;
  const isAlone = layers.length === 1;
  return layers
    .map((layer, place) => ({ layer, place, data: anglesOf(result, layer, side) }))
    .filter(({ data }) => data.some((angle) => angle !== null))
    .map(({ layer, place, data }) => ({
      type: 'line',
      name: isAlone ? side : `${side}, layer ${formatCount(layer)}`,
      silent: true,
      symbol: symbols[place] ?? 'none',
      symbolSize: 7,
      showAllSymbol: data.length <= 40,
      showSymbol: data.length <= 40,
      clip: false,
      lineStyle: { color, width: 2, type: side === 'chip' ? 'solid' : 'dashed' },
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
      labelLayout: { moveOverlap: 'shiftY' },
      data,
    }));
}

/** What the picture says at its end, layer by layer. */
function describe(result: ResultRecord, layers: readonly number[]): string {
  const degrees = (angle: number | null | undefined): string =>
    typeof angle === 'number' ? `${formatNumber(angle, 3)}°` : 'none';
  const ends = layers.map(
    (layer) =>
      `layer ${formatCount(layer)}: chip ${degrees(anglesOf(result, layer, 'chip').at(-1))}, reference ${degrees(anglesOf(result, layer, 'reference').at(-1))}`,
  );
  return `Angle between the rule's error and back-propagation's by epoch; after the last, ${ends.join('; ')}.`;
}

function renderCurves(result: ResultRecord, layers: readonly number[], id: string): Markup {
  const series = [...curves(result, layers, 'reference'), ...curves(result, layers, 'chip')];
  const angles = series.flatMap(({ data }) => data).filter((angle) => angle !== null);
  const rightAngle = {
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { color: muted, width: 1, type: 'dotted' },
    emphasis: { disabled: true },
    data: result.epochs.map(() => 90),
  };
  return renderChart({
    id,
    description: describe(result, layers),
    widthPx: 760,
    heightPx: 300,
    option: {
      grid: { left: 52, right: 132, top: 12, bottom: 40 },
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
        max: Math.max(120, Math.ceil(Math.max(...angles) / 30) * 30),
        interval: 30,
        name: 'angle to back-propagation [°]',
        nameLocation: 'middle',
        nameGap: 36,
        nameTextStyle: axisText,
        axisLabel: { ...axisText, formatter: (value: number) => formatNumber(value) },
        splitLine: { lineStyle: { color: rule } },
      },
      series: [rightAngle, ...series],
    },
  });
}

type Angles = ResultRecord['epochs'][number]['alignment'][number];

function printAngle(degrees: number | null): string {
  return degrees === null ? '–' : formatNumber(degrees, 3);
}

const angleColumns: readonly Column<Angles>[] = [
  {
    label: 'Layer',
    unit: '',
    explanation: 'Hidden layer whose errors are looked at.',
    isNumeric: true,
    cell: ({ layer }) => formatCount(layer),
  },
  {
    label: 'Chip',
    unit: 'degrees',
    explanation: "Mean angle with the chip's own weights and B, in float arithmetic.",
    isNumeric: true,
    cell: ({ chipDegrees }) => printAngle(chipDegrees),
  },
  {
    label: 'Reference',
    unit: 'degrees',
    explanation: "Mean angle with the float reference's own weights and B.",
    isNumeric: true,
    cell: ({ referenceDegrees }) => printAngle(referenceDegrees),
  },
];

/** How well the rule's errors point downhill: angle over epochs, a curve for each hidden layer of chip and reference. */
export function renderAlignment(result: ResultRecord, id: string): Markup {
  const title = markup`<h2>How well the rule's errors point downhill</h2>`;
  const layers = measuredLayers(result);
  if (layers.length === 0) {
    return markup`<section>${title}<p>Not measured: it needs a hidden layer that learns, and the float reference.</p></section>`;
  }
  const shown = chooseLayers(layers);
  const left =
    shown.length === layers.length
      ? noMarkup
      : markup` ${formatCount(shown.length)} of ${formatCount(layers.length)} hidden layers are shown; the record holds all.`;
  const last = result.epochs.at(-1)?.alignment.filter(({ layer }) => shown.includes(layer)) ?? [];
  return markup`<section class="charts swapped"><figure>${title}<div class="chart">${renderCurves(result, shown, `${id}-alignment`)}</div><figcaption>Angle between the rule's δh and back-propagation's on the same weights, mean over test samples: below 90° (dotted) an update goes downhill, 0° is back-propagation.${left}</figcaption></figure>
<div><h2>After the last epoch</h2>${renderPlainTable('Alignment', angleColumns, last)}</div></section>
`;
}
