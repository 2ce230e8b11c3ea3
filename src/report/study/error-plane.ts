import { axisText, muted, renderChart, rule } from '../kit/chart.js';
import type { Markup } from '../kit/markup.js';
import { formatNumber } from '../kit/quantity.js';

const printed = { ...axisText, formatter: (value: number) => formatNumber(value) };
const named = (name: string, nameGap: number) => {
  return { name, nameLocation: 'middle', nameGap, nameTextStyle: axisText };
};

/** Room for the axes. */
const planeGrid = { left: 56, right: 24, top: 12, bottom: 44 };

/** The test error upwards, per cent. */
const errorAxis = {
  type: 'value',
  min: 0,
  ...named('test error [%]', 36),
  axisLabel: printed,
  splitLine: { lineStyle: { color: rule } },
};

/** A cost to the right. `name` carries its unit in brackets. */
export function costAxis(name: string) {
  return {
    type: 'value',
    scale: true,
    ...named(name, 28),
    axisLine: { lineStyle: { color: muted } },
    axisLabel: printed,
    splitLine: { show: false },
  };
}

/** Epochs to the right, from 1 on. */
export function epochAxis(count: number) {
  return {
    type: 'category',
    data: Array.from({ length: count }, (_, index) => String(index + 1)),
    ...named('epoch', 28),
    axisLine: { lineStyle: { color: muted } },
    axisLabel: axisText,
  };
}

/** Points on the plane, without a line between them. */
export function planePoints(color: string, data: readonly (readonly number[])[]) {
  return {
    type: 'line',
    silent: true,
    symbol: 'circle',
    symbolSize: 9,
    showSymbol: true,
    showAllSymbol: true,
    lineStyle: { width: 0 },
    itemStyle: { color },
    data,
  };
}

/** A picture of test errors against what its axis to the right says. */
export function renderPlane(plane: {
  readonly id: string;
  readonly description: string;
  readonly xAxis: object;
  readonly series: readonly object[];
}): Markup {
  const { id, description, xAxis, series } = plane;
  const option = { grid: planeGrid, xAxis, yAxis: errorAxis, series };
  return renderChart({ id, description, widthPx: 600, heightPx: 320, option });
}
