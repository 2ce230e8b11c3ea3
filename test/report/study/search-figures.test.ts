import path from 'node:path';
import test from 'ava';
import type { DonePoint } from '../../../src/experiment/study/point-record.js';
import type { StudyPlan, StudyPoint } from '../../../src/experiment/study/plan-study.js';
import type { Study } from '../../../src/experiment/study/run-study.js';
import { searchFormats } from '../../../src/experiment/study/search/search-formats.js';
import { packageRoot } from '../../../src/package-root.js';
import { printSetting } from '../../../src/units/printable.js';
import { renderSearch, searchSentences } from '../../../src/report/study/search-text.js';
import { recordOf } from '../../experiment/study/made-records.js';
import * as print from '../figures/print.js';
import { readPage, tableOf } from '../figures/read-page.js';
import { studentQuantile } from './expected-study.js';

/*
 * Figures of `search`, worked out again from the records that its runs left: float, error and energy as it is and of the cheapest,
 * points lost with other seeds, runs (docs/formats.md). The runs are made up, and no code of the search reads them here.
 */

const digits = path.join(packageRoot, 'examples/digits-drtp.yaml');

/** Bits of a tensor of a point, 8 where its settings say nothing. */
function bitsOf({ settings }: StudyPoint, tensor: string): number {
  return Number(/^[su](\d+)\./.exec(printSetting(settings[`precision.${tensor}`] ?? 's8.7'))?.[1]);
}

/** A made-up world: narrow weights and outputs err, every bit of weights costs an nJ, the seed adds a little. */
function madeRecord(point: StudyPoint, rateErrs: boolean): DonePoint {
  if (point.hash === null) throw new Error('a point that cannot be run');
  const [weight, output] = [bitsOf(point, 'weight'), bitsOf(point, 'output')];
  const isSlow = rateErrs && point.settings['training.learningRate'] === '2^-7';
  const error =
    5 + (weight < 6 ? 3 : 0) + (output < 5 ? 2 : 0) + (isSlow ? 1 : 0) + (point.seed % 7) / 50;
  const made = recordOf(point.hash, [error], { trainingNj: 10 + weight + output / 4 });
  const hasReference = point.settings['reference.enabled'] !== false;
  const reference = isSlow ? 6.25 : 4.75 + (point.seed % 3) / 50;
  const [epoch] = made.figures.epochs;
  if (epoch === undefined) throw new Error('no epoch was made');
  return {
    ...made,
    figures: {
      ...made.figures,
      lossPoints: hasReference ? error - reference : null,
      epochs: [{ ...epoch, referenceTestErrorPercent: hasReference ? reference : null }],
    },
  };
}

