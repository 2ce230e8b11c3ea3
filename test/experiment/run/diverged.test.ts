import test from 'ava';
import { renderHtml } from '../../../src/report/run/page.js';
import { answer } from '../../../src/report/run/summary.js';
import { divergingText } from '../diverging.js';
import { runText } from '../small-run.js';

/* A reference without finite weights is no classifier with an error of 100 %. */

test('a reference that diverges has no error and no points lost, and record, answer and page name the epoch', async (t) => {
  const result = await runText(divergingText, []);
  const { reference, lossPoints, chip } = result.accuracy;
  const epoch = reference?.divergedInEpoch ?? 0;
  t.true(epoch >= 1);
  t.deepEqual([reference?.testErrorPercent, reference?.trainErrorPercent], [null, null]);
  t.is(lossPoints, null);
  t.is(typeof chip.testErrorPercent, 'number');
  t.regex(result.warnings[0] ?? '', new RegExp(`diverged in epoch ${epoch}:`));
  t.regex(answer(result), new RegExp(`diverged in epoch ${epoch}`));
  const page = renderHtml([result]);
  t.regex(page, new RegExp(`diverged in epoch ${epoch}`));
  t.notRegex(page.replace(/<script.*?<\/script>/gs, ''), /NaN|Infinity|undefined/);
});

test('the remedy of the warning, a smaller step of the reference, gives points lost', async (t) => {
  const overrides = ['reference.training.learningRate=0.01'];
  const { accuracy, warnings } = await runText(divergingText, overrides);
  t.is(accuracy.reference?.divergedInEpoch, null);
  t.is(typeof accuracy.lossPoints, 'number');
  t.deepEqual(warnings, []);
});
