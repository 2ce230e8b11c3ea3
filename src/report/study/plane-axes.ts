import { axisText, muted, rule } from '../kit/chart.js';
import { formatNumber } from '../kit/quantity.js';

const printed = { ...axisText, formatter: (value: number) => formatNumber(value) };
const named = (name: string, nameGap: number) => {
  return { name, nameLocation: 'middle', nameGap, nameTextStyle: axisText };
};

/** Room for the axes of a chart of the study. */
export const planeGrid = { left: 56, right: 24, top: 12, bottom: 44 };

/** The test error upwards, per cent. */
export const errorAxis = {
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
