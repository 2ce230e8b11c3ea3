import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { jsonSchemas } from '../../src/cli/write/json-schemas.js';
import { packageRoot } from '../../src/package-root.js';
import { makeFolder, type Outcome, spawned, spikeledger } from './spikeledger.js';

const example = path.join(packageRoot, 'examples/estimate-mnist.yaml');

function estimate(cwd: string, ...words: readonly string[]): Promise<Outcome> {
  return spikeledger(['estimate', example, ...words], cwd);
}

test.serial(
  'the example leaves three files, and --json prints the record, which keeps its JSON Schema',
  async (t) => {
    const folder = await makeFolder();
    const { code, stdout, stderr } = await spawned(
      ['estimate', example, '--rules', 'all', '--json'],
      folder,
    );
    t.is(code, 0, stderr);
    const written = path.join(folder, 'reports/estimate-mnist-estimate');
    t.deepEqual(await readdir(written), ['estimate.html', 'estimate.json', 'ledger.csv']);
    t.is(stdout, await readFile(path.join(written, 'estimate.json'), 'utf8'));
    const text = jsonSchemas().get('docs/schema/estimate.schema.json') ?? '{}';
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(text) as object);
    t.true(validate(JSON.parse(stdout)), JSON.stringify(validate.errors));
  },
);

test.serial(
  'the terminal has a line for each rule, the answer, and where the page is',
  async (t) => {
    const folder = await makeFolder();
    const { code, stdout } = await estimate(folder, '--rules', 'bp,drtp', '--out', 'out');
    t.is(code, 0);
    const [header = '', ...lines] = stdout.split('\n');
    t.regex(header, /^Rule +Energy per training sample +Over inference/);
    t.regex(lines[0] ?? '', /^BP .*\s[nµ]J .*locked/);
    t.regex(lines[1] ?? '', /^DRTP .*\s[nµ]J .*pipelined/);
    t.regex(stdout, /^Learning from a sample takes least energy with DRTP/m);
    t.regex(stdout, /^Estimate: out\/estimate\.html$/m);
  },
);

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'an unknown rule',
    ['--rules', 'magic'],
    /^--rules magic: there is no rule "magic"; allowed are bp/,
  ],
  [
    'no cores',
    ['--cores', '0'],
    /^--cores 0: is not a number of cores; write a whole number from 1/,
  ],
  ['a result that is not there', ['--result', 'nowhere'], /^nowhere: cannot be read/],
  [
    'a fraction above 1',
    ['--set', 'activity.input=2'],
    /activity\.input: 2 is too large.*at most 1/,
  ],
];

for (const [what, words, message] of wrong) {
  test.serial(`${what} ends with exit code 2, a sentence and no file`, async (t) => {
    const folder = await makeFolder();
    const { code, stdout, stderr } = await estimate(folder, ...words);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, message);
    t.deepEqual(await readdir(folder), []);
  });
}

test.serial('run refuses an experiment that only states the shape of its samples', async (t) => {
  const folder = await makeFolder();
  const outcome = await spikeledger(['run', example], folder);
  t.is(outcome.code, 2);
  t.regex(
    outcome.stderr,
    /estimate-mnist\.yaml:5:1: dataset: only the shape .*enough for estimate alone/,
  );
});
