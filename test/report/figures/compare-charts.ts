import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import * as charts from './expected-charts.js';
import { decisive, energyText } from './expected-summary.js';
import * as print from './print.js';
import { barsOf, labelsOf, lying, marksOf, upright } from './read-chart.js';
import { all, type Element, picturesOf, roomOf, textOf } from './read-page.js';
import { energyOf, rowsOfRun, runs } from './recompute.js';

/* The pictures of a page beside what they must show: lengths and heights are read back by the numbers at their axes. */

/** Pixels by which a drawn value may be off: pixels are rounded to tenths, and bars have a border. */
const slack = 1;

function offPlaces(
  what: string,
  drawn: readonly number[],
  expected: readonly number[],
  perPixel: number,
): readonly string[] {
  if (drawn.length !== expected.length) {
    return [`${what}: ${drawn.length} values are drawn, ${expected.length} must be`];
  }
  return expected.flatMap((value, place) => {
    const read = drawn[place] ?? NaN;
    return Math.abs(read - value) <= slack * perPixel
      ? []
      : [`${what}: value ${place + 1} is drawn as ${read}, must be ${value}`];
  });
}

function missing(what: string, texts: readonly string[], expected: readonly string[]) {
  const rest = [...texts];
  return expected.flatMap((text) => {
    const place = rest.indexOf(text);
    if (place >= 0) rest.splice(place, 1);
    return place >= 0 ? [] : [`${what}: no label ${text}`];
  });
}

function compareErrors(result: ResultRecord, article: Element): readonly string[] {
  const [picture] = picturesOf(article, 'Test error by epoch');
  if (picture === undefined) return ['no picture of errors'];
  const { valueAt, perPixel } = upright(picture);
  return Object.entries(charts.errorCurves(result)).flatMap(([color, values]) => {
    const drawn = marksOf(picture, color).map(({ y }) => valueAt(y));
    return offPlaces(`errors ${color}`, drawn, values, perPixel);
  });
}

function compareEnergies(result: ResultRecord, article: Element): readonly string[] {
  const [picture] = picturesOf(article, 'Energy per sample:');
  const room = roomOf(article, 'Energy per sample by component and phase');
  if (picture === undefined || room === null) return ['no picture of energies'];
  const places = charts.energyPlaces(result);
  const bars = places.filter((place) => place !== null);
  const unit = print.energyUnit(Math.max(...bars.map(({ rows }) => energyOf(rows).pj)));
  const description = picture.attributes['aria-label'] ?? '';
  const keys = all(room, 'li').map((item) => ({
    group: textOf(item),
    color: all(item, 'i')[0]?.attributes['style']?.replace('background:', '') ?? '',
  }));
  const labels = missing(
    'energies',
    labelsOf(picture),
    bars.flatMap((bar) => [bar.name, charts.totalText(bar)]),
  );
  const texts = runs.filter((run) => !description.includes(`${run} ${energyText(result, run)}`));
  const isDrawn = bars.some(({ rows }) => energyOf(rows).pj > 0);
  const lengths = !isDrawn
    ? []
    : keys.flatMap(({ group, color }) => {
        const { perPixel } = lying(picture);
        const drawn = barsOf(picture, color).map((width) => width * perPixel);
        const shown = drawn.length === places.length ? places : bars;
        const values = shown.map((place) =>
          place === null ? 0 : charts.groupPj(place, group) / unit[1],
        );
        return offPlaces(`energies of ${group}`, drawn, values, perPixel);
      });
  return [...labels, ...texts.map((run) => `energies: ${run} is not described`), ...lengths];
}

function compareAccesses(result: ResultRecord, article: Element): readonly string[] {
  const [picture] = picturesOf(article, 'Word accesses');
  if (picture === undefined) return ['no picture of accesses'];
  const expected = [...charts.expectedAccesses(result)].flatMap(([name, values]) => [
    name,
    ...values,
  ]);
  return missing('accesses', all(picture, 'text').map(textOf), expected);
}

