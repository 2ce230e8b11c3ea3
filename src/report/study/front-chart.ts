import type { PointGroup } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import { muted } from '../kit/chart.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { colorsOf, frontOf, pointsOf } from './group-style.js';
import { costAxis, planePoints, renderPlane } from './error-plane.js';

/** What the test error is drawn against: its axis and what one base unit of the axis is. */
const axes = {
  trainingNj: { title: 'Error and energy', axis: 'energy of a training sample [nJ]', per: 1 },
  trainingUs: { title: 'Error and latency', axis: 'latency of a training sample [µs]', per: 1 },
  memoryBits: { title: 'Error and memory', axis: 'memory used [KiB]', per: 8192 },
} as const satisfies Partial<Record<StudyMetric, unknown>>;

/** Test error of all points against a cost, with the front of those that no other beats in both; empty where no point has both. */
export function renderFront(groups: readonly PointGroup[], cost: keyof typeof axes): Markup {
  const points = pointsOf(groups, cost, 'chipTestErrorPercent');
  if (points.length === 0) return noMarkup;
  const { title, axis, per } = axes[cost];
  const colors = colorsOf(groups);
  const front = frontOf(points);
  const place = ({ x, y }: { readonly x: number; readonly y: number }) => [x / per, y];
  const picture = renderPlane({
    id: `front-${cost}`,
    description: `Test error against ${axis}. On the front: ${front.map(({ label }) => label).join('; ')}.`,
    xAxis: costAxis(axis),
    series: [
      {
        type: 'line',
        silent: true,
        step: 'end',
        showSymbol: false,
        lineStyle: { color: muted, width: 1.2, type: 'dashed' },
        data: front.map(place),
      },
      ...[...colors].map(([name, color]) => ({
        ...planePoints(color, points.filter((point) => point.rule === name).map(place)),
        name,
      })),
    ],
  });
  const keys = [...colors].map(
    ([name, color]) => markup`<li><span style="color:${color}">●</span> ${name}</li>`,
  );
  return markup`<figure><h2>${title}</h2><div class="chart">${picture}</div><ul class="keys">${keys}</ul><figcaption>Means over the seeds. The dashed line is the front: no other point is better in one of the two and at least as good in the other. On it: ${front.map(({ label }) => label).join('; ')}.</figcaption></figure>`;
}
