import test, { type ExecutionContext } from 'ava';
import { summaryLines } from '../../../src/cli/summary.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { renderHtml } from '../../../src/report/run/page.js';
import { renderMarkdown } from '../../../src/report/run/result-markdown.js';
import {
  answerParts,
  compareFigures,
  comparePage,
  differences,
  expectedMarkdownPrices,
} from './compare-page.js';
import { expectedDeployment } from './expected-rooms.js';
import { all, type Element, readPage, tableOf } from './read-page.js';
import { runCase, runDigits, runResumed, runUnpriced } from './small-records.js';

/*
 * An independent witness of every figure with a caption: from result.json alone and what captions and docs/spec.md say, page,
 * README text, terminal and comparison are worked out again. No code of the report takes part.
 */

function articles(results: readonly ResultRecord[]): readonly Element[] {
  return all(readPage(renderHtml(results)), 'article');
}

function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/\\(.)/g, '$1').replaceAll('\u00a0', ' '));
}

function markdownDifferences(result: ResultRecord): readonly string[] {
  const text = renderMarkdown(result);
  const tables = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map(cellsOf)
    .filter(([first]) => first !== '---');
  const figures = tables.filter(({ length }) => length === 2).slice(1);
  const prices = tables
    .filter(({ length }) => length === 4)
    .slice(1)
    .map(([name = '', , energy = '', band = '']) => [name, energy, band]);
  return [
    ...compareFigures('README', result, new Map(figures as [string, string][])),
    ...differences('README prices', prices, expectedMarkdownPrices(result)),
  ];
}

function terminalDifferences(result: ResultRecord): readonly string[] {
  const lines = summaryLines(result, 'report.html').map((line) => line.replaceAll('\u00a0', ' '));
  const figures = lines.slice(0, lines.indexOf('')).map((line) => {
    const [, label = '', value = ''] = /^(.+?) {2,}(.*)$/.exec(line) ?? [];
    return [label, value] as const;
  });
  const text = lines.join('\n');
  const sentence = expectedDeployment(result);
  const said = [...answerParts(result), ...(sentence === null ? [] : [sentence])];
  return [
    ...compareFigures('terminal', result, new Map(figures)),
    ...said.filter((part) => !text.includes(part)).map((part) => `terminal: no "${part}"`),
  ];
}

function assertFigures(t: ExecutionContext, result: ResultRecord): void {
  const [article] = articles([result]);
  if (article === undefined) {
    t.fail('the page has no result');
    return;
  }
  t.deepEqual(comparePage(result, article), []);
  t.deepEqual(markdownDifferences(result), []);
  t.deepEqual(terminalDifferences(result), []);
}

const rules: readonly (readonly string[])[] = [
  ['training.rule=drtp'],
  ['training.rule=defp', 'training.defp.variant=error'],
  [
    'training.rule=defp',
    'training.defp.variant=loss',
    'training.defp.init=measure',
    'precision.delayedError=u8.4',
  ],
  [
    'training.rule=defp',
    'training.defp.variant=fullVector',
    'precision.delayedError=s8.6',
    'reference.enabled=false',
  ],
  ['training.rule=dfa'],
  ['training.rule=sdfa', 'reference.enabled=false'],
  [
    'training.rule=fa',
    'training.batch=4',
    'hardware=large-28nm',
    'training.updateSkip.whenErrorBelow=0.55',
  ],
  [
    'training.rule=bp',
    'training.optimizer=adam',
    'training.learningRate=0.01',
    'hardware=large-28nm',
  ],
  ['training.rule=shallow'],
];

for (const overrides of rules) {
  test(`every figure is that of its caption: ${overrides.join(', ')}`, async (t) => {
    assertFigures(t, await runDigits(t, overrides));
  });
}

test('every figure is that of its caption: convolution', async (t) => {
  const own = ['network=CONV_3_3_1_1_FC_10', 'hardware=large-28nm'];
  assertFigures(t, await runDigits(t, [...own, 'training.rule=bp']));
  assertFigures(t, await runDigits(t, [...own, 'training.batch=5', 'reference.enabled=false']));
});

