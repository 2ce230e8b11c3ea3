import path from 'node:path';
import test from 'ava';
import { replayOnChip } from '../../../src/experiment/replay/replay-on-chip.js';
import { packageRoot } from '../../../src/package-root.js';
import { readGoldenCase } from '../../../src/reference/golden/golden-case.js';

/* Witness: runs of the published code (ChFrenkel/DirectRandomTargetProjection @ b84e3fe), PyTorch 1.13, float32. */

/** Slope of log2 of the largest deviation against fraction bits, by least squares: −1 is half the deviation a bit. */
function slopeOf(points: readonly (readonly [bits: number, deviation: number])[]): number {
  const meanBits = points.reduce((sum, [bits]) => sum + bits, 0) / points.length;
  const spread = points.reduce((sum, [bits]) => sum + (bits - meanBits) ** 2, 0);
  return (
    points.reduce((sum, [bits, deviation]) => sum + (bits - meanBits) * Math.log2(deviation), 0) /
    spread
  );
}

/**
 * Beyond 22 bits the rates decide, whose mantissas have 16 bits (spec §2.6 step 4). The CONV case has 4 times as many
 * neurons, so fewer points.
 */
const fractionBits = {
  'drtp-sgd': [10, 12, 14, 16, 18, 20, 22],
  'conv-drtp-sgd': [10, 14, 18, 22],
};

for (const [name, bitsOfRuns] of Object.entries(fractionBits)) {
  test.serial(
    `the deviation from the published run ${name} falls about twofold with each fraction bit (rules, table of witnesses)`,
    (t) => {
      const golden = readGoldenCase(path.join(packageRoot, 'test/golden', name), 'cpu');
      const points = bitsOfRuns.map((bits) => {
        const { tensors } = replayOnChip(golden, bits);
        return [bits, Math.max(...tensors.map(({ deviation }) => deviation))] as const;
      });
      const slope = slopeOf(points);
      t.true(slope > -1.3 && slope < -0.7, `slope ${slope}`);
      const steps = points.flatMap(([bits, deviation]) => {
        const finer = points.find(([more]) => more === bits + 4);
        return finer === undefined ? [] : [{ bits, ratio: deviation / finer[1] }];
      });
      t.true(steps.length >= 3);
      // 16 where each bit is worth two.
      for (const { bits, ratio } of steps)
        t.true(ratio > 4 && ratio < 64, `from ${bits}: ${ratio}`);
    },
  );
}
