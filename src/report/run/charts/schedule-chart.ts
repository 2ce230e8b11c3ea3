import type { ScheduleRecord } from '../../../experiment/record/result-record.js';
import { chartFont, ink, muted, rule } from '../../kit/chart.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount } from '../../kit/quantity.js';
import { workColors } from '../../kit/vocabulary.js';

type Interval = ScheduleRecord['intervals'][number];
type ScheduleName = Interval['schedule'];

const widthPx = 1184;
/** Left of the bars: names of the cores. */
const namesPx = 118;
const rightPx = 24;
const titlePx = 22;
const lanePx = 22;
const barPx = 16;
/** Of a bar beside another: it lies on the lower part of that one. */
const besidePx = 7;
const axisPx = 42;
/** A bar narrower than this has no room for its sample's number. */
const labelledPx = 12;
const mostGridLines = 8;

/** One schedule in the picture. */
interface Block {
  readonly title: string;
  readonly topPx: number;
  readonly intervals: readonly Interval[];
}

function px(value: number): string {
  return String(Number(value.toFixed(2)));
}

function text(x: number, y: number, style: string, content: string): Markup {
  return markup`<text x="${px(x)}" y="${px(y)}" font-family="${chartFont}" style="${style}">${content}</text>`;
}

/** Multiples of 1, 2 or 5 times a power of ten, at most eight up to `last`. */
export function gridCycles(last: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(last / mostGridLines, 1)));
  const factor = [1, 2, 5].find((candidate) => candidate * power * mostGridLines >= last) ?? 10;
  const step = factor * power;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, line) => line * step);
}

/** A core's place among the lanes, by its number. */
function lanesOf({ intervals }: ScheduleRecord): ReadonlyMap<number, string> {
  const sorted = [...intervals].sort((left, right) => left.core - right.core);
  return new Map(
    sorted.map(({ core, layer }) => [
      core,
      `core ${formatCount(core)}, layer ${formatCount(layer)}`,
    ]),
  );
}

function bar(interval: Interval, y: number, pxPerCycle: number): Markup {
  const { kind, sample, fromCycle, toCycle } = interval;
  const x = namesPx + fromCycle * pxPerCycle;
  const width = (toCycle - fromCycle) * pxPerCycle;
  // Samples side by side are told apart by their shade.
  const opacity = sample % 2 === 0 ? '1' : '0.62';
  const title = markup`<title>${kind} of sample ${formatCount(sample + 1)}: cycles ${formatCount(fromCycle)} to ${formatCount(toCycle)}</title>`;
  const isBeside = interval.isBeside === true;
  const topPx = isBeside ? y + barPx - besidePx : y;
  const heightPx = isBeside ? besidePx : barPx;
  const rectangle = markup`<rect x="${px(x)}" y="${px(topPx)}" width="${px(Math.max(width, 0.4))}" height="${px(heightPx)}" fill="${workColors[kind]}" fill-opacity="${opacity}">${title}</rect>`;
  if (isBeside || width < labelledPx) return rectangle;
  const label = text(
    x + width / 2,
    y + barPx - 4,
    'font-size:11px;text-anchor:middle;fill:#000',
    formatCount(sample + 1),
  );
  return markup`${rectangle}${label}`;
}

function renderBlock(block: Block, lanes: ReadonlyMap<number, string>, pxPerCycle: number): Markup {
  const cores = [...lanes.keys()];
  const topOf = (core: number) => block.topPx + titlePx + cores.indexOf(core) * lanePx;
  const names = [...lanes].map(([core, name]) =>
    text(
      namesPx - 8,
      topOf(core) + barPx - 3,
      `font-size:12px;text-anchor:end;fill:${muted}`,
      name,
    ),
  );
  // Beside bars last: they lie on others.
  const drawn = [
    ...block.intervals.filter(({ isBeside }) => isBeside === undefined),
    ...block.intervals.filter(({ isBeside }) => isBeside === true),
  ];
  const bars = drawn.map((interval) => bar(interval, topOf(interval.core), pxPerCycle));
  const title = text(
    namesPx,
    block.topPx + 14,
    `font-size:12px;font-weight:600;fill:${ink}`,
    block.title,
  );
  return markup`${title}${names}${bars}`;
}

function renderGrid(last: number, heightPx: number, pxPerCycle: number): Markup {
  const bottom = heightPx - axisPx;
  const lines = gridCycles(last).map((cycle) => {
    const x = namesPx + cycle * pxPerCycle;
    const label = text(
      x,
      bottom + 16,
      `font-size:12px;text-anchor:middle;fill:${muted}`,
      formatCount(cycle),
    );
    return markup`<line x1="${px(x)}" x2="${px(x)}" y1="0" y2="${px(bottom)}" stroke="${rule}"/>${label}`;
  });
  const middle = (namesPx + widthPx - rightPx) / 2;
  const name = text(
    middle,
    bottom + 34,
    `font-size:12px;text-anchor:middle;fill:${muted}`,
    'cycles since the first sample began',
  );
  return markup`${lines}${name}`;
}

/** Lanes of cores, bars of work: serial above pipelined, on one scale. */
export function renderScheduleChart(schedule: ScheduleRecord): Markup {
  const lanes = lanesOf(schedule);
  if (lanes.size === 0) return noMarkup;
  const { serialCycles, pipelinedCycles, intervals } = schedule;
  const last = Math.max(serialCycles, pipelinedCycles ?? 0);
  const pxPerCycle = (widthPx - namesPx - rightPx) / last;
  const blockPx = titlePx + lanes.size * lanePx;
  const named = (name: ScheduleName) => intervals.filter((bars) => bars.schedule === name);
  const serial = {
    title:
      pipelinedCycles === null
        ? 'locked: one sample after the other'
        : 'serial: one sample after the other',
    topPx: 0,
    intervals: named('serial'),
  };
  const pipelined = {
    title: 'pipelined: every core takes the next sample as soon as it can',
    topPx: blockPx + 8,
    intervals: named('pipelined'),
  };
  const blocks = pipelinedCycles === null ? [serial] : [serial, pipelined];
  const heightPx = blocks.length * (blockPx + 8) + axisPx;
  const drawn = blocks.map((block) => renderBlock(block, lanes, pxPerCycle));
  return markup`<svg viewBox="0 0 ${px(widthPx)} ${px(heightPx)}" role="img" aria-label="Work of each core in time for the first training samples.">${renderGrid(last, heightPx, pxPerCycle)}${drawn}</svg>`;
}
