import path from 'node:path';
import test from 'ava';
import { verifyCase } from '../../../src/experiment/replay/verify-case.js';
import { readGoldenCase } from '../../../src/reference/golden/golden-case.js';
import { replayGolden } from '../../../src/reference/golden/replay-golden.js';
import { goldenFolder, witnessCases } from '../../reference/golden/golden-folders.js';

/* Witness: test/golden/generate/generate.py, PyTorch 1.13 on the CPU, float32, written from the papers. */

/** Cases that the wide-format chip does not replay: it is a witness of plain SGD. */
const otherOptimizers = ['witness-conv2-relu-dfa-momentum', 'witness-mse-adam'];

/** Final tensors that stay as they were: from weights of 0, h is 0, so BP moves the biases of the output layer alone. */
const unchanged: Readonly<Record<string, readonly string[]>> = {
  'witness-zero-bp-sgd': ['final.layer0.weight', 'final.layer0.bias', 'final.layer1.weight'],
};

for (const name of witnessCases) {
  test.serial(`reference and wide-format chip repeat the run ${name} of the witness`, async (t) => {
    const { reference, chip, passes } = await verifyCase(path.join(goldenFolder, name));
    t.true(passes);
    t.is(reference.tensors.length, name.includes('conv2') ? 6 : 4);
    const still = reference.tensors.filter(({ largestChange }) => largestChange === 0);
    t.deepEqual(
      still.map((tensor) => tensor.name),
      unchanged[name] ?? [],
    );
    for (const { deviation, largestChange } of reference.tensors) {
      t.true(deviation <= 1e-4 && deviation <= 1e-3 * largestChange);
    }
    const [losses] = reference.series;
    t.is(losses?.name, 'losses');
    t.true((losses?.deviation ?? NaN) <= 1e-4);
    t.is(chip.report === null, otherOptimizers.includes(name));
    for (const { deviation, largestChange } of chip.report?.tensors ?? []) {
      t.true(deviation <= 1e-3 && deviation <= 1e-2 * largestChange);
    }
  });
}

test('there is a case for each loss, for ReLU, zero initialisation, dropout off and two convolutions', (t) => {
  const kinds = witnessCases.map((name) => name.split('-')[1]);
  t.deepEqual([...new Set(kinds)].sort(), ['ce', 'conv2', 'dropout', 'mse', 'relu', 'zero']);
  t.is(witnessCases.length, 16);
});

test.serial('the case without dropout is not repeated with dropout', async (t) => {
  const golden = readGoldenCase(path.join(goldenFolder, 'witness-dropout-off-sgd'), 'cpu');
  t.is(golden.job.dropout.rate, 0);
  const job = { ...golden.job, dropout: { rate: 0.1, seed: 1 } };
  t.false((await replayGolden({ ...golden, job })).passes);
});
