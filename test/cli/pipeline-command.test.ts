import test from 'ava';
import path from 'node:path';
import { equalStages } from '../../src/experiment/estimate/pipeline-slots.js';
import { packageRoot } from '../../src/package-root.js';
import { makeFolder, spikeledger } from './spikeledger.js';

/* Studies, `pipeline`: slots locked and pipelined, S and E. */

/** Slots until the last layer has learned from the last batch, found by letting every layer work as soon as it may. */
function slotsByHand(layers: number, batches: number): number {
  const freeAt = Array.from({ length: layers }, () => 0);
  for (let batch = 0; batch < batches; batch += 1) {
    let arrivesAt = 0;
    for (const [layer, free] of freeAt.entries()) {
      const begin = Math.max(free, arrivesAt);
      arrivesAt = begin + 1;
      freeAt[layer] = begin + 2;
    }
  }
  return Math.max(...freeAt);
}

test.serial('4 layers and 4 batches: 32 and 11 slots, S 2.91, E 0.73', async (t) => {
  const call = ['pipeline', '--layers', '4', '--batches', '4'];
  const { code, stdout } = await spikeledger(call, await makeFolder());
  t.is(code, 0);
  t.regex(stdout, /^32 +11 +2\.91 +0\.73$/m);
});

test('the closed form is what layers take that work as soon as they may', (t) => {
  for (let layers = 1; layers <= 12; layers += 1) {
    for (let batches = 1; batches <= 12; batches += 1) {
      t.is(equalStages(layers, batches).pipelined, slotsByHand(layers, batches));
    }
  }
  t.true(equalStages(4, 100_000).efficiency > 0.9999);
});

test.serial('with an experiment: back-propagation is locked, DRTP is not', async (t) => {
  const file = path.join(packageRoot, 'examples/estimate-mnist.yaml');
  const call = ['pipeline', file, '--rules', 'drtp,bp', '--batches', '100'];
  const { code, stdout } = await spikeledger(call, await makeFolder());
  t.is(code, 0);
  t.regex(stdout, /^bp \(locked\) +([\d,]+) +\1 +1 +0\.\d+$/m);
  const [, speedUp = '0'] = /^drtp +[\d,]+ +[\d,]+ +([\d.]+)/m.exec(stdout) ?? [];
  t.true(Number(speedUp) > 1, stdout);
});

test.serial(
  'batches of a locked rule are pipelined inside the batch, and say what that gives (spec §8)',
  async (t) => {
    const file = path.join(packageRoot, 'examples/estimate-mnist.yaml');
    const batches = ['--set', 'training.batch=8', '--set', 'hardware=large-28nm'];
    const call = ['pipeline', file, '--rules', 'drtp,dfa,bp', '--batches', '100', ...batches];
    const { code, stdout, stderr } = await spikeledger(call, await makeFolder());
    t.is(code, 0, stderr);
    const [, table = ''] = stdout.split('One batch of a locked rule');
    for (const rule of ['dfa', 'bp']) {
      const found = new RegExp(`^${rule} +8 +([\\d,]+) +([\\d,]+) +([\\d.]+) `, 'm').exec(table);
      const [serial = 0, pipelined = 0] =
        found?.slice(1, 3).map((n) => Number(n.replaceAll(',', ''))) ?? [];
      t.true(pipelined > 0 && pipelined < serial, table);
      t.true(Math.abs(Number(found?.[3]) - serial / pipelined) < 0.01);
    }
    t.notRegex(table, /^drtp/m);
  },
);

test.serial(
  'DEFP with the error of the sample before has no shorter interval than its latency',
  async (t) => {
    const file = path.join(packageRoot, 'examples/estimate-mnist.yaml');
    const average = ['--set', 'training.defp={ variant: movingAverage }'];
    const call = ['pipeline', file, '--rules', 'defp', '--batches', '100', ...average];
    const { stdout } = await spikeledger(call, await makeFolder());
    t.regex(stdout, /^defp \(locked\) +([\d,]+) +\1 +1 +0\.\d+$/m);
  },
);

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['pipeline'], /give an experiment, or the number of equal layers with --layers/],
  [['pipeline', '--layers', '0'], /--layers 0: write a whole number from 1/],
  [['pipeline', 'x.yaml', '--layers', '3'], /leave one of the two out/],
];

for (const [words, message] of wrong) {
  test.serial(`${words.join(' ')} is refused`, async (t) => {
    const { code, stderr } = await spikeledger(words, await makeFolder());
    t.is(code, 2);
    t.regex(stderr, message);
  });
}
