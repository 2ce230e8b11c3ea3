import test from 'ava';
import type { PointFigures, PointRecord } from '../../../src/experiment/study/point-record.js';
import { pointLine } from '../../../src/experiment/study/point-record.js';
import type { StudyPoint } from '../../../src/experiment/study/plan-study.js';
import type { Study } from '../../../src/experiment/study/run-study.js';
import { sweepSchema } from '../../../src/experiment/study/sweep-schema.js';
import {
  curvesTable,
  renderStudyCsv,
  runsTable,
  summaryTable,
} from '../../../src/report/study/study-csv.js';
import { recordOf } from '../../experiment/study/made-records.js';
import { expectedOf, type Runs } from './expected-study.js';

/*
 * runs.csv, curves.csv and summary.csv as a reader of RFC 4180 sees them, against what the records of the runs say (studies.md, "Exports"):
 * a line a run with every varied key, seed, last and best errors, epoch of the best, loss, nJ, µs, bits and saturating shares; a line an
 * epoch; a line a group and figure. Nothing of the code that writes them takes part.
 */

/** Lines of a CSV by column: quotes may hold separators, line ends and, doubled, quotes. */
function linesOf(csv: string): readonly Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of csv.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  const [header = [], ...lines] = rows.slice(0, -1);
  return lines.map((cells) => {
    if (cells.length !== header.length) throw new RangeError(cells.join('|'));
    return Object.fromEntries(header.map((name, place) => [name, cells[place] ?? '']));
  });
}

const cost = (energyNj: number, latencyUs: number | null) => ({
  energyNj,
  energyLowNj: energyNj / 3,
  energyHighNj: energyNj * 5,
  isComplete: energyNj < 40,
  latencyUs,
});

/** Figures that differ in every number from those of every other run. */
function figuresOf(
  own: number,
  errors: readonly number[],
  rest: Partial<PointFigures>,
): PointFigures {
  const { figures } = recordOf('', errors, {});
  return {
    ...figures,
    rule: ['drtp', 'bp'][own % 2] ?? '',
    testSamples: 100 + own,
    lossPoints: own / 8 - 1,
    epochs: errors.map((error, place) => ({
      epoch: place + 1,
      chipTestErrorPercent: error,
      chipTrainErrorPercent: error + 1 + own,
      chipTrainErrorAfterPercent: error + 2 + own,
      chipTestLoss: error / 7,
      referenceTestErrorPercent: 30 - error,
      referenceTrainErrorPercent: 31 - error,
      referenceTrainErrorAfterPercent: 32 - error,
      referenceTestLoss: error / 9,
      trainingEnergyUj: 1 / (place + own + 1),
    })),
    training: cost(12 + own, 3 + own),
    inference: cost(5 + own / 2, 2 + own),
    energySpread: {
      inference: { percentile5Nj: own, percentile50Nj: own + 1, percentile95Nj: own + 2 },
      training:
        own === 2 ? null : { percentile5Nj: 20, percentile50Nj: 21 + own, percentile95Nj: 30 },
    },
    memoryBits: 1000 + own,
    areaMm2: own / 100,
    ...rest,
  };
}

