import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeExperiment, type Outcome, spawned, spikeledger } from './spikeledger.js';

function vectors(words: readonly string[], cwd: string): Promise<Outcome> {
  return spikeledger(['vectors', 'small.yaml', ...words], cwd);
}

test.serial(
  'two calls write the same bytes, and no temporary file stays (issue 4, item 7)',
  async (t) => {
    const folder = await makeExperiment();
    for (const [out, call] of [
      ['a', spawned],
      ['b/new', spikeledger],
    ] as const) {
      const words = ['vectors', 'small.yaml', '--out', out, '--samples', '3'];
      const { code, stdout, stderr } = await call(words, folder);
      t.is(code, 0, stderr);
      t.regex(stdout, /30 files of vectors, 3 samples of digits; README\.txt/);
    }
    const namesIn = (out: string) => readdir(path.join(folder, out), { recursive: true });
    const names = await namesIn('a');
    t.deepEqual(await namesIn('b/new'), names);
    // 30 files, manifest and README, two folders.
    t.is(names.length, 34);
    for (const name of names.filter((each) => each.includes('.'))) {
      const [one, other] = await Promise.all(
        ['a', 'b/new'].map((out) => readFile(path.join(folder, out, name), 'utf8')),
      );
      t.is(one, other, name);
    }
  },
);

const wrongCalls: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['more samples than there are', ['--samples', '51'], /^vectors: --samples 51 is outside 1\.\.50/],
  ['half a sample', ['--samples', '0.5'], /^--samples "0\.5" is no number of samples; /],
  [
    'a batch of four samples',
    ['--set', 'hardware=large-28nm', '--set', 'training.batch=4'],
    /^vectors: training\.batch is 4; .* set it to 1$/m,
  ],
  [
    'a CONV layer',
    ['--set', 'hardware=large-28nm', '--set', 'network=CONV_4_3_1_1_FC_10'],
    /^vectors: layer 1 is a CONV layer; .* use FC_<neurons> only$/m,
  ],
];
for (const [what, words, message] of wrongCalls) {
  test.serial(`${what} ends with code 2, one sentence and no folder`, async (t) => {
    const folder = await makeExperiment();
    const { code, stdout, stderr } = await vectors(['--out', 'out', ...words], folder);
    t.is(code, 2, stderr);
    t.regex(stderr, message);
    t.is(stdout, '');
    t.deepEqual(await readdir(folder), ['small.yaml']);
  });
}

test.serial('an output folder that is a file, and none at all, end with code 2', async (t) => {
  const folder = await makeExperiment();
  const blocked = await vectors(['--out', 'small.yaml'], folder);
  t.is(blocked.code, 2);
  t.regex(blocked.stderr, /^small\.yaml: the output folder cannot be written .* --out/);
  const none = await vectors([], folder);
  t.is(none.code, 2);
  t.regex(none.stderr, /required option '--out <folder>' not specified/);
});