function compareTornados(result: ResultRecord, article: Element): readonly string[] {
  return runs.flatMap((run) => {
    const prices = decisive(result, run);
    const title = run === 'training' ? 'Training' : 'Inference';
    const [picture] = picturesOf(article, `${title}: prices that move`);
    if (picture === undefined) return prices.length === 0 ? [] : [`no picture of prices, ${run}`];
    const { pj } = energyOf(rowsOfRun(result, run));
    const [, factor] = print.energyUnit(pj);
    const ends = prices.flatMap((price) => [
      price.name,
      print.significant((pj - price.pj + price.low) / factor, 3),
      print.significant((pj - price.pj + price.high) / factor, 3),
    ]);
    const order = `most: ${prices.map(({ name }) => name).join(', ')}.`;
    const isOrdered = picture.attributes['aria-label']?.endsWith(order) === true;
    const { perPixel } = lying(picture);
    const sides = [
      ['#56B4E9', prices.map((price) => price.pj - price.low)],
      ['#E69F00', prices.map((price) => price.high - price.pj)],
    ] as const;
    return [
      ...missing(`prices of ${run}`, all(picture, 'text').map(textOf), ends),
      ...(isOrdered ? [] : [`prices of ${run} are not in order`]),
      ...sides.flatMap(([color, values]) =>
        offPlaces(
          `prices of ${run}`,
          barsOf(picture, color).map((width) => width * perPixel),
          values.map((value) => value / factor),
          perPixel,
        ),
      ),
    ];
  });
}

function compareAngles(result: ResultRecord, article: Element): readonly string[] {
  const layers = charts.alignedLayers(result);
  const [picture] = picturesOf(article, "Angle between the rule's errors");
  if (picture === undefined) return layers.length === 0 ? [] : ['no picture of angles'];
  const { valueAt, perPixel } = upright(picture);
  const sides = [
    ['var(--chip)', 'chipDegrees'],
    ['var(--reference)', 'referenceDegrees'],
  ] as const;
  const caption = textOf(article);
  return [
    ...charts
      .expectedEnds(result)
      .filter((end) => !caption.includes(end))
      .map((end) => `angles: not said: ${end}`),
    ...sides.flatMap(([color, side]) =>
      offPlaces(
        `angles ${side}`,
        marksOf(picture, color).map(({ y }) => valueAt(y)),
        layers.flatMap((layer) => charts.curve(charts.anglesOf(result, layer, side))),
        perPixel,
      ),
    ),
  ];
}

function compareDeadUpdates(result: ResultRecord, article: Element): readonly string[] {
  const layers = charts.deadUpdates(result);
  const [picture] = picturesOf(article, 'Dead updates');
  if (picture === undefined) return layers.size === 0 ? [] : ['no picture of dead updates'];
  const { valueAt, perPixel } = upright(picture);
  const drawn = marksOf(picture, 'var(--chip)').map(({ y }) => valueAt(y));
  return offPlaces('dead updates', drawn, [...layers.values()].flat(), perPixel);
}

function compareSchedule(result: ResultRecord, article: Element): readonly string[] {
  const expected = charts.expectedSchedule(result);
  if (expected === null || result.schedule === null) return [];
  const room = roomOf(article, 'When each core works');
  if (room === null) return ['no schedule'];
  const [text] = all(room, 'p').map(textOf);
  const sentence = expected.trim().replace(/\s+/g, ' ');
  const titles = all(room, 'title').map(textOf);
  const bars = result.schedule.intervals.map(
    ({ kind, sample, fromCycle, toCycle }) =>
      `${kind} of sample ${print.count(sample + 1)}: cycles ${print.count(fromCycle)} to ${print.count(toCycle)}`,
  );
  const rectangles = all(room, 'rect').map(({ attributes }) => attributes);
  const { schedule } = result;
  const last = Math.max(schedule.serialCycles, schedule.pipelinedCycles ?? 0);
  const width = 1184 - 118 - 24;
  const off = rectangles.filter(({ x, width: drawn }, place) => {
    // What runs beside another bar lies on it.
    const rank = (bar: (typeof schedule.intervals)[number]): number =>
      (bar.schedule === 'serial' ? 0 : 2) + (bar.isBeside === true ? 1 : 0);
    const shown = [...schedule.intervals].sort((left, right) => rank(left) - rank(right))[place];
    const from = 118 + ((shown?.fromCycle ?? NaN) / last) * width;
    const long = (((shown?.toCycle ?? NaN) - (shown?.fromCycle ?? NaN)) / last) * width;
    return !(
      Math.abs(Number(x) - from) < 0.02 && Math.abs(Number(drawn) - Math.max(long, 0.4)) < 0.02
    );
  });
  return [
    ...(text === sentence ? [] : [`schedule: "${text}", must be "${sentence}"`]),
    ...missing('schedule', titles, bars),
    ...off.map(({ x }) => `schedule: a bar stands at ${x}`),
  ];
}

/** Every value of a page's pictures that is not where it belongs. */
export function compareCharts(result: ResultRecord, article: Element): readonly string[] {
  return [
    ...compareErrors(result, article),
    ...compareEnergies(result, article),
    ...compareAccesses(result, article),
    ...compareTornados(result, article),
    ...compareAngles(result, article),
    ...compareDeadUpdates(result, article),
    ...compareSchedule(result, article),
  ];
}
