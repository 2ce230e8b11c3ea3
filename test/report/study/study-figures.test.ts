import test from 'ava';
import type { PointFigures } from '../../../src/experiment/study/point-record.js';
import { pointLine } from '../../../src/experiment/study/point-record.js';
import type { StudyPoint } from '../../../src/experiment/study/plan-study.js';
import type { Study } from '../../../src/experiment/study/run-study.js';
import { studyMetrics, sweepSchema } from '../../../src/experiment/study/sweep-schema.js';
import { summaryTable } from '../../../src/report/study/study-csv.js';
import { renderStudyHtml } from '../../../src/report/study/study-page.js';
import { recordOf } from '../../experiment/study/made-records.js';
import { barsOf, lying, marksOf, upright } from '../figures/read-chart.js';
import { all, picturesOf, readPage, roomOf, tableOf, textOf } from '../figures/read-page.js';
import {
  expectedCell,
  expectedCheapest,
  expectedDifference,
  expectedFront,
  expectedOf,
  type Runs,
  studentQuantile,
} from './expected-study.js';

/* Every figure of the study's page and of summary.csv, against what the records say by plain arithmetic. */

const rules = ['drtp', 'defp', 'bp'];
const seedsOf = [[1, 2, 3], [1, 3, 4, 9], [2], [3, 1, 2], [1, 2], [1, 2, 3]];

const meanLoss = [0.3, 0.011, 0, 0.02, 0.9, 3];

/** Runs that differ in every figure, of sizes in every unit; some have no reference, some one that diverged. */
function figuresOf(point: number, seed: number): PointFigures {
  const wave = (step: number): number => ((point * 37 + seed * 101 + step * 53) % 97) / 97;
  // The error of point 3 and points lost of point 1 are as good as 0 in their means.
  const size = 10 ** Math.min(point, 4);
  const errors = [20 + wave(1), point === 3 ? (seed === 3 ? 0.01 : 0) : 4 + (wave(2) * point) / 4];
  const { figures } = recordOf('', errors, { rule: rules[point % 3] ?? '', trainingNj: size });
  const cost = (step: number) => {
    const energyNj = size * (point >= 4 ? 1 : 1 + wave(step));
    const latencyUs = point === 2 ? null : size * (1 + wave(step + 1));
    return { energyNj, energyLowNj: 0, energyHighNj: 2 * energyNj, isComplete: true, latencyUs };
  };
  const isDiverged = point === 1 && seed === 4;
  return {
    ...figures,
    divergedInEpoch: isDiverged ? 2 : null,
    lossPoints:
      isDiverged || point === 2 ? null : (meanLoss[point] ?? 0) * (1 + 90 * (wave(5) - 0.5) ** 3),
    training: cost(6),
    inference: cost(8),
    memoryBits: 1000 * (point + 1) ** 4,
  };
}

const points = seedsOf.flatMap((seeds, point) =>
  seeds.map((seed): StudyPoint => {
    const hash = `${String(point)}/${String(seed)}`;
    return { name: `P${String(point)}`, settings: {}, seed, hash, problem: null };
  }),
);
const runs = seedsOf.map((seeds, point): Runs => {
  return {
    label: `P${String(point)}`,
    rule: rules[point % 3] ?? '',
    bySeed: new Map(seeds.map((seed) => [seed, figuresOf(point, seed)])),
  };
});
const study: Study = {
  plan: {
    sweep: sweepSchema.parse({ name: 'made', base: 'base.yaml', metrics: [...studyMetrics] }),
    file: 'base.yaml',
    dataFolder: '',
    common: {},
    points,
  },
  records: new Map(
    runs.flatMap(({ bySeed }, point) =>
      [...bySeed].map(([seed, figures]) => {
        const hash = `${String(point)}/${String(seed)}`;
        const timing = { wallSeconds: 1, samplesPerSecond: 1 };
        return [hash, { ...pointLine, hash, status: 'done', figures, timing }] as const;
      }),
    ),
  ),
  damagedLines: 0,
  stoppedBy: 'nothing',
};
const page = readPage(renderStudyHtml(study));

test('quantiles of the witness are those of published tables', (t) => {
  for (const [freedom, quantile] of [
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [10, 2.228],
    [30, 2.042],
  ] as const) {
    t.true(Math.abs(studentQuantile(freedom) - quantile) < 6e-4, String(freedom));
  }
});

test('every cell of the table of points is its mean, its standard error in the same unit, and n', (t) => {
  const [, ...rows] = tableOf(page, 'Points') ?? [];
  t.deepEqual(
    rows,
    runs.map((own) => [own.label, ...studyMetrics.map((metric) => expectedCell(own, metric))]),
  );
});

test('the smallest energy by rule is that of the cheapest point within each loss, with its figures', (t) => {
  const [, ...rows] = tableOf(page, 'Smallest energy by rule') ?? [];
  const expected = rules.flatMap((rule) =>
    [0.5, 1, 2].map((points) => {
      const found = expectedCheapest(runs, rule, points);
      return [
        ...[rule, String(points), found?.label ?? 'none of this study'],
        ...(['lossPoints', 'trainingNj', 'chipTestErrorPercent'] as const).map((metric) =>
          expectedCell(found, metric),
        ),
      ];
    }),
  );
  t.deepEqual(rows, expected);
});

