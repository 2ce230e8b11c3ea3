import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import type { ChipImage } from '../../src/chip/image/chip-image.js';
import type { ChipEngine, SampleBatch } from '../../src/chip/engine.js';
import { makeFastEngine } from '../../src/chip/engines.js';
import type { FastEngineOptions } from '../../src/chip/fast/fast-engine.js';
import { fitsDatapath } from './checks/datapath-fit.js';
import { chipCase } from './images/fast/random-image.js';
import { Draws } from './oracle/draws.js';
import { splitImage } from './images/fast/split-image.js';
import { randomChips, randomGrid } from './images/random-chips.js';
import { randomSamples } from './images/random-image.js';
import { holds } from '../support/holds.js';
import { shownBy, sliceBatch } from '../support/engine-views.js';
import { agree } from '../support/agree.js';

/** What two engines show of one history: inference, a measuring pass where the rule has one, two epochs, inference. */
function history(engine: ChipEngine, image: ChipImage, samples: SampleBatch) {
  const some = Math.min(2, samples.labels.length);
  const outputs = [engine.infer(sliceBatch(samples, 0, some))];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(samples));
  for (let epoch = 0; epoch < 2; epoch += 1) {
    outputs.push(engine.train(samples));
    engine.endEpoch();
  }
  outputs.push(engine.infer(sliceBatch(samples, some, samples.labels.length)));
  return { outputs, ...shownBy(engine), ledger: engine.ledgerRows() };
}

async function historiesOf(image: ChipImage, samples: SampleBatch, options: FastEngineOptions) {
  return {
    fast: history(await makeFastEngine(image, options), image, samples),
    oracle: history(new OracleEngine(image), image, samples),
  };
}

test('oracle and fast engine agree on every output, weight, lane, count and health figure for random chips of every rule, CONV layer and optimizer (spec §2.9–2.14, §3)', async (t) => {
  t.timeout(240_000);
  await holds(
    t,
    fc.asyncProperty(randomChips(), async ({ image, seed }) => {
      const { fast, oracle } = await historiesOf(image, randomSamples(image, seed, 6), {});
      agree(t, image, { fast, oracle });
    }),
    { seed: 20_261_123, numRuns: 900 },
  );
});

for (const path of ['vector', 'general'] as const) {
  test(`oracle and fast engine agree on the ${path} path for chips of 8-bit weights, the kind that people run (spec §3)`, async (t) => {
    t.timeout(240_000);
    await holds(
      t,
      fc.asyncProperty(
        chipCase('vector').filter(({ image }) => fitsDatapath(image)),
        async ({ image, batch }) => {
          const { fast, oracle } = await historiesOf(image, batch, { path });
          agree(t, image, { fast, oracle });
        },
      ),
      { seed: 20_260_723, numRuns: 200 },
    );
  });
}

test('oracle and fast engine agree on weights of up to 16 bits, every mode, small accumulators and rounded products (spec §2.2, §2.3, §2.6)', async (t) => {
  t.timeout(240_000);
  await holds(
    t,
    fc.asyncProperty(
      chipCase('wide').filter(({ image }) => fitsDatapath(image)),
      async ({ image, batch }) => {
        const { fast, oracle } = await historiesOf(image, batch, {});
        agree(t, image, { fast, oracle });
      },
    ),
    { seed: 20_261_129, numRuns: 400 },
  );
});

for (const family of ['vector', 'any', 'wide'] as const) {
  test(`oracle and fast engine agree on CONV layers, batches, optimizers, ce and linear units, drawn by the fast engine's own generator, family ${family} (spec §2.10–2.13, §3)`, async (t) => {
    t.timeout(240_000);
    await holds(
      t,
      fc.asyncProperty(chipCase(family, undefined, 'full'), async ({ image, batch }) => {
        fc.pre(fitsDatapath(image));
        const { fast, oracle } = await historiesOf(image, batch, {});
        agree(t, image, { fast, oracle });
      }),
      { seed: 20_261_124, numRuns: 250 },
    );
  });
}

test('oracle and fast engine agree on every output, weight, lane, count and health figure for random chips whose layers span cores (spec §3, §7)', async (t) => {
  t.timeout(240_000);
  await holds(
    t,
    fc.asyncProperty(randomChips(randomGrid), async ({ image, seed }) => {
      const { fast, oracle } = await historiesOf(image, randomSamples(image, seed, 6), {});
      agree(t, image, { fast, oracle });
    }),
    { seed: 20_261_124, numRuns: 300 },
  );
});

for (const family of ['vector', 'wide'] as const) {
  test(`oracle and fast engine agree where a layer is cut anywhere, within vectors too, family ${family} (spec §3, §7)`, async (t) => {
    t.timeout(240_000);
    await holds(
      t,
      fc.asyncProperty(
        fc
          .constantFrom('plain' as const, 'full' as const)
          .chain((scope) => chipCase(family, undefined, scope))
          .filter(({ image }) => fitsDatapath(image)),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(3, 8, 16, 21, 32),
        async ({ image, batch }, axonCount, columnCount) => {
          const draws = new Draws(axonCount, 'split');
          const split = splitImage(image, draws, () => ({ axonCount, columnCount }));
          const { fast, oracle } = await historiesOf(split, batch, {});
          agree(t, image, { fast, oracle });
        },
      ),
      { seed: 20_261_124, numRuns: 150 },
    );
  });
}

test('both paths agree on layers whose rows are many vectors and whose batches many rows (spec §3)', async (t) => {
  t.timeout(240_000);
  await holds(
    t,
    fc.asyncProperty(
      chipCase('vector', { inputCount: 50, neuronCount: 300 }).filter(({ image }) =>
        fitsDatapath(image),
      ),
      async ({ image, batch }) => {
        const vector = await makeFastEngine(image, { path: 'vector' });
        const general = await makeFastEngine(image, { path: 'general' });
        agree(t, image, {
          vector: history(vector, image, batch),
          general: history(general, image, batch),
        });
      },
    ),
    { numRuns: 25, seed: 11 },
  );
});
