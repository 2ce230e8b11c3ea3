import test from 'ava';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { areaOfResult, areaSentence } from '../../../src/report/kit/area-facts.js';
import { renderAreaTable } from '../../../src/report/kit/area-table.js';
import { renderHeadline } from '../../../src/report/run/headline.js';
import { renderMarkdown } from '../../../src/report/run/result-markdown.js';
import { summaryFigures } from '../../../src/report/run/summary.js';
import { sampleResult } from '../samples/sample-result.js';

type Part = ResultRecord['area']['parts'][number];

function part(
  core: number | null,
  component: Part['component'],
  areaMm2: number | null,
  { bits = null, trainingOnly = false }: Partial<Part> = {},
): Part {
  const band =
    areaMm2 === null
      ? { lowMm2: null, highMm2: null }
      : { lowMm2: areaMm2 / 2, highMm2: 2 * areaMm2 };
  const kind = areaMm2 === null ? 'unknown' : 'estimated';
  return { core, component, bits, areaMm2, ...band, kind, trainingOnly };
}

/** A chip of `coreCount` cores, each 1.6 mm², 0.2 mm² of it for learning, and a shared memory of 0.4 mm². */
function chipOf(coreCount: number, routerMm2: number | null = 0.1): ResultRecord {
  const ofCore = (core: number) => [
    part(core, 'synapses', 0.8, { bits: 2 ** 18 }),
    part(core, 'feedback', 0.15, { bits: 2 ** 16, trainingOnly: true }),
    part(core, 'forwardLane', 0.5),
    part(core, 'learningLane', 0.05, { trainingOnly: true }),
    part(core, 'router', routerMm2),
  ];
  const parts = [
    ...Array.from({ length: coreCount }, (_, core) => ofCore(core)).flat(),
    part(null, 'delayedError', 0.4, { bits: 2 ** 17, trainingOnly: true }),
  ];
  const isKnown = routerMm2 !== null;
  const total = (factor: number) => (isKnown ? factor * (1.6 * coreCount + 0.4) : null);
  const sample = sampleResult();
  const { learningOverheadPercent: overhead } = sample.perSample;
  const area = isKnown ? (100 * (0.2 * coreCount + 0.4)) / (1.4 * coreCount) : null;
  return {
    ...sample,
    perSample: { ...sample.perSample, learningOverheadPercent: { ...overhead, area } },
    area: { totalMm2: total(1), lowMm2: total(0.5), highMm2: total(2), parts },
  };
}

const plain = (html: string): string => html.replace(/<[^>]*>/g, '').replaceAll('\u00a0', ' ');

/** The texts of the cells, row by row; the head left out. */
function rowsOf(result: ResultRecord): readonly (readonly string[])[] {
  const html = renderAreaTable(areaOfResult(result)).text;
  return html
    .slice(html.indexOf('<tbody>'), html.lastIndexOf('</tbody>'))
    .split('<tr')
    .slice(1)
    .map((row) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = '']) => plain(cell)),
    );
}

test('components of two cores are one row each, memory apart from logic, with the chip that does not learn', (t) => {
  const both = 'inference and learning';
  const learning = 'learning only';
  t.deepEqual(rowsOf(chipOf(2)), [
    ['Memory'],
    ['synapses', '2', '32 KiB', '0.8', '1.6', '0.8–3.2', '44.4 %', 'estimated', both],
    ['feedback', '2', '8 KiB', '0.15', '0.3', '0.15–0.6', '8.3 %', 'estimated', learning],
    ['delayedError', 'shared', '16 KiB', '0.4', '0.4', '0.2–0.8', '11.1 %', 'estimated', learning],
    ['Memory', '2.3', '1.15–4.6', '63.9 %', ''],
    ['Logic'],
    ['forwardLane', '2', '–', '0.5', '1', '0.5–2', '27.8 %', 'estimated', both],
    ['learningLane', '2', '–', '0.05', '0.1', '0.05–0.2', '2.8 %', 'estimated', learning],
    ['router', '2', '–', '0.1', '0.2', '0.1–0.4', '5.6 %', 'estimated', both],
    ['Logic', '1.3', '0.65–2.6', '36.1 %', ''],
    ['Chip'],
    ['The chip without its learning engine', '2.8', '1.4–5.6', '77.8 %', ''],
    // (0.3 + 0.4 + 0.1) / 2.8.
    ['Its learning engine', '0.8', '0.4–1.6', '22.2 %', '+28.6 % by learning'],
    ['The whole chip', '3.6', '1.8–7.2', '100.0 %', ''],
  ]);
});

