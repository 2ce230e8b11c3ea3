import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { isPutOff } from '../../../src/chip/image/update-order.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { EventDrivenEngine } from '../../../src/chip/timed/engine/event-driven-engine.js';
import { plainImage, randomSamples } from '../../chip/images/random-image.js';
import { allBy, scheduledImage } from '../../chip/images/scheduled-image.js';
import { agree } from '../../support/agree.js';
import { shownBy } from '../../support/engine-views.js';
import { holds } from '../../support/holds.js';
import { makeDut, splitControl, trainerOf, trainTwice } from './driven-chip.js';

function shown(engine: EventDrivenEngine, outputs: readonly Int32Array[]) {
  return { outputs, ...shownBy(engine), layers: splitControl(engine.ledgerRows()).layers };
}

/** The chip of the serial schedule, by the slowest witness: outputs and weights. */
function serialBits(image: ChipImage, samples: SampleBatch) {
  const engine = new OracleEngine(allBy(image, 'serial'));
  const outputs = [0, 1].map(() => {
    const made = engine.train(samples);
    engine.endEpoch();
    return made;
  });
  return { outputs, learned: engine.learnedState() };
}

for (const schedule of ['beside', 'fused'] as const) {
  test(`${schedule}: the shipped programs train to the bits of serial, and to the counts and layer cycles of the hardwired controller (spec §5.1, §8)`, async (t) => {
    t.timeout(240_000);
    const seen = new Set<string>();
    await holds(
      t,
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
        const image = scheduledImage(plainImage(seed), schedule, seed);
        const samples = randomSamples(image, seed, 3);
        const hardwired = await makeEventDrivenEngine(image);
        const expected = shown(hardwired, trainTwice(hardwired, samples, false));
        const { engine, controller } = await makeDut(image, trainerOf[image.rule.kind]);
        const outputs = trainTwice(engine, samples, false);
        const actual = shown(engine, outputs);
        controller.endStream();
        agree(t, image, { program: actual, hardwired: expected });
        const serial = serialBits(image, samples);
        agree(t, image, { program: { outputs, learned: engine.learnedState() }, serial });
        if (image.layers.some((layer) => isPutOff(image, layer)))
          seen.add(trainerOf[image.rule.kind]);
      }),
      { seed: 20_261_304, numRuns: 50 },
    );
    for (const program of Object.values(trainerOf)) t.true(seen.has(program), program);
  });
}
