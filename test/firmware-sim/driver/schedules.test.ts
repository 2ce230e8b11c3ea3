import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { shippedPrograms } from '../../../firmware-sim/index.js';
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

/** The programs of a chip's rule that are not its trainer: bits alone are compared, for their schedules are their own. */
async function otherPrograms(t: ExecutionContext, image: ChipImage, samples: SampleBatch) {
  const expected = serialBits(image, samples);
  if (image.rule.kind === 'drtp') {
    const { engine, controller } = await makeDut(image, 'train-drtp-pipelined');
    const outputs = trainTwice(engine, samples, false);
    controller.endStream();
    const program = { outputs, learned: engine.learnedState() };
    agree(t, image, { program, serial: expected });
  }
  const { engine, controller } = await makeDut(image, 'inference');
  const program = engine.infer(samples);
  controller.endStream();
  agree(t, image, { program, serial: new OracleEngine(allBy(image, 'serial')).infer(samples) });
}

for (const schedule of ['beside', 'fused'] as const) {
  test(`${schedule}: every shipped program has the bits of serial, its trainer the counts and layer cycles of the hardwired controller too (spec §5.1, README §8)`, async (t) => {
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
        await otherPrograms(t, image, samples);
        if (image.layers.some((layer) => isPutOff(image, layer))) {
          seen.add('inference').add(trainerOf[image.rule.kind]);
          if (image.rule.kind === 'drtp') seen.add('train-drtp-pipelined');
        }
      }),
      { seed: 20_261_304, numRuns: 50 },
    );
    for (const program of shippedPrograms) t.true(seen.has(program), program);
  });
}
