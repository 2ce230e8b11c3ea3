import test from 'ava';
import fc from 'fast-check';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { observeSamples } from '../../../src/chip/oracle/observe-sample.js';
import { randomChips } from '../images/random-chips.js';
import { randomSamples } from '../images/random-image.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';

test('the fast engine shows the h and δz of training samples that the oracle shows, and learns nothing (spec §2.9)', async (t) => {
  await holds(
    t,
    fc.asyncProperty(randomChips(), async ({ image, seed }) => {
      const batch = randomSamples(image, seed, 3);
      const dut = await makeFastEngine({ ...image, updateSkip: null });
      dut.train(batch);
      const state = dut.learnedState();
      const observed = dut.observe(batch);
      agree(t, image, { observed: dut.learnedState(), trained: state });
      const oracle = observeSamples(image, state, batch);
      for (const [sample, layers] of oracle.entries()) {
        for (const [index, { outputsRaw, deltaZRaw }] of layers.entries()) {
          const sight = observed[sample]?.[index];
          t.deepEqual(sight?.outputsRaw, outputsRaw);
          t.deepEqual(sight?.deltaZRaw, deltaZRaw);
          t.is(sight?.sumsRaw.length, outputsRaw.length);
        }
      }
    }),
    { seed: 92, numRuns: 25 },
  );
});
