import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import { compareActionKeys } from '../../../src/ledger/ledger-row.js';
import { chipOf, randomChips } from '../images/random-chips.js';
import { randomSamples } from '../images/random-image.js';
import { history, splitRows } from './engine-history.js';
import { hasUnseenInputs } from './unseen-inputs.js';
import { holds } from '../../support/holds.js';
import { agree } from '../../support/agree.js';

test('serial: outputs, weights, counts and health figures are those of the oracle, cycles of every layer and phase those of §5, for random chips of every rule (spec §3, §5, §8)', async (t) => {
  t.timeout(120_000);
  let comparedCount = 0;
  await holds(
    t,
    fc.asyncProperty(randomChips(), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 3);
      const timed = await makeEventDrivenEngine(image);
      const fast = await makeFastEngine(image);
      const oracle = new OracleEngine(image);
      agree(t, image, {
        timed: history(timed, image, samples),
        oracle: history(oracle, image, samples),
      });
      const { cycles, counts } = splitRows(timed.ledgerRows());
      agree(t, image, { timed: counts, oracle: oracle.ledgerRows() });
      if (timed.hazards().count > 0 || hasUnseenInputs(image)) return;
      comparedCount += 1;
      // The fast engine measures the activity that the closed forms of cycles want.
      history(fast, image, samples);
      const expected = [...cycleRows(image, fast.activity())].sort(compareActionKeys);
      agree(t, image, { timed: cycles, 'closed form': expected });
      for (const { totalCycles, elapsedCycles, pass } of timed.latencies()) {
        // In series the samples' latencies add up to the run, but for steps taken when an epoch ends.
        t.true(pass === 'training' ? totalCycles <= elapsedCycles : totalCycles === elapsedCycles);
      }
    }),
    { seed: 20_261_204, numRuns: 80 },
  );
  t.true(comparedCount > 60, `${comparedCount} images compared`);
});

test('pipelined, with narrow link queues: the same bits and counts, and never fewer cycles in any layer and phase than §5 says (spec §8)', async (t) => {
  t.timeout(120_000);
  await holds(
    t,
    fc.asyncProperty(randomChips(), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 5);
      const options = {
        schedule: 'pipelined',
        router: { kind: 'bus' },
        linkQueueDepth: 1,
      } as const;
      const timed = await makeEventDrivenEngine(image, options);
      const fast = await makeFastEngine(image);
      agree(t, image, {
        timed: history(timed, image, samples),
        fast: history(fast, image, samples),
      });
      const { cycles, counts } = splitRows(timed.ledgerRows());
      agree(t, image, { timed: counts, fast: fast.ledgerRows() });
      const worked = cycles.filter(({ phase }) => phase !== 'idle');
      const expected = cycleRows(image, fast.activity()).filter(({ phase }) => phase !== 'idle');
      t.is(worked.length, expected.length);
      for (const row of expected) {
        const timedRow = worked.find((candidate) => compareActionKeys(candidate, row) === 0);
        t.true((timedRow?.count ?? 0) >= row.count, `seed ${seed}, layer ${row.layer ?? 0}`);
      }
    }),
    // 376: a layer asks for d while another reads it.
    { seed: 20_261_205, numRuns: 80, examples: [[chipOf(376)]] },
  );
});