const health = { deadUpdateFraction: null, rmsErrorVsReference: null };
const noChip = {
  chipTestErrorPercent: null,
  chipTrainErrorPercent: null,
  chipTrainErrorAfterPercent: null,
};
const runs: readonly (PointFigures | string | null)[] = [
  // The best of the chip comes first of two that are equal, and before the last.
  figuresOf(0, [9, 4, 4, 6], {
    tensors: [
      { layer: 1, tensor: 'weight', saturatingShare: 0.25, ...health },
      { layer: 2, tensor: 'delta', saturatingShare: null, ...health },
    ],
  }),
  figuresOf(1, [8, 7], {
    warnings: ['Inputs do not fit.', 'The chip says "0", always.'],
    tensors: [{ layer: 1, tensor: 'bias', saturatingShare: 0, ...health }],
  }),
  // The reference diverged: no last error of it, though epochs before have some.
  figuresOf(2, [3, 2, 5], { divergedInEpoch: 3, lossPoints: null }),
  // The chip was left out.
  {
    ...figuresOf(3, [11, 10], {}),
    epochs: figuresOf(3, [11, 10], {}).epochs.map((epoch) => ({
      ...epoch,
      ...noChip,
      chipTestLoss: null,
      trainingEnergyUj: null,
    })),
    lossPoints: null,
    ...{ training: null, inference: null, energySpread: null, memoryBits: null, areaMm2: null },
  },
  // A failed one, whose reason needs quotes, and one that is not known of yet.
  'core 3, "big": too small,\nfor layer 2',
  null,
];
const settings: readonly StudyPoint['settings'][] = [
  { 'precision.weight': 's4.3', network: 'FC_4_FC_3' },
  { 'precision.weight': 's4.3', network: 'FC_4_FC_3' },
  { 'precision.weight': 's8.7', 'training.frozenLayers': [1, 2] },
  { 'precision.weight': 's8.7', 'training.frozenLayers': [1, 2] },
  { 'precision.weight': 's2.1' },
  { 'precision.weight': 's2.1' },
];
const points = settings.map((own, place): StudyPoint => ({
  name: place < 2 ? 'narrow, "first"' : null,
  settings: own,
  seed: 1 + (place % 2),
  hash: `h${String(place)}`,
  problem: null,
}));
const records = new Map(
  runs.flatMap((own, place): (readonly [string, PointRecord])[] => {
    const hash = `h${String(place)}`;
    if (own === null) return [];
    const record: PointRecord =
      typeof own === 'string'
        ? { ...pointLine, hash, status: 'failed', reason: own }
        : {
            ...pointLine,
            hash,
            status: 'done',
            figures: own,
            timing: {
              wallSeconds: 1.5 + place,
              samplesPerSecond: place === 3 ? null : 700 + place,
            },
          };
    return [[hash, record]];
  }),
);
const study: Study = {
  plan: {
    sweep: sweepSchema.parse({ name: 'made', base: 'base.yaml' }),
    file: 'base.yaml',
    dataFolder: '',
    common: {},
    points,
  },
  records,
  damagedLines: 0,
  stoppedBy: 'nothing',
};

/** What a cell must be: an empty one is not known. */
function text(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

/** The varied keys of a point, in JSON where a value is no plain one. */
function expectedKeys({ settings: own }: StudyPoint): Readonly<Record<string, string>> {
  const frozen = own['training.frozenLayers'];
  return {
    'precision.weight': text(own['precision.weight'] as string),
    network: text(own['network'] as string | undefined),
    'training.frozenLayers': frozen === undefined ? '' : '[1,2]',
  };
}

/** Smallest error of a side and the epoch that had it first. */
function bestOf({ epochs }: PointFigures, side: 'chip' | 'reference') {
  let best: { readonly epoch: number; readonly error: number } | null = null;
  for (const epoch of epochs) {
    const error = epoch[`${side}TestErrorPercent`];
    if (error !== null && (best === null || error < best.error))
      best = { epoch: epoch.epoch, error };
  }
  return best;
}

function expectedRun(figures: PointFigures, place: number): Readonly<Record<string, string>> {
  const { epochs, training, inference, energySpread, tensors } = figures;
  const last = epochs[epochs.length - 1];
  const [chip, reference] = [bestOf(figures, 'chip'), bestOf(figures, 'reference')];
  const share = (layer: number, tensor: string) =>
    tensors.find((own) => own.layer === layer && own.tensor === tensor)?.saturatingShare;
  const cells = {
    ...{ status: 'done', reason: '', rule: figures.rule, testSamples: figures.testSamples },
    epochs: epochs.length,
    chipTestErrorPercent: last?.chipTestErrorPercent,
    bestChipTestErrorPercent: chip?.error,
    referenceTestErrorPercent:
      figures.divergedInEpoch === null ? last?.referenceTestErrorPercent : null,
    bestReferenceTestErrorPercent: reference?.error,
    lossPoints: figures.lossPoints,
    ...{ trainingNj: training?.energyNj, inferenceNj: inference?.energyNj },
    ...{ trainingUs: training?.latencyUs, inferenceUs: inference?.latencyUs },
    memoryBits: figures.memoryBits,
    ...{ chipTestLoss: last?.chipTestLoss, referenceTestLoss: last?.referenceTestLoss },
    ...{ bestChipEpoch: chip?.epoch, bestReferenceEpoch: reference?.epoch },
    ...{ trainingLowNj: training?.energyLowNj, trainingHighNj: training?.energyHighNj },
    isPriced: training === null ? null : true,
    inferencePercentile5Nj: energySpread?.inference?.percentile5Nj,
    inferencePercentile50Nj: energySpread?.inference?.percentile50Nj,
    inferencePercentile95Nj: energySpread?.inference?.percentile95Nj,
    trainingPercentile5Nj: energySpread?.training?.percentile5Nj,
    trainingPercentile50Nj: energySpread?.training?.percentile50Nj,
    trainingPercentile95Nj: energySpread?.training?.percentile95Nj,
    areaMm2: figures.areaMm2,
    wallSeconds: 1.5 + place,
    samplesPerSecond: place === 3 ? null : 700 + place,
    warnings: place === 1 ? 'Inputs do not fit. The chip says "0", always.' : null,
    'saturatingShare.1.bias': share(1, 'bias'),
    'saturatingShare.1.weight': share(1, 'weight'),
    'saturatingShare.2.delta': share(2, 'delta'),
  };
  return Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, text(value)]));
}

