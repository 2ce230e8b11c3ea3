import test from 'ava';
import fc from 'fast-check';
import { type TensorName, tensorNames } from '../../../src/chip/chip-image.js';
import type { TensorHealth } from '../../../src/chip/engine.js';
import { FastEngine } from '../../../src/chip/kernels/fast-engine.js';
import { type ChipCase, chipCase, type ImageFamily } from './random-image.js';
import { RestatedChip } from './restated-chip.js';

function healthOf(restated: RestatedChip): readonly TensorHealth[] {
  const { overflow } = restated.image.numerics;
  return restated.layers.flatMap(({ overflowCounts, firstOverflows }, index) =>
    tensorNames.map((tensor: TensorName) => {
      const count = overflowCounts.get(tensor) ?? 0;
      return {
        layer: index + 1,
        tensor,
        saturationCount: overflow[tensor] === 'saturate' ? count : 0,
        wrapCount: overflow[tensor] === 'wrap' ? count : 0,
        firstTrainingSample: firstOverflows.get(tensor) ?? null,
      };
    }),
  );
}

/** Everything observable, as plain values. */
function observed(engine: FastEngine): unknown {
  const { weightsRaw, biasesRaw, laneStates } = engine.learnedState();
  return {
    weights: weightsRaw.map((weights) => [...weights]),
    biases: biasesRaw.map((biases) => [...biases]),
    lanes: laneStates.map((states) => [...states]),
    health: engine.tensorHealth(),
    updates: engine.updateHealth(),
    wear: engine.wear(),
  };
}

function predicted(restated: RestatedChip): unknown {
  const { layers } = restated;
  const stored = (raw: readonly bigint[]) => raw.map((value) => Number(BigInt.asIntN(32, value)));
  return {
    weights: layers.map(({ weights }) => stored(weights)),
    biases: layers.map(({ biases }) => stored(biases)),
    lanes: layers.map(({ lanes }) => lanes),
    health: healthOf(restated),
    updates: layers.map(({ nonZeroUpdates, deadUpdates }, index) => ({
      layer: index + 1,
      nonZeroUpdateCount: nonZeroUpdates,
      deadUpdateCount: deadUpdates,
    })),
    wear: layers.map(({ wordWrites }, index) => ({
      layer: index + 1,
      largestWritesPerWord: Math.max(...wordWrites),
      totalWrites: wordWrites.reduce((sum, writes) => sum + writes, 0),
      wordCount: wordWrites.length,
    })),
  };
}

async function agrees({ image, batch }: ChipCase, path: 'vector' | 'general'): Promise<void> {
  const engine = await FastEngine.create(image, { path });
  const restated = new RestatedChip(image);
  for (const isTraining of [false, true, true, false]) {
    const outputs = isTraining ? engine.train(batch) : engine.infer(batch);
    const expected = restated.run(batch, isTraining);
    if (JSON.stringify([...outputs]) !== JSON.stringify(expected)) {
      throw new Error(`outputs ${[...outputs].join()} are not ${expected.join()}`);
    }
  }
  const [actual, expected] = [observed(engine), predicted(restated)].map((value) =>
    JSON.stringify(value, null, 1),
  );
  if (actual !== expected) throw new Error(`${actual ?? ''}\nis not\n${expected ?? ''}`);
}

const cases: readonly [ImageFamily, 'vector' | 'general'][] = [
  ['any', 'vector'],
  ['vector', 'vector'],
  ['vector', 'general'],
];
for (const [family, path] of cases) {
  test(`engine on the ${path} path agrees with the restated specification on ${family} images (spec §2)`, async (t) => {
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(chipCase(family), (chip) => agrees(chip, path)),
        { numRuns: 150, seed: 20260723, endOnFailure: true },
      ),
    );
  });
}

test('both paths agree on layers whose rows are many vectors and whose batches many rows (spec §3)', async (t) => {
  await t.notThrowsAsync(
    fc.assert(
      fc.asyncProperty(
        chipCase('vector', { inputCount: 50, neuronCount: 300 }),
        async ({ image, batch }) => {
          const vector = await FastEngine.create(image);
          const general = await FastEngine.create(image, { path: 'general' });
          for (const engine of [vector, general]) engine.train(batch);
          const [actual, expected] = [vector, general].map((engine) =>
            JSON.stringify(observed(engine)),
          );
          if (actual !== expected) throw new Error('weights, counts or health differ');
        },
      ),
      { numRuns: 25, seed: 11, endOnFailure: true },
    ),
  );
});
