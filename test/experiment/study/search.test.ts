import path from 'node:path';
import test from 'ava';
import { descend, type Trial, type Tried } from '../../../src/experiment/study/search/descend.js';
import {
  type Candidate,
  narrowed,
  widened,
} from '../../../src/experiment/study/search/search-space.js';
import type { StudyPoint } from '../../../src/experiment/study/plan-study.js';
import { searchFormats } from '../../../src/experiment/study/search/search-formats.js';
import { parseFormat, printFormat } from '../../../src/numerics/format.js';

import { renderSearchCsv, searchSentences } from '../../../src/report/study/search-text.js';
import { makeExperiment } from '../../cli/spikeledger.js';
import { recordOf } from './made-records.js';

/* `search`: the cheapest formats that lose at most x points against float, η tuned for each. */

function candidateOf(formats: Readonly<Record<string, string>>): Candidate {
  return {
    formats: new Map(
      Object.entries(formats).map(([tensor, text]) => [tensor, parseFormat(text)]),
    ) as unknown as Candidate['formats'],
    rateShift: 0,
  };
}

function textOf({ formats }: Candidate): string {
  return [...formats].map(([tensor, format]) => `${tensor} ${printFormat(format)}`).join(', ');
}

test('bits are taken from the fraction, the range stays; what no format is is left out', (t) => {
  const own = candidateOf({ weight: 's8.7', output: 'u3.1', bias: 's16.14' });
  t.is(textOf(narrowed(own, 'weight', 2) ?? own), 'weight s6.5, output u3.1, bias s16.14');
  t.is(narrowed(own, 'output', 2), null);
  t.is(narrowed(own, 'input', 1), null);
  t.is(textOf(widened(own, 4)), 'weight s12.11, output u7.5, bias s20.18');
});

/** A world in which weights err below `fewest` bits unless η is doubled, and cost an nJ a bit; the bias costs nothing. */
function world(fewest: number) {
  const tried: string[] = [];
  const outcome = ({ name, candidate }: Trial, withReference: boolean): Tried => {
    tried.push(name);
    const bits = candidate.formats.get('weight')?.totalBits ?? 0;
    const needed = candidate.rateShift >= 1 ? fewest : fewest + 1;
    return {
      candidate,
      errorPercent: bits >= needed ? 5 : 9,
      trainingNj: bits,
      referencePercent: withReference ? 4.5 - candidate.rateShift / 10 : null,
    };
  };
  const evaluate = (trials: readonly Trial[], { withReference }: { withReference: boolean }) =>
    Promise.resolve(trials.map((trial) => outcome(trial, withReference)));
  return { tried, evaluate };
}

test('a tensor loses bits until it errs with every η; what saves nothing keeps its bits', async (t) => {
  const { tried, evaluate } = world(5);
  const found = await descend(candidateOf({ weight: 's8.7', bias: 's16.14' }), 1, evaluate);
  const best = found.accepted.at(-1);
  t.is(best && textOf(best.candidate), 'weight s5.4, bias s16.14');
  t.is(best?.candidate.rateShift, 1);
  t.true(found.isComplete);
  // 4.4 with twice the η is the float that the limit is set by.
  t.is(found.floatPercent, 4.4);
  t.is(found.own?.trainingNj, 8);
  t.is(tried.filter((name) => name.includes('bias')).length, 1);
  // Each accepted is cheaper than the one before, and the first is the experiment's own.
  t.deepEqual(
    found.accepted.map(({ trainingNj }) => trainingNj),
    [8, 6, 5],
  );
});

test('formats that err too much as they are begin wider; where those do too, nothing is found', async (t) => {
  const { evaluate } = world(10);
  const found = await descend(candidateOf({ weight: 's8.7' }), 1, evaluate);
  t.is(found.own?.errorPercent, 9);
  t.is(found.accepted[0]?.trainingNj, 12);
  t.is(found.accepted.at(-1)?.trainingNj, 10);
  const none = await descend(candidateOf({ weight: 's8.7' }), 1, world(20).evaluate);
  t.deepEqual(none.accepted, []);
  t.true(none.isComplete);
});

test('where the runs are used up the cheapest so far stands, and the search says so', async (t) => {
  const { evaluate } = world(5);
  let calls = 0;
  const limited: typeof evaluate = (trials, options) => {
    calls += 1;
    return calls > 2 ? (Promise.resolve(null) as never) : evaluate(trials, options);
  };
  const found = await descend(candidateOf({ weight: 's8.7' }), 1, limited);
  t.false(found.isComplete);
  t.is(found.accepted.at(-1)?.trainingNj, 6);
  const nothing = await descend(candidateOf({ weight: 's8.7' }), 1, () => Promise.resolve(null));
  t.false(nothing.isComplete);
  t.deepEqual(nothing.accepted, []);
});

/** Weights of less than 6 bits err; on the test set everything errs 2 points more. */
function judgedRecord({ hash, settings }: StudyPoint) {
  const given = settings['precision.weight'];
  const bits = typeof given === 'string' ? Number(/\d+/.exec(given)?.[0]) : 8;
  const isTest = settings['dataset.validationSamples'] === undefined;
  return recordOf(hash ?? '', [(bits >= 6 ? 4.5 : 9) + (isTest ? 2 : 0)], {
    trainingNj: 10 * bits,
  });
}

test('with samples held back the test set chooses nothing: it judges the answer, once', async (t) => {
  const folder = await makeExperiment();
  const limits = { loseAtMost: 1, rules: [], seeds: 1, confirmations: 2, mostRuns: 40 };
  const request = { file: path.join(folder, 'small.yaml'), overrides: [], dataFolder: folder };
  const { study, answers, validationSamples } = await searchFormats(
    { ...request, ...limits, validationSamples: 15 },
    (plan) => {
      const records = plan.points.map((point) => [point.hash ?? '', judgedRecord(point)] as const);
      const done = { damagedLines: 0, stoppedBy: 'nothing' } as const;
      return Promise.resolve({ plan, records: new Map(records), ...done });
    },
  );
  t.is(validationSamples, 15);
  const isTest = ({ settings }: StudyPoint) => settings['dataset.validationSamples'] === undefined;
  const { points } = study.plan;
  t.deepEqual(
    points.filter(isTest).map(({ name }) => name),
    Array.from({ length: 2 }, () => 'drtp answer, test set'),
  );
  t.true(points.length > 6 && points.length <= 40, String(points.length));
  t.deepEqual(points.slice(-2), points.filter(isTest));
  const [answer] = answers;
  t.is(answer?.best?.errorPercent, 4.5);
  t.is(answer?.testErrorPercent?.mean, 6.5);
  t.is(answer?.tested?.mean, 2.5);
  t.true(answer?.isConfirmed);
  const result = { study, answers, validationSamples };
  const [first = '', second = ''] = searchSentences(result, 1);
  t.regex(first, /^Chosen and confirmed by the last 15 training samples/);
  t.regex(second, /On the test set it errs 6\.50.% and loses 2\.50.points/u);
  t.regex(
    searchSentences({ ...result, validationSamples: 0 }, 1)[0] ?? '',
    /^Chosen by the error on the test set/,
  );
  t.regex(renderSearchCsv(result), /,15,6\.5,2\.5\r\n/);
});
