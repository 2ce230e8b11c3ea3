import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { divergingText } from '../../experiment/diverging.js';
import { makeExperiment, spikeledger } from '../spikeledger.js';

/*
 * What a study says of its float references. One that diverged is said as in a run, by its epoch and with the exit code of a check
 * that failed; one that was trained otherwise than the chip makes points lost compare two trainings.
 */

test.serial(
  'a sweep with a reference that diverged ends with code 3, names the point, and keeps what the others found',
  async (t) => {
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
  },
);

test.serial(
  'a study whose reference is trained otherwise than the chip says so before any figure, and on the terminal',
  async (t) => {
    const folder = await makeExperiment();
    const words = [
      ...['sweep', 'small.yaml', '--vary', 'training.rule=drtp,bp', '--workers', '1'],
      ...['--vary', 'reference.enabled=true', '--vary', 'reference.backend=cpu'],
    ];
    const same = await spikeledger([...words, '--out', 'same'], folder);
    t.is(same.code, 0, same.stderr);
    t.notRegex(same.stderr, /trained otherwise/);
    const other = ['--vary', 'reference.training.epochs=3', '--out', 'other'];
    const { code, stderr } = await spikeledger([...words, ...other], folder);
    t.is(code, 0, stderr);
    const sentence =
      'The float reference of 2 of 2 runs was trained otherwise than the chip (epochs): points lost compare two trainings there, not two number formats.';
    t.true(stderr.includes(sentence), stderr);
    const [before, after] = await Promise.all(
      ['same', 'other'].map((out) => readFile(path.join(folder, out, 'study.html'), 'utf8')),
    );
    t.true(after?.includes(sentence));
    t.false(before?.includes('trained otherwise'));
  },
);
