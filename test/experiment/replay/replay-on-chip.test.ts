import path from 'node:path';
import test from 'ava';
import {
  replayOnChip,
  wideObstacle,
  wideTolerance,
} from '../../../src/experiment/replay/replay-on-chip.js';
import { type GoldenCase, readGoldenCase } from '../../../src/reference/golden/golden-case.js';
import type { ReferenceJob } from '../../../src/reference/reference-job.js';
import { goldenFolder, publishedCases } from '../../reference/golden/golden-folders.js';
import { makeJob } from '../../reference/make-job.js';

/* Witness: runs of the published code (ChFrenkel/DirectRandomTargetProjection @ b84e3fe, fluegelk/DEFP @ 42facba), PyTorch 1.13, float32. */

function readCase(name: string): GoldenCase {
  return readGoldenCase(path.join(goldenFolder, name), 'cpu');
}

/** Optimizers of the cases that are not plain SGD, by the ends of their names. */
const otherOptimizers = /-(adam|momentum|nag|rmsprop)$/;

for (const name of publishedCases.filter((each) => !otherOptimizers.test(each))) {
  test.serial(
    `the wide-format chip repeats the published run ${name} (rules, table of witnesses)`,
    (t) => {
      const { tensors, passes } = replayOnChip(readCase(name));
      t.true(passes);
      t.is(tensors.length, 6);
      const changed = tensors.filter(({ largestChange }) => largestChange > 0);
      t.is(changed.length, name.startsWith('shallow') ? 2 : 6);
      for (const { deviation, largestChange } of changed) {
        t.true(deviation <= 1e-3 && deviation <= 1e-2 * largestChange);
      }
    },
  );
}

for (const name of publishedCases.filter((each) => otherOptimizers.test(each))) {
  test(`the published run ${name} has no replay on the wide-format chip, which is said`, (t) => {
    const golden = readCase(name);
    const optimizer = otherOptimizers.exec(name)?.[1] ?? '';
    t.regex(wideObstacle(golden.job) ?? '', new RegExp(`^optimizer ${optimizer}: .*plain SGD`));
    t.throws(() => replayOnChip(golden), { instanceOf: RangeError, message: /plain SGD/ });
  });
}

const obstacles: readonly (readonly [string, Partial<ReferenceJob>, RegExp])[] = [
  [
    'a learning-rate schedule',
    { schedule: { name: 'cosine', epochs: 3, smallest: 0 } },
    /^schedule cosine: /,
  ],
  [
    'transported B',
    { feedback: { kind: 'transported', everyEpochs: 1 } },
    /^feedback transported: /,
  ],
  ['a dying-relu gate', { dyingReluGate: 'epoch' }, /^dyingReluGate epoch: /],
  ['dropout', { dropout: { rate: 0.5, seed: 1 } }, /^dropout of rate 0\.5: /],
  [
    'the value of the loss as delayed error',
    { rule: { name: 'defp', variant: 'lossValue', init: 'targets' } },
    /^defp variant lossValue: /,
  ],
  [
    'a mean over a last batch that is not full',
    { lossReduction: 'mean', batch: 60 },
    /^150 samples in batches of 60: /,
  ],
];
for (const [what, overrides, reason] of obstacles) {
  test(`a training with ${what} has no replay on the wide-format chip, which is said`, (t) => {
    t.is(wideObstacle(makeJob([4])), null);
    t.regex(wideObstacle(makeJob([4], overrides)) ?? '', reason);
  });
}

test('a published array that is changed by twice the tolerance fails on the wide-format chip, in its tensor only', (t) => {
  const golden = readCase('batch1-drtp');
  const final = golden.final.map((layer) => ({ ...layer, biases: layer.biases.slice() }));
  const biases = final[1]?.biases ?? new Float32Array();
  biases[3] = (biases[3] ?? NaN) + 2 * wideTolerance.parameter;
  const { tensors, passes } = replayOnChip({ ...golden, final });
  t.false(passes);
  t.deepEqual(
    tensors.filter(({ isWithin }) => !isWithin).map(({ name }) => name),
    ['final.layer1.bias'],
  );
});
