import test from 'ava';
import type { StudyPoint } from '../../../src/experiment/study/plan-study.js';
import type { Study } from '../../../src/experiment/study/run-study.js';
import { groupsOf } from '../../../src/experiment/study/summarise.js';
import { type Sweep, sweepSchema } from '../../../src/experiment/study/sweep-schema.js';
import { cheapestWithin } from '../../../src/report/study/cheapest-table.js';
import { frontOf } from '../../../src/report/study/group-style.js';
import {
  curvesTable,
  renderStudyCsv,
  runsTable,
  type StudyTable,
  summaryTable,
} from '../../../src/report/study/study-csv.js';
import { renderStudyHtml } from '../../../src/report/study/study-page.js';
import { readPage, tableOf } from '../figures/read-page.js';
import { recordOf } from '../../experiment/study/made-records.js';

const sweep: Sweep = sweepSchema.parse({ name: 'many', base: 'base.yaml' });

/** A study of `pointCount` points with `seedCount` seeds each. */
function studyOf(pointCount: number, seedCount: number, epochs: number): Study {
  const points = Array.from({ length: pointCount * seedCount }, (_, index): StudyPoint => {
    const bits = Math.floor(index / seedCount);
    const seed = 1 + (index % seedCount);
    const settings = { 'precision.weight': `s${String(bits)}`, 'training.rule': 'drtp' };
    return { name: null, settings, seed, hash: String(index), problem: null };
  });
  const records = new Map(
    points.map(({ hash }, index) => {
      const errors = Array.from({ length: epochs }, (_, epoch) => 20 / (epoch + 1) + (index % 7));
      const own = { rule: index % 2 === 0 ? 'drtp' : 'bp', trainingNj: 10 + index };
      return [hash ?? '', recordOf(hash ?? '', errors, own)] as const;
    }),
  );
  const plan = { sweep, file: 'base.yaml', dataFolder: '', common: {}, points };
  return { plan, records, damagedLines: 0, stoppedBy: 'nothing' };
}

test('a page of 200 points is under 3 MB, with all points in its table', (t) => {
  const html = renderStudyHtml(studyOf(200, 3, 10));
  t.true(html.length < 3e6, String(html.length));
  for (let point = 0; point < 200; point += 1) t.true(html.includes(`>weight s${String(point)}<`));
  t.notRegex(html, /NaN|Infinity|undefined|null/);
});

/** Processor time of the least of three, in µs: of one call more may be the collector's. */
function processorTime(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}

test.serial(
  'the page and the tables of four times as many points take four times as long, not sixteen',
  (t) => {
    const write = (study: Study) => () => {
      renderStudyHtml(study);
      for (const table of [runsTable, curvesTable, summaryTable]) renderStudyCsv(table(study));
    };
    const [few, many] = [write(studyOf(200, 1, 3)), write(studyOf(800, 1, 3))];
    few();
    const growth = processorTime(many) / processorTime(few);
    t.log(`${growth.toFixed(1)} times`);
    t.true(growth < 8, `${growth} times`);
  },
);

test('the front holds the points that no other beats in both, and no others', (t) => {
  const points = [
    [1, 9],
    [2, 9],
    [3, 5],
    [3, 5],
    [4, 6],
    [4, 2],
    [1, 10],
  ].map(([x = 0, y = 0]) => ({ label: `${String(x)}/${String(y)}`, rule: 'drtp', x, y }));
  t.deepEqual(
    frontOf(points).map(({ label }) => label),
    ['1/9', '3/5', '3/5', '4/2'],
  );
});

test('the cheapest point within a loss is that of its rule with the least energy, or none', (t) => {
  const points = ['a', 'b', 'c'].map((name): StudyPoint => {
    return { name, settings: {}, seed: 1, hash: name, problem: null };
  });
  // The reference errs in 4 %: points lost are 0.4, 0.9 and 3.
  const records = new Map([
    ['a', recordOf('a', [4.4], { trainingNj: 30 })],
    ['b', recordOf('b', [4.9], { trainingNj: 20 })],
    ['c', recordOf('c', [7], { trainingNj: 10 })],
  ]);
  const groups = groupsOf({ points }, records);
  t.is(cheapestWithin(groups, 'drtp', 0.5)?.label, 'a');
  t.is(cheapestWithin(groups, 'drtp', 1)?.label, 'b');
  t.is(cheapestWithin(groups, 'drtp', 2)?.label, 'b');
  t.is(cheapestWithin(groups, 'bp', 2), null);
});

