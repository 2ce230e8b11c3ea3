import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { holds } from '../../support/holds.js';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { parseRules, prepareEstimate } from '../../../src/experiment/estimate/prepare-estimate.js';
import { readResult } from '../../../src/experiment/record/read-result.js';
import { packageRoot } from '../../../src/package-root.js';
import { renderEstimateHtml } from '../../../src/report/estimate/estimate-page.js';
import { assertKnown, coordinatesOf, noFigure, proseOf } from './known-values.js';
import { readPage } from './read-page.js';
import { runFile, runUnpriced } from './small-records.js';

/* What no page and no summary shows, whatever the run: a figure that is none, or no word where a figure is known. */

function isFolder(name: string): boolean {
  return existsSync(path.join(packageRoot, 'reports', name, 'experiment.yaml'));
}

for (const name of readdirSync(path.join(packageRoot, 'reports')).filter(isFolder)) {
  test(`the kept report ${name} shows no figure that is none`, (t) => {
    const folder = path.join(packageRoot, 'reports', name);
    assertKnown(t, name, [readResult(path.join(folder, 'result.json'))]);
    const kept = readPage(readFileSync(path.join(folder, 'report.html'), 'utf8'));
    t.notRegex(proseOf(kept), noFigure);
  });
}

const fewDigits = [
  'dataset={ name: digits, trainSamples: 20, testSamples: 20 }',
  'training.epochs=1',
  'reference.enabled=false',
];

/** Runs of the examples are those of their own settings, on a few of the packaged digits. */
const runExamples = [
  'digits-drtp.yaml',
  'digits-mesh.yaml',
  'mnist-drtp.yaml',
  'mnist-defp.yaml',
  'thesis/mnist-fc1-500-bp.yaml',
  'thesis/mnist-fc1-500-defp-loss.yaml',
  'thesis/mnist-conv-drtp.yaml',
  'thesis/mnist-conv-defp-error.yaml',
];

for (const name of runExamples) {
  test(`the page of examples/${name} shows no figure that is none`, async (t) => {
    const file = path.join(packageRoot, 'examples', name);
    assertKnown(t, name, [await runFile(t, file, fewDigits)]);
  });
}

for (const [name, coreCount] of [
  ['estimate-mnist.yaml', null],
  ['estimate-deep.yaml', 1000],
] as const) {
  test(`the estimate of examples/${name} shows no figure that is none`, async (t) => {
    const prepared = await prepareEstimate(path.join(packageRoot, 'examples', name), {
      overrides: [],
      dataFolder: packageRoot,
      rules: parseRules('drtp,defp'),
      coreCount,
      result: null,
    });
    const page = readPage(renderEstimateHtml(makeEstimate(prepared).record));
    for (const text of [proseOf(page), ...coordinatesOf(page)]) t.notRegex(text, noFigure);
  });
}

const drawn = fc.record({
  rule: fc.constantFrom('drtp', 'defp', 'dfa', 'fa', 'bp', 'shallow'),
  network: fc.constantFrom('FC_2_FC_10', 'FC_1_FC_10', 'FC_3_FC_2_FC_10'),
  testSamples: fc.constantFrom(1, 3),
  trainSamples: fc.constantFrom(1, 2, 7),
  epochs: fc.constantFrom(1, 2),
  weight: fc.constantFrom('s2.0', 's8.7', 's16.15'),
  threshold: fc.constantFrom('0', '0.99'),
  loss: fc.constantFrom('bce', 'mse'),
  unpriced: fc.constantFrom(null, [], ['clock.cycle'], ['datapath.multiply', 'io.label']),
});

test('pages and summaries of drawn tiny experiments show no figure that is none (property)', async (t) => {
  await holds(
    t,
    fc.asyncProperty(drawn, async (one) => {
      const { rule, network, testSamples, trainSamples, epochs, weight, loss } = one;
      const result = await runUnpriced(t, one.unpriced, [
        `dataset={ name: digits, trainSamples: ${trainSamples}, testSamples: ${testSamples} }`,
        `network=${network}`,
        `training={ rule: ${rule}, epochs: ${epochs}, learningRate: 2^-2, loss: ${loss}, seed: 1 }`,
        `precision.weight=${weight}`,
        `events.threshold=${one.threshold}`,
        'reference.enabled=false',
      ]);
      assertKnown(t, JSON.stringify(one), [result, result]);
    }),
    { numRuns: 25, seed: 12 },
  );
});
