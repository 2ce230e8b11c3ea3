import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { summaryLines } from '../../src/cli/summary.js';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../src/experiment/record/result-record.js';
import { runExperiment } from '../../src/experiment/run/run-experiment.js';
import { packageRoot } from '../../src/package-root.js';
import { renderHtml } from '../../src/report/run/page.js';
import { renderMarkdown } from '../../src/report/run/result-markdown.js';
import { InputError } from '../../src/units/input-error.js';

/* Pages and summaries of small runs: what they must say, and what they must never show. */

async function runCase(
  t: ExecutionContext,
  folder: string,
  name: string,
  overrides: readonly string[] = [],
): Promise<ResultRecord> {
  const copy = mkdtempSync(path.join(tmpdir(), 'pages-'));
  t.teardown(() => {
    rmSync(copy, { recursive: true });
  });
  cpSync(path.join(packageRoot, 'test', 'cases', folder), copy, { recursive: true });
  const prepared = await prepareExperiment(path.join(copy, name), overrides, copy);
  return runExperiment(prepared, {
    outputFolder: path.join(copy, 'out'),
    cacheFolder: path.join(copy, 'cache'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

/** What stands on a page between its tags, and what its pictures say. */
function textOf(page: string): string {
  const body = page.slice(page.indexOf('<body>'));
  const labels = [...body.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label ?? '');
  // The experiment itself is shown as it is written.
  const prose = body.replace(/<pre>[\s\S]*?<\/pre>/g, ' ');
  return [prose.replace(/<[^>]*>/g, ' '), ...labels].join('\n');
}

/** A figure that is none, whatever the run. */
const noFigure = /\b(?:NaN|Infinity|undefined|null)\b/;

function assertFigures(t: ExecutionContext, result: ResultRecord): void {
  const summary = summaryLines(result, 'report.html').join('\n');
  for (const text of [textOf(renderHtml([result])), renderMarkdown(result), summary]) {
    t.notRegex(text, noFigure);
  }
}

test('strides and paddings tell networks apart, and are what differs on a page of both', async (t) => {
  const names = ['1_5', '2_1', '1_1'].map((rest) => `CONV_3_3_${rest}_FC_3-drtp.yaml`);
  const results: ResultRecord[] = [];
  for (const name of names) {
    results.push(await runCase(t, 'names', name, ['reference.enabled=false']));
  }
  results.forEach((result) => {
    assertFigures(t, result);
  });
  const text = textOf(renderHtml(results));
  for (const label of ['CONV 3,3,1,5', 'CONV 3,3,2,1', 'CONV 3,3,1,1'])
    t.true(text.includes(label));
  t.true(text.indexOf('What differs') < text.indexOf('Figures'));
  t.regex(text.slice(text.indexOf('What differs'), text.indexOf('Figures')), /\bnetwork\b/);
});

test('chip and reference of different numbers of epochs: both angles are printed, that which ends first with its epoch', async (t) => {
  const small = [
    'dataset={ name: digits, trainSamples: 60, testSamples: 30 }',
    'network=FC_8_FC_10',
  ];
  for (const [chip, reference] of [
    [1, 2],
    [3, 1],
  ] as const) {
    const result = await runCase(t, 'activation-clip', 'relu.yaml', [
      ...small,
      'training.rule=drtp',
      `training.epochs=${chip}`,
      `reference.training.epochs=${reference}`,
    ]);
    assertFigures(t, result);
    const text = textOf(renderHtml([result]));
    const [shorter, when] = chip < reference ? ['chip', chip] : ['reference', reference];
    t.regex(text, new RegExp(`${shorter} [\\d.]+° \\(epoch ${when}, its last\\)`));
    t.notRegex(text, /chip none|reference none/);
    t.true(text.includes('RMS errors and signs of weights and biases compare two trainings'));
    t.true(renderMarkdown(result).includes('interval'));
    const loss = result.accuracy.intervals?.lossPoints;
    t.true(loss !== undefined && loss !== null && loss.low < loss.high);
  }
});

test('relu ends with its format on the chip: the page says so and prints a dash, not 0, for what is not counted', async (t) => {
  const result = await runCase(t, 'activation-clip', 'relu.yaml', [
    'dataset={ name: digits, trainSamples: 60, testSamples: 30 }',
    'training.epochs=1',
  ]);
  assertFigures(t, result);
  t.regex(textOf(renderHtml([result])), /do not compute the same f/);
  for (const { tensor, saturations } of result.fixedPoint) {
    t.is(saturations === null, tensor === 'activation' || tensor === 'output', tensor);
  }
});

test('tanh in a format that ends at one half is refused', async (t) => {
  await t.throwsAsync(runCase(t, 'activation-clip', 'tanh-s8.8.yaml'), { instanceOf: InputError });
});

test('initial weights that their format makes 0 are a warning with their share; a finer format has none', async (t) => {
  const small = [
    'dataset={ name: digits, trainSamples: 60, testSamples: 30 }',
    'training.epochs=1',
    'reference.enabled=false',
  ];
  const coarse = await runCase(t, 'activation-clip', 'relu.yaml', [
    ...small,
    'precision.weight=s4.3',
  ]);
  const weights = coarse.fixedPoint.filter(({ tensor }) => tensor === 'weight');
  // Layer 1 draws from ±1/8, layer 2 from ±1/10: what rounds to the nearest of 1/8 is 0 below 1/16.
  const shares = weights.map(
    ({ initialZeros, initialValues }) => (initialZeros ?? 0) / (initialValues ?? 1),
  );
  t.true(Math.abs((shares[0] ?? 0) - 1 / 2) < 0.03);
  t.true(Math.abs((shares[1] ?? 0) - 10 / 16) < 0.06);
  t.true(
    coarse.warnings.some((warning) =>
      /of the initial weights of layer 1 are 0 in s4\.3/.test(warning),
    ),
  );
  assertFigures(t, coarse);
  const fine = await runCase(t, 'activation-clip', 'relu.yaml', [
    ...small,
    'precision.weight=s16.15',
  ]);
  t.false(fine.warnings.some((warning) => warning.includes('initial weights')));
});

test('every saturation on a page has what it is a share of, and no tensor saturates more often than it is compared', async (t) => {
  const result = await runCase(t, 'activation-clip', 'relu.yaml', [
    'dataset={ name: digits, trainSamples: 60, testSamples: 30 }',
    'training.epochs=2',
    'training.rule=drtp',
    'precision.weight=s8.9',
    'reference.enabled=false',
  ]);
  assertFigures(t, result);
  for (const { tensor, saturations, values } of result.fixedPoint) {
    if (saturations === null) continue;
    t.true(values !== null && saturations <= values, tensor);
  }
  const input = result.fixedPoint.find(({ tensor }) => tensor === 'input');
  t.is(input?.values, 2 * 60 * 64);
});