test('one seed a point, points that are missing and points that failed are said before any figure', (t) => {
  const { plan, records } = studyOf(2, 1, 2);
  const missing: StudyPoint = { name: null, settings: { a: 1 }, seed: 1, hash: 'x', problem: null };
  const broken: StudyPoint = {
    ...missing,
    settings: { a: 2 },
    hash: null,
    problem: 'no such core',
  };
  const study = { plan: { ...plan, points: [...plan.points, missing, broken] }, records };
  const html = renderStudyHtml({ ...study, damagedLines: 0, stoppedBy: 'nothing' });
  const head = html.slice(0, html.indexOf('</header>'));
  t.true(head.includes('One seed a point'));
  t.true(head.includes('Points that were not run yet: 1.'));
  t.true(head.includes('seed 1 failed: no such core'));
});

test('every line of the exports has as many fields as its header, and a line stands for every point', (t) => {
  const study = studyOf(5, 3, 2);
  for (const { header, rows } of [runsTable(study), curvesTable(study), summaryTable(study)]) {
    t.true(rows.length > 0);
    for (const row of rows) t.is(row.length, header.length);
  }
  t.is(runsTable(study).rows.length, 15);
});

test('losses and errors after an epoch are in the curves, the last losses in the runs (studies, "Exports")', (t) => {
  const point: StudyPoint = { name: 'a', settings: {}, seed: 1, hash: 'a', problem: null };
  const study: Study = {
    ...studyOf(1, 1, 1),
    plan: { ...studyOf(1, 1, 1).plan, points: [point] },
    records: new Map([['a', recordOf('a', [8, 6], {})]]),
  };
  const column = ({ header, rows }: StudyTable, name: string) =>
    rows.map((row) => row[header.indexOf(name)]);
  t.deepEqual(column(curvesTable(study), 'chipTestLoss'), [0.08, 0.06]);
  t.deepEqual(column(curvesTable(study), 'chipTrainErrorAfterPercent'), [4, 3]);
  t.deepEqual(column(curvesTable(study), 'referenceTestLoss'), [0.04, 0.04]);
  t.deepEqual(column(runsTable(study), 'chipTestLoss'), [0.06]);
  t.deepEqual(column(runsTable(study), 'referenceTestLoss'), [0.04]);
});

test('what runs warn of is said before any figure, and listed by kind with the points that have it', (t) => {
  const { plan, records } = studyOf(3, 2, 1);
  const zeros = (share: string) =>
    `${share} % of the initial weights of layer 1 are 0 in s2.1; give precision.weight more fraction bits.`;
  const warned = new Map(
    [...records].map(([hash, record], index) => {
      if (record.status === 'failed') throw new RangeError(record.reason);
      const warnings = index < 3 ? [zeros(`8${String(index)}.5`)] : [];
      return [hash, { ...record, figures: { ...record.figures, warnings } }] as const;
    }),
  );
  const study: Study = { plan, records: warned, damagedLines: 0, stoppedBy: 'nothing' };
  const html = renderStudyHtml(study);
  const head = html.slice(0, html.indexOf('</header>'));
  t.true(head.includes('3 of 6 runs have warnings, listed below'));
  const [, row] = tableOf(readPage(html), 'Warnings of the runs') ?? [];
  const labels = groupsOf(plan, warned).map(({ label }) => label);
  t.deepEqual(row, [zeros('80.5'), '3', labels.slice(0, 2).join('; ')]);
  t.false(renderStudyHtml(studyOf(3, 2, 1)).includes('warnings'));
});

test('what a side that was left out would have is no column of dashes and no table: the head says that it was', (t) => {
  const study = studyOf(2, 2, 2);
  const labelsWithout = (leave: 'chip' | 'reference'): readonly string[] => {
    const records = new Map(
      [...study.records].map(([hash, record]) => {
        if (record.status !== 'done') throw new Error('a made record is that of a run that ended');
        const gone =
          leave === 'chip'
            ? { training: null, inference: null, memoryBits: null }
            : { backend: null };
        return [hash, { ...record, figures: { ...record.figures, ...gone, lossPoints: null } }];
      }),
    );
    const html = renderStudyHtml({ ...study, records });
    t.notRegex(html, /Smallest energy within reach of float/);
    t.regex(html, leave === 'chip' ? /The chip was left out/ : /The float reference was left out/);
    return tableOf(readPage(html), 'Points')?.[0] ?? [];
  };
  t.deepEqual(labelsWithout('reference').slice(0, 3), [
    'point',
    'test error, chip',
    'energy of training',
  ]);
  t.false(labelsWithout('reference').some((label) => /reference|lost/.test(label)));
  t.deepEqual(labelsWithout('chip'), ['point', 'test error, reference']);
  t.regex(renderStudyHtml(study), /Smallest energy within reach of float/);
});
