import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { divergingText } from '../../experiment/diverging.js';
import { makeExperiment, spikeledger } from '../spikeledger.js';

/* A float reference that diverges in a study is said as in a run: by its epoch, and with the exit code of a check that failed. */

test('a sweep with a reference that diverged ends with code 3, names the point, and keeps what the others found', async (t) => {
  const folder = await makeExperiment(divergingText);
  const rates = 'reference.training.learningRate=0.01,0.125';
  const words = ['sweep', 'small.yaml', '--vary', rates, '--workers', '1', '--out', 'out'];
  const { code, stdout, stderr } = await spikeledger(words, folder);
  t.is(code, 3, stderr);
  t.regex(stderr, /0\.125, seed \d+: the float reference diverged in epoch 1$/m);
  t.notRegex(stderr, /0\.01, seed \d+: the float reference diverged/);
  t.regex(stdout, /Study: out\/study\.html/);
  const runs = await readFile(path.join(folder, 'out/runs.csv'), 'utf8');
  t.is(runs.trimEnd().split('\n').length, 3);
  // The same command again takes both from the store, and ends as before.
  t.is((await spikeledger([...words, '--resume'], folder)).code, 3);
});