function runnerOf(records: Map<string, DonePoint>, rateErrs: boolean) {
  return (plan: StudyPlan): Promise<Study> => {
    for (const point of plan.points) {
      const record = madeRecord(point, rateErrs);
      records.set(record.hash, record);
    }
    return Promise.resolve({ plan, records, stoppedBy: 'nothing' } as unknown as Study);
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Runs that chose something: those with other seeds are named so. */
function isChoosing({ name }: StudyPoint): boolean {
  return !String(name).includes('other seeds');
}

interface Group {
  readonly settings: string;
  readonly isOwn: boolean;
  readonly error: number;
  readonly energyNj: number;
  readonly reference: number | null;
  readonly losses: readonly number[];
}

/** The points of a plan without their seeds, with the means of their records. */
function groupsOf(points: readonly StudyPoint[], records: ReadonlyMap<string, DonePoint>): Group[] {
  const names = [...new Set(points.map(({ name }) => name))];
  return names.map((name) => {
    const own = points.filter((point) => point.name === name);
    const figures = own.flatMap(({ hash }) => records.get(hash ?? '')?.figures ?? []);
    const references = figures.flatMap(({ epochs }) => epochs[0]?.referenceTestErrorPercent ?? []);
    const formats = Object.entries(own[0]?.settings ?? {}).filter(
      ([key]) => key.startsWith('precision.') || key === 'training.learningRate',
    );
    return {
      settings: formats
        .map(([key, value]) => `${key}=${printSetting(value)}`)
        .sort()
        .join(' '),
      isOwn: formats.every(([key]) => key === 'training.learningRate'),
      error: mean(figures.map(({ epochs }) => epochs[0]?.chipTestErrorPercent ?? NaN)),
      energyNj: mean(figures.map(({ training }) => training?.energyNj ?? NaN)),
      reference: references.length === 0 ? null : mean(references),
      losses: figures.map(({ lossPoints }) => lossPoints ?? NaN),
    };
  });
}

function leastError(groups: readonly Group[]): Group | undefined {
  return [...groups].sort((a, b) => a.error - b.error)[0];
}

for (const rateErrs of [false, true]) {
  test(`every figure of a search is that of its runs${rateErrs ? ', where a small η errs' : ''}`, async (t) => {
    const records = new Map<string, DonePoint>();
    const result = await searchFormats(
      {
        ...{ file: digits, overrides: [], dataFolder: packageRoot, rules: ['drtp', 'bp'] },
        ...{ loseAtMost: 1, seeds: 2, confirmations: 4, mostRuns: 200 },
      },
      runnerOf(records, rateErrs),
    );
    const page = readPage(`<article>${renderSearch(result, 1).text}</article>`);
    const shown = (tableOf(page, 'Search') ?? []).filter(({ length }) => length === 9).slice(1);
    t.is(shown.length, 2);
    const [chosen, ...sentences] = searchSentences(result, 1).map((one) =>
      one.replaceAll('\u00a0', ' '),
    );
    t.regex(chosen ?? '', /^Chosen by the error on the test set, /);
    for (const [index, rule] of ['drtp', 'bp'].entries()) {
      const points = result.study.plan.points.filter(
        ({ settings }) => settings['training.rule'] === rule,
      );
      const choosing = groupsOf(points.filter(isChoosing), records);
      const float = Math.min(...choosing.map(({ reference }) => reference ?? Infinity));
      const own = leastError(choosing.filter(({ isOwn }) => isOwn));
      const said = /with (?<settings>.*), (?<share>[\d.]+) % of the energy/.exec(
        sentences[index] ?? '',
      )?.groups;
      // η of the experiment itself is in no settings of a point.
      const settings = (said?.['settings'] ?? '')
        .split(' ')
        .filter((one) => one !== 'training.learningRate=2^-6')
        .sort()
        .join(' ');
      const best = choosing.find((group) => group.settings === settings);
      t.truthy(best, `${settings} was run: ${choosing.map((one) => one.settings).join(' | ')}`);
      if (best === undefined || own === undefined) continue;
      // Within the limit, and nothing that was tried is cheaper and within it too.
      t.true(best.error <= float + 1);
      t.deepEqual(
        choosing.filter(
          ({ error, energyNj }) => error <= float + 1 && energyNj < best.energyNj - 1e-9,
        ),
        [],
      );
      t.is(said?.['share'], print.significant((100 * best.energyNj) / own.energyNj, 3));
      const [confirmed] = groupsOf(
        points.filter((point) => !isChoosing(point)),
        records,
      );
      const losses = confirmed?.losses ?? [];
      t.is(losses.length, 4);
      const loss = mean(losses);
      const deviation = Math.sqrt(losses.reduce((sum, one) => sum + (one - loss) ** 2, 0) / 3);
      const half = (studentQuantile(3) * deviation) / 2;
      const [low = '', high = ''] = [loss - half, loss + half].map(
        (value) => print.points(value).split(/\s/)[0],
      );
      t.deepEqual(shown[index], [
        ...[
          rule,
          print.percent(float),
          print.percent(own.error),
          print.energy(1000 * own.energyNj),
        ],
        ...[print.percent(best.error), print.energy(1000 * best.energyNj)],
        `${print.points(loss)} (${low} to ${high})`,
        // The test set itself chose.
        '–',
        String(new Set(points.map(({ hash }) => hash)).size),
      ]);
    }
  });
}

test('a float reference that diverged with every η: the search says that no limit is known', async (t) => {
  const records = new Map<string, DonePoint>();
  const run = runnerOf(records, false);
  const result = await searchFormats(
    {
      ...{ file: digits, overrides: [], dataFolder: packageRoot, rules: [] },
      ...{ loseAtMost: 1, seeds: 1, confirmations: 2, mostRuns: 60 },
    },
    async (plan) => {
      const study = await run(plan);
      for (const [hash, record] of records) {
        const { figures } = record;
        const epochs = figures.epochs.map((epoch) => ({
          ...epoch,
          referenceTestErrorPercent: null,
        }));
        records.set(hash, { ...record, figures: { ...figures, epochs, divergedInEpoch: 1 } });
      }
      return study;
    },
  );
  t.regex(
    searchSentences(result, 1)[1] ?? '',
    /^drtp: the float reference has no error with any η that was tried, so that no limit is known/,
  );
});
