import { errorCurve, type PointGroup } from '../../experiment/study/summarise.js';
import { muted } from '../kit/chart.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { formatCount } from '../kit/quantity.js';
import { colorsOf, ruleOf } from './group-style.js';
import { epochAxis, renderPlane } from './error-plane.js';

/** More curves than these cannot be told apart. */
const mostCurves = 24;

interface Band {
  readonly mean: number | null;
  readonly low: number;
  readonly high: number;
}

/** Mean and standard error of the chip's test error after each epoch, over the seeds. */
function bandsOf(group: PointGroup): readonly Band[] {
  return errorCurve(group).map((summary) => {
    if (summary === null) return { mean: null, low: 0, high: 0 };
    const error = summary.standardError ?? 0;
    return { mean: summary.mean, low: summary.mean - error, high: summary.mean + error };
  });
}

/** Test error by epoch of every point; empty where all were trained for one epoch. */
export function renderCurves(groups: readonly PointGroup[]): Markup {
  const shown = groups.filter(({ done }) => done.size > 0).slice(0, mostCurves);
  const bands = shown.map(bandsOf);
  const epochCount = Math.max(0, ...bands.map((band) => band.length));
  if (epochCount < 2) return noMarkup;
  const colors = colorsOf(groups);
  const left = groups.filter(({ done }) => done.size > 0).length - shown.length;
  const series = shown.flatMap((group, index) => {
    const color = colors.get(ruleOf(group) ?? '') ?? muted;
    const band = bands[index] ?? [];
    const invisible = {
      type: 'line',
      silent: true,
      showSymbol: false,
      stack: `band${String(index)}`,
      lineStyle: { width: 0 },
    };
    return [
      { ...invisible, data: band.map(({ mean, low }) => (mean === null ? null : low)) },
      {
        ...invisible,
        areaStyle: { color, opacity: 0.15 },
        data: band.map(({ mean, low, high }) => (mean === null ? null : high - low)),
      },
      {
        type: 'line',
        name: group.label,
        silent: true,
        showSymbol: false,
        lineStyle: { color, width: 1.6 },
        itemStyle: { color },
        data: band.map(({ mean }) => mean),
      },
    ];
  });
  const picture = renderPlane({
    id: 'curves',
    description: `Test error of ${formatCount(shown.length)} points by epoch.`,
    xAxis: epochAxis(epochCount),
    series,
  });
  const rest = left > 0 ? ` ${formatCount(left)} more points are not drawn.` : '';
  return markup`<figure><h2>Test error by epoch</h2><div class="chart">${picture}</div><figcaption>Chip, mean over the seeds; the band is ± one standard error. Colours are those of the rules.${rest}</figcaption></figure>`;
}
