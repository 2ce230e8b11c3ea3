import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import type { EventDrivenEngine } from '../../../src/chip/timed/engine/event-driven-engine.js';
import type { ShippedProgram } from '../../../firmware-sim/index.js';
import { randomChips, randomGrid } from '../../chip/images/random-chips.js';
import { randomSamples } from '../../chip/images/random-image.js';
import { makeDut, splitControl, trainerOf, trainTwice } from './driven-chip.js';
import { holds } from '../../support/holds.js';
import { shownBy } from '../../support/engine-views.js';
import { agree } from '../../support/agree.js';

function shown(engine: EventDrivenEngine, outputs: readonly Int32Array[]) {
  return {
    outputs,
    ...shownBy(engine),
    layers: splitControl(engine.ledgerRows()).layers,
  };
}

async function trainedByProgram(
  image: ChipImage,
  program: ShippedProgram,
  samples: SampleBatch,
  isMeasuredFirst: boolean,
) {
  const { engine, controller } = await makeDut(image, program, {
    beginsWithMeasuring: isMeasuredFirst,
  });
  const outputs = trainTwice(engine, samples, isMeasuredFirst);
  controller.endStream();
  return shown(engine, outputs);
}

async function trainedHardwired(image: ChipImage, samples: SampleBatch, isMeasuredFirst: boolean) {
  const engine = await makeEventDrivenEngine(image);
  return shown(engine, trainTwice(engine, samples, isMeasuredFirst));
}

test('random chips of every rule: a shipped program trains to the bits, counts, health figures and layer cycles of the hardwired controller (spec §8)', async (t) => {
  t.timeout(120_000);
  const seen = new Set<string>();
  await holds(
    t,
    fc.asyncProperty(randomChips(), async ({ image, seed }) => {
      const { kind } = image.rule;
      const samples = randomSamples(image, seed, 3);
      const isMeasuredFirst = kind === 'defp' && seed % 2 === 0;
      const expected = await trainedHardwired(image, samples, isMeasuredFirst);
      const actual = await trainedByProgram(image, trainerOf[kind], samples, isMeasuredFirst);
      agree(t, image, { program: actual, hardwired: expected });
      seen.add(kind).add(`${image.layers.length} layers`);
    }),
    { seed: 20_261_301, numRuns: 60 },
  );
  for (const kind of Object.keys(trainerOf)) t.true(seen.has(kind), kind);
  for (const count of [1, 2, 3]) t.true(seen.has(`${count} layers`), `${count} layers`);
});

test('random chips: the inference program gives the outputs, counts and layer cycles of the hardwired controller (spec §8)', async (t) => {
  t.timeout(120_000);
  await holds(
    t,
    fc.asyncProperty(randomChips(), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 4);
      const hardwired = await makeEventDrivenEngine(image);
      const { engine, controller } = await makeDut(image, 'inference');
      const expected = shown(hardwired, [hardwired.infer(samples)]);
      agree(t, image, {
        program: shown(engine, [engine.infer(samples)]),
        hardwired: expected,
      });
      controller.endStream();
    }),
    { seed: 20_261_302, numRuns: 25 },
  );
});

test('layers that span cores, every rule: a program tells all cores of a layer, and bits, counts and cycles of each core are those of the hardwired controller (spec §7, §8)', async (t) => {
  t.timeout(120_000);
  let splitCount = 0;
  await holds(
    t,
    fc.asyncProperty(randomChips(randomGrid), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 3);
      const expected = await trainedHardwired(image, samples, false);
      const actual = await trainedByProgram(image, trainerOf[image.rule.kind], samples, false);
      agree(t, image, { program: actual, hardwired: expected });
      if (image.layers.some(({ parts }) => (parts?.length ?? 1) > 1)) splitCount += 1;
    }),
    { seed: 20_261_303, numRuns: 30 },
  );
  t.true(splitCount > 20, `${splitCount} split images`);
});