test('every figure is that of its caption: several cores', async (t) => {
  const mapping = 'mapping={ layers: [{ layer: 1, neuronParts: 2, axonParts: 2 }] }';
  assertFigures(t, await runDigits(t, ['hardware=mesh-28nm', mapping]));
  assertFigures(t, await runDigits(t, ['hardware=edge-28nm-fused', 'network=FC_6_FC_5_FC_10']));
});

test('every figure is that of its caption: recorded time, a deployment and its battery', async (t) => {
  const use = ['deployment.samplesPerSecond=300'];
  for (const name of ['deployment.yaml', 'ttfs.yaml']) {
    assertFigures(t, await runCase(t, 'recorded-time', name, use));
  }
});

test('every figure is that of its caption: prices that are not known', async (t) => {
  const use = 'deployment={ samplesPerSecond: 50, trainingFraction: 0.5 }';
  assertFigures(t, await runUnpriced(t, ['datapath.multiplyAccumulate', 'random.draw'], [use]));
  assertFigures(t, await runUnpriced(t, ['leakage.cycle'], ['reference.enabled=false']));
  assertFigures(t, await runUnpriced(t, null, ['reference.enabled=false']));
});

test('every figure is that of its caption: a reference that diverged, one of other settings, one on encoded inputs', async (t) => {
  const diverged = await runDigits(t, [
    'activation={ hidden: none, output: none }',
    'training={ rule: bp, epochs: 3, learningRate: 2^1, loss: mse, seed: 1 }',
    'precision={ output: s8.4, activation: s8.4 }',
  ]);
  t.not(diverged.accuracy.reference?.divergedInEpoch ?? null, null);
  assertFigures(t, diverged);
  assertFigures(t, await runDigits(t, ['reference.training={ epochs: 4 }']));
  assertFigures(t, await runDigits(t, ['training.epochs=3', 'reference.training={ epochs: 1 }']));
  assertFigures(t, await runDigits(t, ['reference.inputs=encoded', 'precision.input=u2.2']));
});

test('every figure is that of its caption: a run that was stopped and went on', async (t) => {
  assertFigures(t, await runResumed(t, ['reference.enabled=false']));
});

test('side by side every result has the figures that it has alone', async (t) => {
  const results = [
    await runDigits(t, ['training.rule=drtp']),
    await runDigits(t, ['training.rule=bp', 'reference.enabled=false']),
    await runCase(t, 'recorded-time', 'deployment.yaml', ['deployment.samplesPerSecond=300']),
  ];
  const page = readPage(renderHtml(results));
  const table = tableOf(page, 'Comparison') ?? [];
  const differing = table.slice(table.findIndex(([first]) => first === 'Figures') + 1);
  const equal = (tableOf(page, 'The same everywhere') ?? []).map(([label = '', value = '']) => [
    label,
    ...results.map(() => value),
  ]);
  const figures = [...differing, ...equal];
  results.forEach((result, place) => {
    const own = figures
      .map((row) => [row[0] ?? '', row[place + 1] ?? ''] as const)
      .filter(([, value]) => value !== '–');
    t.deepEqual(compareFigures('comparison', result, new Map(own)), []);
  });
  articles(results).forEach((article, place) => {
    const result = results[place];
    t.deepEqual(result === undefined ? ['no result'] : comparePage(result, article), []);
  });
});

test('the witness sees every figure of a table that is another', async (t) => {
  const result = await runDigits(t, ['reference.enabled=false', 'training.epochs=1']);
  const page = renderHtml([result]);
  const cells = [...page.matchAll(/<td class="n">(?:<span[^>]*>)?(\d)/g)];
  t.true(cells.length > 500);
  for (const cell of cells.filter((_, place) => place % 17 === 0)) {
    const place = cell.index + cell[0].length - 1;
    const other = String((Number(cell[1]) + 1) % 10);
    const wrong = page.slice(0, place) + other + page.slice(place + 1);
    const [article] = all(readPage(wrong), 'article');
    t.not(article === undefined ? 0 : comparePage(result, article).length, 0, cell[0]);
  }
});