test('a chip of four thousand cores has as many rows as one of two', (t) => {
  const rows = rowsOf(chipOf(4000));
  t.is(rows.length, rowsOf(chipOf(2)).length);
  t.deepEqual(rows[1]?.slice(0, 5), ['synapses', '4,000', '32 KiB', '0.8', '3,200']);
});

test('cores that are not alike are rows of their own', (t) => {
  const result = chipOf(2);
  const [first, ...others] = result.area.parts;
  const larger = first === undefined ? [] : [{ ...first, areaMm2: 1, bits: 2 ** 19 }];
  const area = { ...result.area, parts: [...larger, ...others] };
  const synapses = areaOfResult({ ...result, area }).components.filter(
    ({ component }) => component === 'synapses',
  );
  t.deepEqual(
    synapses.map(({ cores, areaMm2 }) => [cores, areaMm2]),
    [
      [1, 1],
      [1, 0.8],
    ],
  );
});

test('an unknown area is said with the component in every place, never counted as 0', (t) => {
  const result = chipOf(2, null);
  const reason = 'the hardware model has no area of router';
  const figure = (label: string) =>
    summaryFigures(result).find((candidate) => candidate.label === label)?.value;
  t.is(figure('Area of the chip'), `unknown (${reason})`);
  t.is(figure('Learning overhead, area'), `unknown (${reason})`);
  t.true(renderMarkdown(result).includes(`| Learning overhead, area | unknown (${reason}) |`));
  t.true(
    renderHeadline(result, 'name').text.includes(
      `area <em class="unpriced" title="${reason}">unknown</em>`,
    ),
  );
  t.regex(plain(renderAreaTable(areaOfResult(result)).text), new RegExp(`unknown; ${reason}\\.`));
  const rows = rowsOf(result);
  const totals = ['Logic', 'The chip without its learning engine', 'The whole chip'];
  for (const label of totals) {
    t.deepEqual(rows.find(([first, second]) => first === label && second !== undefined)?.slice(1), [
      'unknown',
      '–',
      '–',
      '',
    ]);
  }
  // What is known is still said: the memories, and the learning engine.
  t.is(rows.find(([first, second]) => first === 'Memory' && second !== undefined)?.[1], '2.3');
  t.is(rows.find(([first]) => first === 'Its learning engine')?.[1], '0.8');
});

test('a record without areas, and a hardware model without any, say so', (t) => {
  const older = areaOfResult(sampleResult());
  t.is(areaSentence(older), 'Area of the chip: unknown (older records do not have it)');
  t.regex(plain(renderAreaTable(older).text), /unknown; older records do not have it/);
  const result = chipOf(2);
  const parts = result.area.parts.map((one) => part(one.core, one.component, null, one));
  const none = { totalMm2: null, lowMm2: null, highMm2: null };
  const area = areaOfResult({ ...result, area: { ...none, parts } });
  t.regex(areaSentence(area), /unknown \(the hardware model has no areas\)/);
});

test('the first screen and the sentence have the area that learning adds', (t) => {
  const result = chipOf(2);
  t.regex(plain(renderHeadline(result, 'name').text), /area \+28\.6 %/);
  t.is(
    areaSentence(areaOfResult(result)).replaceAll('\u00a0', ' '),
    'Area of the chip: 3.6 mm² (1.8–7.2 mm²), +28.6 % by learning',
  );
});
