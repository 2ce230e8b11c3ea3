import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { scalesRates } from '../../../src/chip/image/learning-layers.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import type { FastEngine } from '../../../src/chip/fast/fast-engine.js';
import { enginePaths } from '../../../src/chip/fast/layout/engine-paths.js';
import { shownBy } from '../../support/engine-views.js';
import { checkImage } from '../../../src/chip/fast/image-check.js';
import { type ChipCase, chipCase, type ImageFamily } from '../images/fast/random-image.js';

/** Everything observable, as plain values. */
function observed(engine: FastEngine): unknown {
  return {
    ...shownBy(engine),
    activity: engine.activity(),
  };
}

/** Trains twice, so that batches cross calls, and closes an epoch in between. */
function history(engine: FastEngine, image: ChipImage, batch: SampleBatch): unknown {
  const outputs = [engine.infer(batch)];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(batch));
  outputs.push(engine.train(batch), engine.train(batch));
  engine.endEpoch();
  outputs.push(engine.train(batch), engine.infer(batch));
  return { outputs, ...Object(observed(engine)) };
}

function nameOf({ layers, optimizer, batchSize, rule, loss }: ChipImage): string {
  const shapes = layers.map(
    ({ convolution, inputCount, neuronCount }) =>
      `${convolution === null ? 'FC' : 'CONV'} ${inputCount}-${neuronCount}`,
  );
  return `${shapes.join(', ')}, ${rule.kind}, ${loss}, ${optimizer.kind}, batch ${batchSize}`;
}

function isAccepted(image: ChipImage): boolean {
  try {
    checkImage(image);
    return true;
  } catch {
    return false;
  }
}

/** Accepted images and batches for them. A generator repeats itself under a filter, so every try draws a number first. */
function fullCases(family: ImageFamily, seed: number, count: number): readonly ChipCase[] {
  const accepted = fc
    .nat()
    .chain(() => chipCase(family, undefined, 'full'))
    .filter(({ image }) => isAccepted(image));
  return fc.sample(accepted, { seed, numRuns: count });
}

for (const [family, count] of [
  ['vector', 120],
  ['any', 150],
  ['wide', 150],
] as const) {
  test(`both paths agree on images of the family ${family}: CONV, batches, optimizers, softmax, linear units (spec §2.10–2.13, §3)`, async (t) => {
    for (const { image, batch } of fullCases(family, 20_261_124, count)) {
      const vector = await makeFastEngine(image, { path: 'vector' });
      const general = await makeFastEngine(image, { path: 'general' });
      t.true(
        isDeepStrictEqual(history(vector, image, batch), history(general, image, batch)),
        nameOf(image),
      );
    }
  });
}

test('drawn images take every path of the compiled engine, the general engine none but scalar ones (spec §3)', async (t) => {
  const taken = new Set<string>();
  const tally = (engine: FastEngine) =>
    engine.paths().map(({ phase, pass, path }) => `${phase} ${pass} ${path}`);
  for (const family of ['vector', 'wide', 'any'] as const) {
    for (const { image, batch } of fullCases(family, 20_261_129, 80)) {
      const vector = await makeFastEngine(image);
      history(vector, image, batch);
      for (const name of tally(vector)) taken.add(name);
      const general = await makeFastEngine(image, { path: 'general' });
      general.infer(batch);
      t.deepEqual(
        tally(general).filter((name) => !name.endsWith('scalar')),
        [],
        nameOf(image),
      );
    }
  }
  const all = enginePaths.map(({ phase, pass, path }) => `${phase} ${pass} ${path}`);
  t.deepEqual([...taken].sort(), [...all].sort());
});

test('a checkpoint within a batch restored into a fresh engine goes on to the same bits and counts (spec §2.11, §3)', async (t) => {
  for (const family of ['any', 'vector', 'wide'] as const) {
    for (const { image, batch } of fullCases(family, 8, 40)) {
      const through = await makeFastEngine(image);
      const interrupted = await makeFastEngine(image);
      for (const engine of [through, interrupted]) engine.train(batch);
      const resumed = await makeFastEngine(image, { path: 'general' });
      resumed.restore(interrupted.checkpoint());
      for (const engine of [through, resumed]) {
        engine.train(batch);
        engine.endEpoch();
        engine.train(batch);
      }
      t.true(isDeepStrictEqual(observed(resumed), observed(through)), nameOf(image));
    }
  }
});

/** A batch repeated until it has `sampleCount` samples. */
function repeated(batch: SampleBatch, sampleCount: number): SampleBatch {
  const { inputsRaw, labels, sampleIndices } = batch;
  const inputCount = inputsRaw.length / labels.length;
  const places = Array.from({ length: sampleCount }, (_, sample) => sample % labels.length);
  return {
    inputsRaw: Int32Array.from(
      places.flatMap((place) => [
        ...inputsRaw.subarray(place * inputCount, (place + 1) * inputCount),
      ]),
    ),
    labels: Uint8Array.from(places, (place) => labels[place] ?? 0),
    ...(sampleIndices && { sampleIndices: Uint32Array.from(places, (p) => sampleIndices[p] ?? 0) }),
  };
}

test('both paths agree on batches longer than the groups that vectors add (spec §2.11)', async (t) => {
  for (const { image: small, batch } of [
    ...fullCases('vector', 21, 40),
    ...fullCases('wide', 21, 40),
  ]) {
    // It has no batches (spec §2.9).
    if (scalesRates(small.rule)) continue;
    const image = { ...small, batchSize: 19 };
    const samples = repeated(batch, 30);
    const vector = await makeFastEngine(image, { path: 'vector' });
    const general = await makeFastEngine(image, { path: 'general' });
    t.true(
      isDeepStrictEqual(history(vector, image, samples), history(general, image, samples)),
      nameOf(image),
    );
  }
});
