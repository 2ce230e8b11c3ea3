import { type PointGroup, summariseMetric } from '../../experiment/study/summarise.js';
import { labelAxis, lengthAxis } from '../kit/bar-axes.js';
import { ink, renderChart } from '../kit/chart.js';
import { type Markup, markup } from '../kit/markup.js';
import { formatCount, formatPercent } from '../kit/quantity.js';
import { chipColor, referenceColor } from '../kit/vocabulary.js';

/** More bars than these are no picture any more: the table has all of them. */
const mostBars = 40;
const barPx = 22;

/** Whiskers of the 95 % intervals, as ECharts draws custom items. */
function whiskers(rows: readonly (readonly [low: number, high: number] | null)[]) {
  return {
    type: 'custom',
    silent: true,
    data: rows.flatMap((row, index) => (row === null ? [] : [[...row, index]])),
    encode: { x: [0, 1], y: 2 },
    renderItem: (
      _: unknown,
      api: {
        value: (at: number) => number;
        coord: (at: readonly [number, number]) => [number, number];
      },
    ) => {
      const [left, y] = api.coord([Math.max(0, api.value(0)), api.value(2)]);
      const [right] = api.coord([api.value(1), api.value(2)]);
      const style = { stroke: ink, lineWidth: 1.2 };
      const line = (x1: number, y1: number, x2: number, y2: number) => {
        return { type: 'line', shape: { x1, y1, x2, y2 }, style };
      };
      return {
        type: 'group',
        children: [
          line(left, y, right, y),
          line(left, y - 4, left, y + 4),
          line(right, y - 4, right, y + 4),
        ],
      };
    },
  };
}

/** Test error of every point on the chip, with the 95 % interval of its mean, and the float reference's as a mark. */
export function renderErrorBars(groups: readonly PointGroup[]): Markup {
  const shown = groups.filter(({ done }) => done.size > 0).slice(0, mostBars);
  const chip = shown.map((group) => summariseMetric(group, 'chipTestErrorPercent'));
  const reference = shown.map((group) => summariseMetric(group, 'referenceTestErrorPercent'));
  const left = groups.filter(({ done }) => done.size > 0).length - shown.length;
  const labels = shown.map(({ label, done }) => `${label} (n ${String(done.size)})`);
  const picture = renderChart({
    id: 'errors',
    description: `Test error by point. ${shown
      .map(({ label }, index) => `${label}: ${formatPercent(chip[index]?.mean ?? null)}`)
      .join('; ')}.`,
    widthPx: 600,
    heightPx: 60 + barPx * shown.length,
    option: {
      grid: { left: 210, right: 24, top: 8, bottom: 44 },
      xAxis: lengthAxis('test error [%]'),
      yAxis: labelAxis(labels, { width: 196, overflow: 'truncate' }),
      series: [
        {
          type: 'bar',
          silent: true,
          barWidth: 12,
          itemStyle: { color: chipColor },
          data: chip.map((summary) => summary?.mean ?? null),
        },
        {
          type: 'line',
          silent: true,
          symbol: 'diamond',
          symbolSize: 9,
          lineStyle: { width: 0 },
          itemStyle: { color: referenceColor },
          data: reference.map((summary) => summary?.mean ?? null),
        },
        whiskers(
          chip.map((summary) =>
            summary?.interval == null ? null : [summary.interval.low, summary.interval.high],
          ),
        ),
      ],
    },
  });
  const rest = left > 0 ? ` ${formatCount(left)} more points are in the table only.` : '';
  return markup`<figure><h2>Test error by point</h2><div class="chart">${picture}</div><figcaption>After the last epoch, mean over n seeds: bars the chip, with the 95 % interval of the mean where n is above 1, cut off at 0; diamonds the float reference.${rest}</figcaption></figure>`;
}
