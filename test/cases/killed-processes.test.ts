import path from 'node:path';
import test from 'ava';
import { filesIn, makeExperiment, recordIn, spawned, spikeledger } from '../cli/spikeledger.js';
import { notChecked } from '../support/not-checked.js';
import { childOf, made, started } from './processes.js';

/* Cases, "nothing lost": processes that are stopped or killed while they work. */

const text = `name: small
dataset: { name: digits, trainSamples: 50, testSamples: 10 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-5 }
hardware: edge-28nm
reference: { backend: cpu }
`;

const words = ['run', 'small.yaml', '--out', 'out'];
/** A run that surely goes on while the test looks, since it has many samples to learn. */
function endless(...settings: readonly string[]): readonly string[] {
  const all = ['dataset.trainSamples=1498', ...settings];
  return [...words, ...all.flatMap((setting) => ['--set', setting])];
}

const endlessChip = endless('training.epochs=10000', 'reference.enabled=false');
const endlessReference = endless('reference.training.epochs=10000');

const isLinux = process.platform === 'linux';

test.serial(
  'a float reference that is killed is named with what killed it, and the chip’s work stays',
  async (t) => {
    if (!isLinux) {
      notChecked(t, 'only Linux shows which process is whose');
      return;
    }
    const folder = await makeExperiment(text);
    const run = started(endlessReference, folder);
    // The chip has learned all when its checkpoint is there.
    await made(run, path.join(folder, 'out/checkpoint.bin'));
    process.kill(await childOf(run, 'reference-process.js'), 'SIGKILL');
    const { code, stderr } = await run.ended;
    t.is(code, 2, stderr);
    t.regex(
      stderr,
      /^the process of the float reference was killed \(SIGKILL\).*out of memory; the work of the chip is kept, and the same command goes on.*\n$/,
    );
    const left = await filesIn(path.join(folder, 'out'));
    t.deepEqual(
      left.filter((name) => name !== 'reference-checkpoint.bin'),
      ['checkpoint.bin'],
    );
    // Another way out that the sentence names: without the reference it is another experiment.
    const alone = [...endlessReference, '--set', 'reference.enabled=false', '--overwrite'];
    t.is((await spikeledger(alone, folder)).code, 0);
  },
);

test.serial(
  'a float probe that is killed is named too, and the same command goes on to the same record',
  async (t) => {
    if (!isLinux) {
      notChecked(t, 'only Linux shows which process is whose');
      return;
    }
    const whole = await makeExperiment(text);
    t.is((await spawned(words, whole)).code, 0);
    const folder = await makeExperiment(text);
    const run = started(words, folder);
    process.kill(await childOf(run, 'probe-process.js'), 'SIGKILL');
    const { code, stderr } = await run.ended;
    t.is(code, 2, stderr);
    t.regex(stderr, /^the process of the float probe, .*, was killed \(SIGKILL\).*is kept.*\n$/);
    t.true((await filesIn(path.join(folder, 'out'))).includes('checkpoint.bin'));
    t.is((await spawned(words, folder)).code, 0);
    t.deepEqual(await recordIn(path.join(folder, 'out')), await recordIn(path.join(whole, 'out')));
  },
);

test.serial(
  'a second run with one --out is refused while the first lives, and not when that was killed',
  async (t) => {
    const folder = await makeExperiment(text);
    const first = started(endlessChip, folder);
    await made(first, path.join(folder, 'out/.spikeledger.lock'));
    const second = await spikeledger([...words, '--overwrite'], folder);
    t.is(second.code, 2, second.stderr);
    t.regex(second.stderr, new RegExp(`^out: process ${first.pid} on .* is writing.*--out`));
    first.child.kill('SIGKILL');
    t.is((await first.ended).signal, 'SIGKILL');
    t.true((await filesIn(path.join(folder, 'out'))).includes('.spikeledger.lock'));
    const third = await spawned([...words, '--overwrite'], folder);
    t.is(third.code, 0, third.stderr);
    t.false((await filesIn(path.join(folder, 'out'))).includes('.spikeledger.lock'));
  },
);

for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  test.serial(`${signal} leaves a checkpoint, as Ctrl-C does`, async (t) => {
    const folder = await makeExperiment(text);
    const run = started(endlessChip, folder);
    await made(run, path.join(folder, 'out/.spikeledger.lock'));
    run.child.kill(signal);
    const { code, stderr } = await run.ended;
    t.is(code, 130, stderr);
    t.regex(
      stderr,
      /^stopped in epoch \d+ after \d+ samples; the same command goes on from there\n$/,
    );
    t.deepEqual(await filesIn(path.join(folder, 'out')), ['checkpoint.bin']);
  });
}

test.serial(
  'Ctrl-C while the reference trains, and the same command: it goes on to the same record',
  async (t) => {
    const long = [...words, '--set', 'reference.training.epochs=1000'];
    const whole = await makeExperiment(text);
    const undisturbed = await spawned(long, whole);
    t.is(undisturbed.code, 0, undisturbed.stderr);
    const folder = await makeExperiment(text);
    const run = started(long, folder);
    await made(run, path.join(folder, 'out/reference-checkpoint.bin'));
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    t.is(code, 130, stderr);
    t.regex(stderr, /the same command goes on from there/);
    t.deepEqual(await filesIn(path.join(folder, 'out')), [
      'checkpoint.bin',
      'reference-checkpoint.bin',
    ]);
    const resumed = await spawned(long, folder);
    t.is(resumed.code, 0, resumed.stderr);
    t.is(resumed.stderr, '');
    t.deepEqual(await recordIn(path.join(folder, 'out')), await recordIn(path.join(whole, 'out')));
    t.deepEqual(await filesIn(path.join(folder, 'out')), await filesIn(path.join(whole, 'out')));
  },
);
