import test from 'ava';
import fc from 'fast-check';
import { Chip } from '../../../src/chip/chip.js';
import type { ChipImage } from '../../../src/chip/chip-image.js';
import { cycleRows } from '../../../src/chip/closed-form-cycles.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { EventDrivenEngine } from '../../../src/chip/event-driven/event-driven-engine.js';
import { FastEngine } from '../../../src/chip/kernels/fast-engine.js';
import { compareActionKeys, type LedgerRow } from '../../../src/ledger/ledger-row.js';
import { randomImage, randomSamples } from '../random-image.js';

/** What an engine shows of one history: inference, a measuring pass where the rule has one, two epochs, inference. */
function history(engine: ChipEngine, image: ChipImage, samples: SampleBatch) {
  const outputs = [engine.infer(samples)];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(samples));
  for (let epoch = 0; epoch < 2; epoch += 1) {
    outputs.push(engine.train(samples));
    engine.endEpoch();
  }
  outputs.push(engine.infer(samples));
  return {
    outputs,
    learned: engine.learnedState(),
    tensors: engine.tensorHealth(),
    updates: engine.updateHealth(),
    wear: engine.wear(),
  };
}

function isCycle({ componentAction }: LedgerRow): boolean {
  return componentAction === 'clock.cycle' || componentAction === 'leakage.cycle';
}

test('serial: outputs, weights, counts, health figures and cycles are those of the oracle and of §5, for random chips of every rule (spec §3, §5, §8)', async (t) => {
  t.timeout(120_000);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
      const image = randomImage(seed);
      const samples = randomSamples(image, seed, 4);
      const timed = await EventDrivenEngine.create(image);
      const fast = await FastEngine.create(image);
      const oracle = new Chip(image);
      const expected = history(oracle, image, samples);
      t.deepEqual(history(timed, image, samples), expected, `seed ${seed}`);
      history(fast, image, samples);
      const rows = timed.ledgerRows();
      t.deepEqual(
        rows.filter((row) => !isCycle(row)),
        oracle.ledgerRows(),
        `seed ${seed}`,
      );
      if (timed.hazards().count > 0) return;
      t.deepEqual(
        rows.filter(isCycle),
        [...cycleRows(image, fast.activity())].sort(compareActionKeys),
        `seed ${seed}`,
      );
    }),
    { seed: 20_261_204, numRuns: 60 },
  );
});
