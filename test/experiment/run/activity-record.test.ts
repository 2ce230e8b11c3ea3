import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { activityBetween } from '../../../src/experiment/run/activity-record.js';
import { randomSplit } from '../../chip/images/fast/split-image.js';
import { plainImage, randomSamples } from '../../chip/images/random-image.js';

test('what is measured between two readings is what an engine measures that starts there, of every core and route (spec §7)', async (t) => {
  for (const seed of [3, 4, 5, 6]) {
    const image = randomSplit(plainImage(seed), seed);
    const readingAfter = async (...seeds: readonly number[]) => {
      const engine = await makeFastEngine(image);
      for (const each of seeds) engine.infer(randomSamples(image, each, 3));
      const [inference] = engine.activity();
      if (inference === undefined) throw new RangeError('the engine measures no inference');
      return inference;
    };
    const between = activityBetween(await readingAfter(1), await readingAfter(1, 2));
    // Else there would be nothing to compare.
    t.true(between.layers.some(({ parts, traffic }) => parts !== null && traffic !== null));
    t.deepEqual({ isMeasuring: false, ...between }, await readingAfter(2), `seed ${seed}`);
  }
});
