import test from 'ava';
import fc from 'fast-check';
import { Chip } from '../../src/chip/chip.js';
import type { ChipEngine, SampleBatch } from '../../src/chip/engine.js';
import { FastEngine } from '../../src/chip/kernels/fast-engine.js';
import { randomImage, randomSamples } from './random-image.js';

/** Everything an engine can be asked for after a run. */
function witness(engine: ChipEngine) {
  return {
    learned: engine.learnedState(),
    ledger: engine.ledgerRows(),
    tensors: engine.tensorHealth(),
    updates: engine.updateHealth(),
    wear: engine.wear(),
  };
}

function split(batch: SampleBatch, at: number): readonly [SampleBatch, SampleBatch] {
  const inputCount = batch.inputsRaw.length / batch.labels.length;
  return [
    { inputsRaw: batch.inputsRaw.slice(0, at * inputCount), labels: batch.labels.slice(0, at) },
    { inputsRaw: batch.inputsRaw.slice(at * inputCount), labels: batch.labels.slice(at) },
  ];
}

test('oracle and fast engine agree on every output, weight, lane, count and health figure for random chips (spec §3)', async (t) => {
  t.timeout(240_000);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
      const image = randomImage(seed);
      const samples = randomSamples(image, seed, 6);
      const oracle = new Chip(image);
      const fast = await FastEngine.create(image);
      const [before, after] = split(samples, 2);
      t.deepEqual(
        fast.infer(before),
        oracle.infer(before),
        `seed ${seed}: outputs before training`,
      );
      t.deepEqual(fast.train(samples), oracle.train(samples), `seed ${seed}: outputs in training`);
      t.deepEqual(fast.infer(after), oracle.infer(after), `seed ${seed}: outputs after training`);
      t.deepEqual(witness(fast), witness(oracle), `seed ${seed}`);
    }),
    { seed: 20_261_123, numRuns: 600 },
  );
});
