import test from 'ava';
import fc from 'fast-check';
import { rescheduledLedger, runLedger } from '../../../src/chip/counts/run-ledger.js';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { updateSchedules } from '../../../src/time/update-schedule.js';
import { holds } from '../../support/holds.js';
import { randomSplit } from '../images/fast/split-image.js';
import { plainImage, randomImage, randomSamples } from '../images/random-image.js';
import { scheduledImage } from '../images/scheduled-image.js';

/* Where costs of other schedules take counts over from the chip's own, every row is the one that counting again gives. */

test('the ledger of another schedule is that of counting again, whichever was known', async (t) => {
  const taken = new Map<string, number>();
  await holds(
    t,
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.constantFrom(...updateSchedules),
      fc.constantFrom(...updateSchedules),
      async (seed, own, other) => {
        const drawn = randomImage(seed);
        const mixed = drawn.batchSize === 1 ? drawn : plainImage(seed);
        const image = scheduledImage(randomSplit(mixed, seed), own, seed);
        const rescheduled = scheduledImage(image, other, seed + 1);
        const engine = await makeFastEngine(image);
        const samples = randomSamples(image, seed, 4);
        engine.train(samples);
        engine.infer(samples);
        const activities = engine.activity();
        const known = { image, rows: runLedger(image, activities) };
        t.deepEqual(
          rescheduledLedger(known, rescheduled, activities),
          runLedger(rescheduled, activities),
        );
        taken.set(`${own}-${other}`, (taken.get(`${own}-${other}`) ?? 0) + 1);
      },
    ),
    { seed: 20_261_129, numRuns: 60 },
  );
  t.is(taken.size, updateSchedules.length ** 2);
});
