import { axisText, muted, rule } from './chart.js';
import { formatNumber } from './quantity.js';

/** The axis below lying bars: their length. `name`: what it is, with its unit in brackets. */
export function lengthAxis(name: string) {
  return {
    type: 'value',
    min: 0,
    name,
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: axisText,
    axisLabel: { ...axisText, formatter: (value: number) => formatNumber(value) },
    splitLine: { lineStyle: { color: rule } },
  };
}

/** The axis beside lying bars: one label per bar, the first on top. `axisLabel`: what differs from the usual text. */
export function labelAxis(labels: readonly string[], axisLabel: Readonly<Record<string, unknown>>) {
  return {
    type: 'category',
    inverse: true,
    z: 3, // in front of the bars, whose borders would cut the line
    data: labels,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: muted } },
    axisLabel: { ...axisText, interval: 0, ...axisLabel },
  };
}