const fronts = [
  ['Error and energy', 'trainingNj', 1],
  ['Error and latency', 'trainingUs', 1],
  ['Error and memory', 'memoryBits', 8192],
] as const;

for (const [title, cost, per] of fronts) {
  test(`${title}: every point is drawn where its means are, and the front is named`, (t) => {
    const room = roomOf(page, title);
    const [picture] = room === null ? [] : all(room, 'svg');
    if (room === null || picture === undefined) {
      t.fail('there is no such picture');
      return;
    }
    const named = /On it: (.*)\.$/.exec(textOf(all(room, 'figcaption')[0] ?? room))?.[1] ?? '';
    t.deepEqual(new Set(named.split('; ')), new Set(expectedFront(runs, cost)));
    const [x, y] = [lying(picture), upright(picture)];
    const colors = all(room, 'span').map(
      ({ attributes }) => attributes['style']?.slice('color:'.length) ?? '',
    );
    for (const [index, rule] of rules.entries()) {
      const marks = marksOf(picture, colors[index] ?? '');
      const expected = runs
        .filter((own) => own.rule === rule)
        .map((own) => [expectedOf(own, cost), expectedOf(own, 'chipTestErrorPercent')] as const)
        .filter(([left, right]) => left !== null && right !== null);
      t.is(marks.length, expected.length, rule);
      for (const [at, [left, right]] of expected.entries()) {
        const mark = marks[at] ?? { x: NaN, y: NaN };
        t.true(
          Math.abs(x.valueAt(mark.x) - (left?.mean ?? NaN) / per) < 2 * x.perPixel,
          `${rule} ${String(at)}`,
        );
        t.true(
          Math.abs(y.valueAt(mark.y) - (right?.mean ?? NaN)) < 2 * y.perPixel,
          `${rule} ${String(at)}`,
        );
      }
    }
  });
}

test('bars of the test error are as long as the means, and said in the description', (t) => {
  const [picture] = picturesOf(page, 'Test error by point.');
  if (picture === undefined) {
    t.fail('there is no such picture');
    return;
  }
  const x = lying(picture);
  const [fill = ''] = all(picture, 'path')
    .map(({ attributes }) => attributes['fill'] ?? '')
    .filter((color) => color.startsWith('var(--chip'));
  const means = runs.map((own) => expectedOf(own, 'chipTestErrorPercent')?.mean ?? NaN);
  const bars = barsOf(picture, fill).map((width) => width * x.perPixel);
  t.is(bars.length, means.length);
  for (const [index, mean] of means.entries()) {
    t.true(
      Math.abs((bars[index] ?? NaN) - mean) < 2 * x.perPixel,
      `${String(index)}: ${String(bars[index])}, not ${String(mean)}`,
    );
    t.true(
      picture.attributes['aria-label']?.includes(
        `P${String(index)}: ${mean < 0.005 && mean > 0 ? '<0.01' : mean.toFixed(2)} %`,
      ),
      `P${String(index)}`,
    );
  }
});

test('summary.csv has mean, standard error, 95 % interval and the difference to the first point by seed', (t) => {
  const { header, rows } = summaryTable(study);
  const isNear = (value: unknown, expected: number): boolean =>
    typeof value === 'number' &&
    Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  let checked = 0;
  for (const own of runs) {
    for (const metric of studyMetrics) {
      const expected = expectedOf(own, metric);
      const found = rows.filter(([group, name]) => group === own.label && name === metric);
      t.is(found.length, expected === null ? 0 : 1, `${own.label} ${metric}`);
      if (expected === null) continue;
      const cell = (name: string) => found[0]?.[header.indexOf(name)] ?? null;
      const [first] = runs;
      const difference =
        own === first || first === undefined ? null : expectedDifference(own, first, metric);
      for (const [prefix, value, n] of [
        ['', expected, 'n'],
        ['difference', difference, 'pairs'],
      ] as const) {
        const name = (end: string) =>
          prefix === '' ? `${end.charAt(0).toLowerCase()}${end.slice(1)}` : `${prefix}${end}`;
        const mean = cell(prefix === '' ? 'mean' : 'differenceToFirst');
        const [error, low, high] = ['StandardError', 'Low95', 'High95'].map((end) =>
          cell(name(end)),
        );
        t.is(cell(n), value?.n ?? null);
        if (value === null) {
          t.deepEqual([mean, error, low, high], [null, null, null, null]);
          continue;
        }
        t.true(isNear(mean, value.mean), `${own.label} ${metric} ${name('mean')}`);
        if (value.standardError === null) {
          t.deepEqual([error, low, high], [null, null, null]);
          continue;
        }
        t.true(isNear(error, value.standardError), `${own.label} ${metric} error`);
        // Published quantiles have three decimals.
        const half = studentQuantile(value.n - 1) * value.standardError;
        const near = 6e-4 * value.standardError + 1e-9 * Math.abs(value.mean);
        t.true(Math.abs(Number(high) - value.mean - half) <= near, `${own.label} ${metric} high`);
        t.true(Math.abs(value.mean - Number(low) - half) <= near, `${own.label} ${metric} low`);
        checked += 1;
      }
    }
  }
  t.true(checked > 60, String(checked));
});
