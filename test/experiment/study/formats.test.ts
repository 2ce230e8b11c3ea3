import path from 'node:path';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { attribute } from '../../../src/experiment/study/formats/attribution.js';
import { formatsPoints, planFormats } from '../../../src/experiment/study/formats/plan-formats.js';
import { type Factor, wideFormat } from '../../../src/experiment/study/formats/wide-formats.js';
import type { StudyPlan, StudyPoint } from '../../../src/experiment/study/plan-study.js';
import { parseFormat, printFormat } from '../../../src/numerics/format.js';
import { packageRoot } from '../../../src/package-root.js';
import {
  attributionSentences,
  renderAttributionCsv,
} from '../../../src/report/study/attribution-text.js';
import { recordOf } from './made-records.js';

/* `formats`: each tensor alone wide and alone narrow; what wide means stands in docs/formats.md. */

const digits = path.join(packageRoot, 'examples/digits-drtp.yaml');

test('wide is 8 times the range and all other bits fraction; h and y of tanh and sigmoid keep their range', async (t) => {
  const { topology } = await prepareExperiment(digits);
  const wide = (tensor: Parameters<typeof wideFormat>[0], text: string) => {
    const format = wideFormat(tensor, parseFormat(text, 64), topology);
    return format && printFormat(format);
  };
  t.is(wide('weight', 's8.7'), 's16.12');
  t.is(wide('weight', 's4.3'), 's16.12');
  t.is(wide('input', 'u8.8'), 'u16.13');
  t.is(wide('output', 'u3.3'), 'u16.16');
  t.is(wide('activation', 's8.7'), 's16.15');
  t.is(wide('accumulator', 's32.15'), 's48.28');
  t.is(wide('gradient', 's32.20'), null);
});

test('the plan widens each factor alone and keeps each alone; weights that are widened begin as the own format holds them', async (t) => {
  const { plan, factors } = await planFormats(digits, ['precision.weight=s4.3'], 2, '.');
  t.deepEqual(
    factors.map(({ name }) => name),
    [
      ...['input', 'weight', 'bias', 'accumulator', 'activation', 'output', 'delta', 'feedback'],
      ...['initial values', 'table', 'rounding'],
    ],
  );
  const settingsOf = (name: string) => plan.points.find((point) => point.name === name)?.settings;
  t.deepEqual(plan.common, { 'precision.weight': 's4.3' });
  t.deepEqual(settingsOf('as it is'), {});
  t.deepEqual(settingsOf('wide: weight'), {
    'precision.initialWeights': 's4.3',
    'precision.weight': 's16.12',
    'reference.enabled': false,
  });
  const all = settingsOf('all wide') ?? {};
  const { 'precision.initialWeights': begin, ...left } = settingsOf('narrow: initial values') ?? {};
  t.is(begin, 's4.3');
  t.deepEqual(left, all);
  const { 'precision.output': output, ...others } = all;
  t.is(output, 'u16.16');
  t.deepEqual(settingsOf('narrow: output'), others);
  t.is(settingsOf('wide: initial values'), undefined);
  // 1 as it is, 1 wide, 10 factors alone wide, 11 alone narrow; two seeds.
  t.is(plan.points.length, 2 * 23);
});

test('what the chip cannot have wide stays as it is, with the reason', async (t) => {
  const overrides = ['training.rule=defp'];
  const { factors } = await planFormats(digits, overrides, 1, '.');
  const delayed = factors.find(({ name }) => name === 'delayedError');
  t.is(delayed?.own, 'u8.8');
  t.is(delayed?.wide, null);
  t.regex(delayed?.problem ?? '', /a word of the delayedError memory has 8 bits/);
});

const { own, wide, alone, left } = formatsPoints;

/** A study with these test errors by point, a seed each. */
function made(errors: Readonly<Record<string, readonly number[]>>) {
  const points = Object.entries(errors).flatMap(([name, values]) =>
    values.map((_, seed): StudyPoint => {
      return { name, settings: { of: name }, seed, hash: `${name} ${seed}`, problem: null };
    }),
  );
  const records = new Map(
    Object.entries(errors).flatMap(([name, values]) =>
      values.map((error, seed) => {
        const record = recordOf(`${name} ${seed}`, [error]);
        return [record.hash, record] as const;
      }),
    ),
  );
  const plan = { points } as unknown as StudyPlan;
  const names = [...new Set(Object.keys(errors).map((name) => name.split(': ')[1]))];
  const factors = names
    .filter((name) => name !== undefined)
    .map((name): Factor => {
      return { name, own: 's4.3', wide: 's16.12', widened: {}, kept: {}, problem: null };
    });
  return { study: { plan, records }, factors };
}

test('factors stand in the order of what each alone gives back; one seed tells no interval and blames nothing', (t) => {
  const { study, factors } = made({
    [own]: [9.36],
    [wide]: [5.35],
    [alone('delta')]: [9.03],
    [alone('activation')]: [8.03],
    [alone('output')]: [7.36],
    [left('output')]: [8.7],
  });
  const attribution = attribute(study, factors);
  t.deepEqual(
    attribution.effects.map(({ factor, verdict }) => [factor.name, verdict]),
    ['output', 'activation', 'delta'].map((name) => [name, 'unknown']),
  );
  t.is(attribution.effects[0]?.givesBack?.mean.toFixed(2), '2.00');
  t.is(attribution.effects[0]?.costsAlone?.mean.toFixed(2), '3.35');
  t.regex(attributionSentences(attribution).join(' '), /One seed tells no interval/);
});

test('only what costs in both ways is blamed, and equal differences are no certainty', (t) => {
  const { study, factors } = made({
    [own]: [9, 9.2, 8.9],
    [wide]: [5, 5.3, 5.1],
    [alone('output')]: [5.5, 5.4, 5.6],
    [left('output')]: [8.4, 8.9, 8.8],
    // One sample better with every seed: its own spread is 0, that of the others is not.
    [alone('bias')]: [8.9, 9.1, 8.8],
    [left('bias')]: [5.3, 5.2, 5.2],
    [alone('weight')]: [6.0, 6.6, 5.9],
    [left('weight')]: [5, 5.3, 5.1],
  });
  const { effects, givesBackAll } = attribute(study, factors);
  t.deepEqual(
    effects.map(({ factor, verdict }) => [factor.name, verdict]),
    [
      ['output', 'costs'],
      ['weight', 'perhaps'],
      ['bias', 'nothing seen'],
    ],
  );
  t.true((givesBackAll?.interval?.low ?? 0) > 3);
  const bias = effects[2]?.givesBack?.interval;
  t.true((bias?.low ?? 1) < 0 && (bias?.high ?? 0) > 0.1);
  t.regex(
    renderAttributionCsv({
      ...{ own: null, reference: null, divergedCount: 0, wide: null },
      ...{ givesBackAll, effects },
    }),
    /^factor,own,wide,verdict,problem,givesBackPairs,givesBack,givesBackLow95,/,
  );
});
