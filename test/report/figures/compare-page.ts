import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import {
  balancedErrorText,
  chipErrorText,
  decisive,
  energyOverhead,
  energyText,
  expectedFacts,
  expectedFigures,
  latencyOverhead,
  latencyText,
  lossOf,
  overheadRangeText,
  referenceErrorText,
} from './expected-summary.js';
import * as rooms from './expected-rooms.js';
import * as tables from './expected-tables.js';
import { compareCharts } from './compare-charts.js';
import * as print from './print.js';
import { all, type Element, roomOf, rowsOf, tableOf, textOf } from './read-page.js';
import { areaOverhead, energyOf, memoryOverhead, rowsOfRun } from './recompute.js';

/* A page beside what must stand on it: every difference as a line of text. */

type Row = readonly string[];

/** What differs between two lists of rows, in order or not. */
/** `20 of 50`, or the count alone where the set has no more, or the record does not know. */
function ofSet(inUse: number, inSet: number | null): string {
  const isPart = inSet !== null && inSet > inUse;
  return print.count(inUse) + (isPart ? ` of ${print.count(inSet)}` : '');
}

export function differences(what: string, printed: readonly Row[], expected: readonly Row[]) {
  const lines = (rows: readonly Row[]) => rows.map((row) => row.join(' | '));
  const [left, right] = [lines(printed), lines(expected)];
  const rest = [...right];
  const extra = left.filter((line) => {
    const place = rest.indexOf(line);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
  return [
    ...extra.map((line) => `${what}: printed ${line}`),
    ...rest.map((line) => `${what}: must be ${line}`),
  ];
}

/** Rows of a table without its head and its headings of groups. */
function body(article: Element, label: string, columns: number): readonly Row[] {
  return (tableOf(article, label) ?? []).slice(1).filter(({ length }) => length === columns);
}

function contains(what: string, text: string, parts: readonly string[]): readonly string[] {
  return parts
    .filter((part) => !text.includes(part))
    .map((part) => `${what}: no "${part}" in "${text}"`);
}

function moreOrLess(percent: number, what: string): string {
  return `${print.significant(Math.abs(percent), 3)} % ${percent < 0 ? 'less' : 'more'} ${what}`;
}

/** Parts of the answer in a sentence. */
export function answerParts(result: ResultRecord): Row {
  const energy = energyOverhead(result);
  const range = overheadRangeText(result);
  const area = areaOverhead(result);
  const loss = lossOf(result);
  const parts = ['inference', 'training'] as const;
  const isPriced = parts.every((run) => energyOf(rowsOfRun(result, run)).pricing === 'all');
  const remarks = [
    ...(isPriced ? [] : ['of what is priced']),
    ...(range === null ? [] : [`${range} over the bands of the prices`]),
  ];
  const note = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  const side = (loss?.points ?? 0) < 0 ? 'below' : 'above';
  const ends =
    loss?.points === 0
      ? 'where that of the float reference does'
      : `${print.points(Math.abs(loss?.points ?? NaN))} ${side} the float reference`;
  return [
    ...(energy === null ? [] : [`takes ${moreOrLess(energy, `energy${note}`)} and `]),
    `${moreOrLess(latencyOverhead(result), 'time')} than classifying it.`,
    ...(result.hardware.update === null ? [] : [`(schedule ${result.hardware.update.schedule}).`]),
    `A chip that learns needs ${moreOrLess(memoryOverhead(result), 'memory')}`,
    ...(area === null ? [] : [`and ${moreOrLess(area, 'area')}.`]),
    ...(loss === null
      ? ['What fixed point costs in accuracy']
      : [`ends ${ends}`, `(${loss.note}).`]),
  ];
}

function compareHeadline(result: ResultRecord, article: Element): readonly string[] {
  const [header] = all(article, 'header');
  const facts = header === undefined ? [] : all(header, 'div').map(textOf);
  const stated = expectedFacts(result).map(([label, value]) => `${label}${value}`);
  const answer = all(article, 'p').find(({ attributes }) => attributes['class'] === 'answer');
  const boxes = all(article, 'div').filter(({ attributes }) => attributes['class'] === 'figure');
  const [error = '', inference = '', training = '', learning = ''] = boxes.map((box) =>
    all(box, 'p').map(textOf).join(' | '),
  );
  const loss = lossOf(result);
  const energyParts = (run: 'inference' | 'training'): Row => {
    const [first = '', low, apart] = energyText(result, run).split(/ \(|; independent |\)/);
    const isPriced = first !== 'unpriced';
    return [
      `${first} | `,
      ...(isPriced ? [`low–high ${low}`, `independent ${apart}`] : ['no row has a price']),
      latencyText(result, run),
    ];
  };
  const [chipError = '', chipInterval = ''] = chipErrorText(result).split(/(?<=%) (?=\()/);
  const energy = energyOverhead(result);
  const area = areaOverhead(result);
  return [
    ...contains('facts', facts[0] ?? '', [
      `(${ofSet(result.dataset.trainSamples, result.dataset.trainSamplesInSet)} training, ${ofSet(result.dataset.testSamples, result.dataset.testSamplesInSet)} test samples)`,
    ]),
    ...stated.filter((fact) => !facts.includes(fact)).map((fact) => `facts: no ${fact}`),
    ...contains('answer', answer === undefined ? '' : textOf(answer), answerParts(result)),
    ...contains('error', error, [
      `${chipError.trim()} | 95 % interval ${chipInterval.replace(/[()]/g, '')}`,
      ...(loss === null ? [] : [`float reference ${referenceErrorText(result)}`]),
      ...(loss === null ? [] : [`lost ${print.points(loss.points)} (${loss.note})`]),
    ]),
    ...contains('inference', inference, energyParts('inference')),
    ...contains('training', training, energyParts('training')),
    ...contains('learning adds', learning, [
      energy === null ? '' : `${print.change(energy)} | `,
      overheadRangeText(result) ?? '',
      `latency ${print.change(latencyOverhead(result))}`,
      `memory ${print.change(memoryOverhead(result))}`,
      `area ${area === null ? 'unknown' : print.change(area)}`,
    ]),
  ];
}

function compareEnergy(result: ResultRecord, article: Element): readonly string[] {
  const ledger = (tableOf(article, 'Ledger') ?? []).slice(1);
  const spans = all(article, 'span').flatMap(({ attributes }) => attributes['title'] ?? []);
  const calculations = tables.expectedCalculations(result);
  const room = roomOf(article, 'What the energy rests on');
  const [kinds] = room === null ? [] : all(room, 'table');
  const prices = (tableOf(article, 'Prices that matter most') ?? []).slice(1);
  return [
    ...differences(
      'energy by part',
      body(article, 'Energy by part', 8),
      tables.expectedParts(result),
    ),
    ...differences(
      'ledger',
      ledger.filter(({ length }) => length === 12),
      tables.expectedLedger(result),
    ),
    ...differences(
      'totals',
      ledger.filter(({ length }) => length === 6),
      tables.expectedTotals(result),
    ),
    ...differences(
      'ledger',
      ledger.filter(({ length }) => length === 1),
      tables.expectedHeadings(result),
    ),
    ...contains('ledger', textOf(article), tables.expectedExample(result)),
    ...spans
      .filter((title) => title.includes(' samples: ') && !calculations.includes(title))
      .map((title) => `ledger: ${title}`),
    ...differences(
      'kinds',
      (kinds === undefined ? [] : rowsOf(kinds))
        .slice(1)
        .map(([kind = '', ...cells]) => [kind.split(' ')[0] ?? '', ...cells]),
      tables.expectedKinds(result),
    ),
    ...differences('prices', prices, tables.expectedPrices(result)),
  ];
}

function compareHealth(result: ResultRecord, article: Element): readonly string[] {
  const [head = [], ...rows] = tableOf(article, 'Fixed-point health') ?? [];
  const expected = rooms.expectedHealth(result);
  const missing = [...expected].filter(
    ([label, cells]) => !head.includes(label) && cells.some((cell) => !/^(–|0\.0 %)$/.test(cell)),
  );
  return [
    ...missing.map(([label]) => `health: no column ${label}`),
    ...head.flatMap((label, column) =>
      differences(
        `health, ${label}`,
        rows.map((row) => [row[column] ?? '']),
        (expected.get(label) ?? []).map((cell) => [cell]),
      ),
    ),
  ];
}

/** `0–3, 6`: each of these cores; `all` share one memory. */
function coresIn(text: string): readonly string[] {
  return text.split(', ').flatMap((run) => {
    const [first = NaN, last = first] = run.split('–').map(Number);
    if (Number.isNaN(first)) return [run];
    return Array.from({ length: last - first + 1 }, (_, place) => String(first + place));
  });
}

function compareRooms(result: ResultRecord, article: Element): readonly string[] {
  const area = (tableOf(article, 'Area') ?? []).slice(1);
  const memory = (tableOf(article, 'Memories') ?? []).slice(1);
  const power = roomOf(article, 'Power');
  const sentence = rooms.expectedDeployment(result);
  const isPriced = (['inference', 'training'] as const).some(
    (run) => energyOf(rowsOfRun(result, run)).pricing !== 'none',
  );
  return [
    ...(isPriced
      ? differences('power', body(article, 'Power', 5), rooms.expectedPower(result))
      : []),
    ...(sentence === null
      ? []
      : contains('power', power === null ? '' : textOf(power), [sentence])),
    ...differences('classes', body(article, 'Errors by class', 5), rooms.expectedClasses(result)),
    ...differences(
      'confusion',
      (tableOf(article, 'Confusion matrix') ?? []).slice(1),
      (result.classes?.confusion ?? []).map((row, label) => [label, ...row].map(print.count)),
    ),
    ...contains('classes', textOf(article), [
      `every class weighing the same: ${balancedErrorText(result)};`,
      `always saying the most frequent class: ${rooms.constantError(result)}`,
    ]),
    ...differences(
      'area',
      area.filter(({ length }) => length === 9),
      rooms.expectedArea(result),
    ),
    ...differences(
      'area',
      area.filter(({ length }) => length === 5),
      rooms.expectedAreaTotals(result),
    ),
    ...differences(
      'memory',
      memory
        .filter(({ length }) => length === 7)
        .flatMap(([cores = '', ...cells]) => coresIn(cores).map((core) => [core, ...cells])),
      rooms.expectedMemories(result),
    ),
    ...differences(
      'memory',
      memory.filter(({ length }) => length === 5),
      rooms.expectedMemoryTotals(result),
    ),
    ...differences(
      'schedules',
      body(article, 'Schedules of the update', 8).map((row) => row.slice(0, 7)),
      tables.expectedSchedules(result),
    ),
    ...differences('epochs', body(article, 'By epoch', 13), tables.expectedEpochs(result)),
    ...differences('activity', body(article, 'Activity', 7), rooms.expectedActivity(result)),
    ...differences('wear', body(article, 'Wear', 3), rooms.expectedWear(result)),
  ];
}

/** What the record says of itself, word by word. */
function provenanceParts(result: ResultRecord): Row {
  const { tool, experimentHash, hardware, seed, dataset, timing, notes, warnings } = result;
  const facts = [tool.commit ?? 'not known', experimentHash, hardware.hash, `Seed${seed}`];
  return [
    `spikeledger ${tool.version}`,
    ...facts,
    ...dataset.files.map(({ name, sha256 }) => `SHA-256 of ${name}${sha256}`),
    `${print.significant(timing.wallSeconds, 3)} s on the host`,
    ...[...notes, ...warnings].map((text) => text.replace(/\s+/g, ' ')),
  ];
}

/** Every figure of a result's part of a page that is not what its caption says; empty where all are. */
export function comparePage(result: ResultRecord, article: Element): readonly string[] {
  return [
    ...compareHeadline(result, article),
    ...compareEnergy(result, article),
    ...compareHealth(result, article),
    ...compareRooms(result, article),
    ...compareCharts(result, article),
    ...contains('provenance and notes', textOf(article), provenanceParts(result)),
  ];
}

/** Figures of a table of two columns, as README text and terminal have it. */
export function compareFigures(
  what: string,
  result: ResultRecord,
  printed: ReadonlyMap<string, string>,
): readonly string[] {
  const facts = ['Data set', 'Network', 'Rule', 'Feedback weights', 'Seed', 'Chip'];
  const skipped = ['Not learned from', 'Not learned from, reference'];
  const known = [...facts, ...skipped, 'Update schedule', 'Node', 'Voltage', 'Clock'];
  const figures = [...printed].filter(([label]) => !known.includes(label));
  return [
    ...differences(what, figures, expectedFigures(result)),
    ...expectedFacts(result)
      .filter(([label, value]) => printed.get(label) !== value)
      .map(([label, value]) => `${what}: ${label} is ${printed.get(label)}, must be ${value}`),
  ];
}

/** The prices of the README text: those of the page, with what they are of a training sample. */
export function expectedMarkdownPrices(result: ResultRecord): readonly Row[] {
  const { pj } = energyOf(rowsOfRun(result, 'training'));
  return decisive(result, 'training').map(({ name, pj: part, low, high }) => [
    name,
    print.energy(part),
    print.energyRange(pj - part + low, pj - part + high),
  ]);
}
