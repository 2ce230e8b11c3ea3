import test from 'ava';
import { attribute } from '../../../src/experiment/study/formats/attribution.js';
import { formatsPoints } from '../../../src/experiment/study/formats/plan-formats.js';
import type { Factor } from '../../../src/experiment/study/formats/wide-formats.js';
import type { StudyPlan, StudyPoint } from '../../../src/experiment/study/plan-study.js';
import {
  attributionSentences,
  renderAttribution,
  renderAttributionCsv,
} from '../../../src/report/study/attribution-text.js';
import { recordOf } from '../../experiment/study/made-records.js';
import * as print from '../figures/print.js';
import { readPage, tableOf } from '../figures/read-page.js';
import { studentQuantile } from './expected-study.js';

/*
 * Figures of `formats`, worked out again from the errors of its runs and docs/formats.md: differences paired by seed, intervals
 * of Student's t no narrower than the spread that all differences have in common, verdicts and their order.
 */

/** Test errors by point, a seed each. */
type Errors = Readonly<Record<string, readonly number[]>>;

interface Difference {
  readonly mean: number;
  readonly n: number;
  /** Σ(d − mean)². */
  readonly squares: number;
}

interface Figure extends Difference {
  /** Half of the interval; null: one seed. */
  readonly half: number | null;
}

