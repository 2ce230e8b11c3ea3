import { readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { replayOnChip, wideObstacle, wideTolerance } from '../../src/experiment/replay-on-chip.js';
import { packageRoot } from '../../src/package-root.js';
import { type GoldenCase, readGoldenCase } from '../../src/reference/golden/golden-case.js';

/* Witness: runs of the published code (ChFrenkel/DirectRandomTargetProjection @ b84e3fe, fluegelk/DEFP @ 42facba), PyTorch 1.13, float32. */

const goldenFolder = path.join(packageRoot, 'test', 'golden');

function readCase(name: string): Promise<GoldenCase> {
  return readGoldenCase(path.join(goldenFolder, name), 'cpu');
}

const names = readdirSync(goldenFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Optimizers of the cases that are not plain SGD, by the ends of their names. */
const otherOptimizers = /-(adam|momentum|nag|rmsprop)$/;

for (const name of names.filter((each) => !otherOptimizers.test(each))) {
  test(`the wide-format chip repeats the published run ${name} (rules, table of witnesses)`, async (t) => {
    const { tensors, passes } = replayOnChip(await readCase(name));
    t.true(passes);
    t.is(tensors.length, 6);
    const changed = tensors.filter(({ largestChange }) => largestChange > 0);
    t.is(changed.length, name.startsWith('shallow') ? 2 : 6);
    for (const { deviation, largestChange } of changed) {
      t.true(deviation <= 1e-3 && deviation <= 1e-2 * largestChange);
    }
  });
}

for (const name of names.filter((each) => otherOptimizers.test(each))) {
  test(`the published run ${name} has no replay on the wide-format chip, which is said`, async (t) => {
    const golden = await readCase(name);
    const optimizer = otherOptimizers.exec(name)?.[1] ?? '';
    t.regex(wideObstacle(golden.job) ?? '', new RegExp(`^optimizer ${optimizer}: .*plain SGD`));
    t.throws(() => replayOnChip(golden), { instanceOf: RangeError, message: /plain SGD/ });
  });
}

test('a published array that is changed by twice the tolerance fails on the wide-format chip, in its tensor only', async (t) => {
  const golden = await readCase('batch1-drtp');
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

/** Slope of log2 of the largest deviation against fraction bits, by least squares: −1 is half the deviation a bit. */
function slopeOf(points: readonly (readonly [bits: number, deviation: number])[]): number {
  const meanBits = points.reduce((sum, [bits]) => sum + bits, 0) / points.length;
  const spread = points.reduce((sum, [bits]) => sum + (bits - meanBits) ** 2, 0);
  return (
    points.reduce((sum, [bits, deviation]) => sum + (bits - meanBits) * Math.log2(deviation), 0) /
    spread
  );
}

for (const name of ['drtp-sgd', 'conv-drtp-sgd']) {
  test(`the deviation from the published run ${name} falls about twofold with each fraction bit (rules, table of witnesses)`, async (t) => {
    const golden = await readCase(name);
    const points = [10, 12, 14, 16, 18, 20, 22].map((bits) => {
      const { tensors } = replayOnChip(golden, bits);
      return [bits, Math.max(...tensors.map(({ deviation }) => deviation))] as const;
    });
    const slope = slopeOf(points);
    t.log(points.map(([bits, deviation]) => `${bits}: ${deviation.toExponential(2)}`).join(', '));
    t.true(slope > -1.3 && slope < -0.7, `slope ${slope}`);
    for (const [bits, deviation] of points) {
      const finer = points.find(([more]) => more === bits + 4)?.[1];
      if (finer !== undefined) t.true(deviation > 4 * finer, `from ${bits} to ${bits + 4}`);
    }
  });
}