test('runs.csv has every figure of each run, and of a failed or missing one what it was to be', (t) => {
  const lines = linesOf(renderStudyCsv(runsTable(study)));
  t.is(lines.length, runs.length);
  for (const [place, line] of lines.entries()) {
    const point = points[place];
    const own = runs[place] ?? null;
    if (point === undefined) return t.fail();
    const identity = { point: text(point.name), seed: text(point.seed), hash: text(point.hash) };
    const known = { ...identity, ...expectedKeys(point) };
    const empty = Object.fromEntries(Object.keys(line).map((name) => [name, '']));
    t.deepEqual(
      line,
      own === null || typeof own === 'string'
        ? { ...empty, ...known, status: own === null ? 'missing' : 'failed', reason: text(own) }
        : { ...known, ...expectedRun(own, place) },
    );
  }
});

test('curves.csv has a line for each epoch of each run that was done', (t) => {
  const lines = linesOf(renderStudyCsv(curvesTable(study)));
  const expected = runs.flatMap((own, place) => {
    const point = points[place];
    if (own === null || typeof own === 'string' || point === undefined) return [];
    return own.epochs.map((epoch) => ({
      point: text(point.name),
      ...expectedKeys(point),
      seed: text(point.seed),
      ...Object.fromEntries(Object.entries(epoch).map(([name, value]) => [name, text(value)])),
    }));
  });
  t.is(lines.length, 11);
  t.deepEqual(lines, expected);
});

test('summary.csv has the mean over the seeds of each group, of those runs alone that have the figure', (t) => {
  const lines = linesOf(renderStudyCsv(summaryTable(study)));
  const groups = [0, 2, 4].map((first) => {
    const own = [first, first + 1].flatMap((place): (readonly [number, PointFigures])[] => {
      const figures = runs[place] ?? null;
      return figures === null || typeof figures === 'string'
        ? []
        : [[1 + (place % 2), figures] as const];
    });
    return { point: points[first], runs: { label: '', rule: '', bySeed: new Map(own) } };
  });
  const isNear = (cell: string | undefined, value: number): boolean =>
    cell !== '' && Math.abs(Number(cell) - value) <= 1e-12 * Math.max(1, Math.abs(value));
  let checked = 0;
  for (const line of lines) {
    const group = groups.find(
      ({ point }) =>
        point !== undefined && point.settings['precision.weight'] === line['precision.weight'],
    );
    const metric = line['metric'] as Parameters<typeof expectedOf>[1];
    const expected = group === undefined ? null : expectedOf(group.runs satisfies Runs, metric);
    if (group?.point === undefined || expected === null) return t.fail(JSON.stringify(line));
    for (const [name, value] of Object.entries(expectedKeys(group.point))) {
      t.is(line[name], value);
    }
    t.is(line['n'], text(expected.n), metric);
    t.true(isNear(line['mean'], expected.mean), metric);
    if (expected.standardError === null) t.is(line['standardError'], '');
    else t.true(isNear(line['standardError'], expected.standardError), metric);
    checked += 1;
  }
  // Ten figures of two groups, without the points lost of the second; the third group has no runs.
  t.is(checked, 19);
});