function differenceOf(
  more: readonly number[] | undefined,
  less: readonly number[] | undefined,
): Difference | null {
  if (more === undefined || less === undefined) return null;
  const differences = more.map((value, seed) => value - (less[seed] ?? NaN));
  const n = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  return { mean, n, squares: differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

/** The same run twice, as where a widened format changes no value. */
function isSame({ mean, squares }: Difference): boolean {
  return mean === 0 && squares === 0;
}

function withInterval(difference: Difference | null, all: readonly Difference[]): Figure | null {
  if (difference === null) return null;
  const { n, squares } = difference;
  if (n === 1) return { ...difference, half: null };
  const own = studentQuantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
  if (isSame(difference)) return { ...difference, half: own };
  const others = all.filter((one) => !isSame(one));
  const freedom = others.reduce((sum, one) => sum + one.n - 1, 0);
  const variance = others.reduce((sum, one) => sum + one.squares, 0) / freedom;
  return {
    ...difference,
    half: Math.max(own, studentQuantile(Math.min(freedom, 30)) * Math.sqrt(variance / n)),
  };
}

function printed(figure: Figure | null): string {
  if (figure === null) return '–';
  const { mean, n, half } = figure;
  if (half === null) return `${print.points(mean)} (n ${n})`;
  const [low = '', high = ''] = [mean - half, mean + half].map(
    (value) => print.points(value).split(/\s/)[0],
  );
  return `${print.points(mean)} (${low} to ${high})`;
}

/** The same words, and numbers that differ by no more than the printed digit: the program's quantiles have three decimals. */
function isLike(text: string, expected: string): boolean {
  const numbers = /−?\d+(\.\d+)?/g;
  const valuesOf = (cell: string) =>
    [...cell.matchAll(numbers)].map(([number]) => Number(number.replace('−', '-')));
  if (text.replace(numbers, '#') !== expected.replace(numbers, '#')) return false;
  const mine = valuesOf(expected);
  return valuesOf(text).every((value, index) => Math.abs(value - (mine[index] ?? NaN)) < 0.0101);
}

interface Row {
  readonly name: string;
  readonly givesBack: Figure | null;
  readonly costsAlone: Figure | null;
  readonly verdict: string;
}

function verdictOf(figures: readonly (Figure | null)[]): string {
  const known = figures.filter((figure) => figure !== null && figure.half !== null);
  if (known.length === 0) return 'unknown';
  const above = known.filter((figure) => (figure?.mean ?? 0) - (figure?.half ?? 0) > 0).length;
  if (above === known.length) return 'costs';
  return above > 0 ? 'perhaps' : 'nothing seen';
}

function expectedRows(errors: Errors, names: readonly string[]): readonly Row[] {
  const pairs = names.map((name) => ({
    name,
    back: differenceOf(errors['as it is'], errors[`wide: ${name}`]),
    cost: differenceOf(errors[`narrow: ${name}`], errors['all wide']),
  }));
  const all = pairs.flatMap(({ back, cost }) => [back, cost]).filter((one) => one !== null);
  const order = ['costs', 'perhaps', 'nothing seen', 'unknown'];
  return pairs
    .map(({ name, back, cost }): Row => {
      const [givesBack, costsAlone] = [withInterval(back, all), withInterval(cost, all)];
      return { name, givesBack, costsAlone, verdict: verdictOf([givesBack, costsAlone]) };
    })
    .sort(
      (a, b) =>
        order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
        ((b.givesBack ?? b.costsAlone)?.mean ?? 0) - ((a.givesBack ?? a.costsAlone)?.mean ?? 0),
    );
}

const names = ['output', 'weight', 'input', 'bias', 'table', 'initial values'];

/** Errors of a study drawn from a seed: steps of a third of a point, so that some differences are equal. */
function drawErrors(draw: number, seeds: number): Errors {
  let state = draw;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const errorsAbout = (middle: number): readonly number[] =>
    Array.from({ length: seeds }, () => Math.round(3 * (middle + next())) / 3);
  const wide = errorsAbout(5);
  const own = errorsAbout(8);
  const entries = names.flatMap((name, index): [string, readonly number[]][] => [
    // Initial values are never wide alone; the table changes nothing.
    ...(name === 'initial values'
      ? []
      : ([[`wide: ${name}`, name === 'table' ? own : errorsAbout(5 + index)]] as [
          string,
          readonly number[],
        ][])),
    [`narrow: ${name}`, name === 'table' ? wide : errorsAbout(8 - index)],
  ]);
  return { 'as it is': own, 'all wide': wide, ...Object.fromEntries(entries) };
}

function attributionOf(errors: Errors) {
  const points = Object.entries(errors).flatMap(([name, values]) =>
    values.map((_, seed): StudyPoint => {
      return { name, settings: { of: name }, seed, hash: `${name} ${seed}`, problem: null };
    }),
  );
  const records = Object.entries(errors).flatMap(([name, values]) =>
    values.map((error, seed) => recordOf(`${name} ${seed}`, [error])),
  );
  const factors = names.map((name): Factor => ({
    name,
    own: 's4.3',
    wide: 's16.12',
    widened: {},
    kept: {},
    problem: null,
  }));
  const plan = { points } as unknown as StudyPlan;
  const byHash = new Map(records.map((record) => [record.hash, record] as const));
  return attribute({ plan, records: byHash }, factors);
}

test('the points of a study of formats are named as here', (t) => {
  const { own, wide, alone, left } = formatsPoints;
  t.deepEqual([own, wide, alone('x'), left('x')], ['as it is', 'all wide', 'wide: x', 'narrow: x']);
});

for (const seeds of [1, 2, 3, 5]) {
  test(`every figure of the attribution is that of the errors of its runs, n ${seeds}`, (t) => {
    for (let draw = 1; draw <= 12; draw += 1) {
      const errors = drawErrors(draw, seeds);
      const attribution = attributionOf(errors);
      const rows = expectedRows(errors, names);
      const page = readPage(`<article>${renderAttribution(attribution).text}</article>`);
      const shown = (tableOf(page, 'Attribution') ?? []).filter(({ length }) => length === 6);
      const expected = rows.map(({ name, givesBack, costsAlone, verdict }) => [
        ...[name, 's4.3', 's16.12'],
        ...[printed(givesBack), printed(costsAlone), verdict],
      ]);
      t.is(shown.length, 1 + expected.length);
      for (const [index, cells] of expected.entries()) {
        for (const [column, cell] of cells.entries()) {
          const text = shown[index + 1]?.[column] ?? '';
          t.true(isLike(text, cell), `draw ${draw}: ${text}, ${cell}`);
        }
      }
      const csv = renderAttributionCsv(attribution).trim().split('\r\n').slice(1);
      for (const [index, line] of csv.entries()) {
        const { givesBack = null, costsAlone = null } = rows[index] ?? {};
        const mine = [givesBack, costsAlone].flatMap((one) =>
          one === null
            ? [null, null, null, null]
            : [
                one.n,
                one.mean,
                one.half === null ? null : one.mean - one.half,
                one.half === null ? null : one.mean + one.half,
              ],
        );
        const written = line.split(',').slice(5);
        for (const [column, value] of mine.entries()) {
          const text = written[column] ?? '';
          t.true(
            value === null ? text === '' : Math.abs(Number(text) - value) < 1e-3,
            `draw ${draw}, line ${index}, column ${column}: ${text}, ${String(value)}`,
          );
        }
      }
      const mean = (values: readonly number[] | undefined) =>
        (values ?? []).reduce((sum, value) => sum + value, 0) / seeds;
      const [figures = ''] = attributionSentences(attribution);
      t.is(
        figures.replaceAll('\u00a0', ' '),
        `Test error ${print.percent(mean(errors['as it is']))} as it is, ${print.percent(mean(errors['all wide']))} with everything wide, 4.00 % in float (n ${seeds}).`,
      );
    }
  });
}

test('a float reference that diverged is said in the answer, not left out of it', (t) => {
  const attribution = { ...attributionOf(drawErrors(1, 2)), reference: null, divergedCount: 2 };
  const said = attributionSentences(attribution).join(' ');
  t.regex(
    said,
    /The float reference diverged with 2 of 2 seeds: .* give a smaller training\.learningRate\./,
  );
  t.notRegex(said, /in float/);
});
