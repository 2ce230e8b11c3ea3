import { axisText, chartFont, ink } from '../kit/chart.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { formatCount } from '../kit/quantity.js';
import { palette } from '../study/group-style.js';
import { costAxis, epochAxis, planePoints, renderPlane } from '../study/error-plane.js';
import type { Compared } from './compared.js';
import { letterOf } from './compared-tables.js';

/** More than these no eye tells apart. */
const mostLines = 24;

const dashes = ['solid', 'dashed', 'dotted'] as const;

/** Colour and dash of a line: no two of the first 21 are alike. */
function styleOf(index: number) {
  return {
    color: palette[index % palette.length] ?? palette[0],
    type: dashes[Math.floor(index / palette.length) % dashes.length] ?? 'solid',
  };
}

/** Test errors by epoch of all lines in one picture; nothing where no two epochs are known. */
function renderCurves(entries: readonly Compared[]): Markup {
  const shown = entries.slice(0, mostLines);
  const epochCount = Math.max(0, ...shown.map(({ curve }) => curve.errors.length));
  if (epochCount < 2) return noMarkup;
  const series = shown.map(({ curve }, index) => {
    const { color, type } = styleOf(index);
    return {
      type: 'line',
      silent: true,
      // A line of one epoch is a point.
      symbol: 'circle',
      symbolSize: 7,
      showSymbol: curve.errors.filter((error) => error !== null).length === 1,
      clip: false,
      lineStyle: { color, width: 1.8, type },
      itemStyle: { color },
      endLabel: {
        show: curve.errors.length > 0,
        color,
        fontSize: 12,
        fontWeight: 'bold',
        fontFamily: chartFont,
        formatter: letterOf(index),
      },
      data: curve.errors,
    };
  });
  const picture = renderPlane({
    id: 'compared-curves',
    description: `Test error of ${formatCount(shown.length)} lines by epoch.`,
    xAxis: epochAxis(epochCount),
    series,
  });
  const left = entries.length - shown.length;
  const rest = left > 0 ? ` ${formatCount(left)} more are in the tables only.` : '';
  return markup`<figure><h2>Test error by epoch</h2><div class="chart">${picture}</div><figcaption>Of the chip, or of the float reference where the chip was left out; of points of a study the mean over seeds. Letters are those of the tables.${rest}</figcaption></figure>`;
}

/** Test error against energy of a training sample; nothing where no line has both. */
function renderEnergy(entries: readonly Compared[]): Markup {
  const points = entries.flatMap(({ figures: { chipError, trainingNj } }, index) =>
    chipError === null || trainingNj === null
      ? []
      : [{ letter: letterOf(index), index, at: [trainingNj.value, chipError.value] }],
  );
  if (points.length === 0) return noMarkup;
  const picture = renderPlane({
    id: 'compared-energy',
    description: `Test error against energy of a training sample: ${points.map(({ letter }) => letter).join(', ')}.`,
    xAxis: costAxis('energy of a training sample [nJ]'),
    series: points.map(({ letter, index, at }) => ({
      ...planePoints(styleOf(index).color, [at]),
      clip: false,
      label: { ...axisText, show: true, position: 'right', color: ink, formatter: letter },
    })),
  });
  return markup`<figure><h2>Error and energy</h2><div class="chart">${picture}</div><figcaption>After the last epoch; down and to the left is better.</figcaption></figure>`;
}

/** Learning curves over each other, and accuracy against energy. */
export function renderComparedCharts(entries: readonly Compared[]): Markup {
  const [curves, energy] = [renderCurves(entries), renderEnergy(entries)];
  if (curves.text === '' && energy.text === '') return noMarkup;
  return markup`<section class="panels">${curves}${energy}</section>`;
}
