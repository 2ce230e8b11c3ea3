import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import { homesOf } from '../../../src/chip/image/layer-parts.js';
import { compareActionKeys, type LedgerRow } from '../../../src/ledger/ledger-row.js';
import { chipOf, randomChips, randomGrid } from '../images/random-chips.js';
import { randomSamples } from '../images/random-image.js';
import { history, splitRows } from './engine-history.js';
import { hasUnseenInputs } from './unseen-inputs.js';
import { holds } from '../../support/holds.js';
import { agree } from '../../support/agree.js';

/** Whether homes of a layer may want rows of one core of the next layer at a time. */
function homesMeet({ rule, layers }: ChipImage): boolean {
  return rule.kind === 'bp' && layers.some((layer) => !layer.isOutput && homesOf(layer).length > 1);
}

function worked(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  return rows.filter(({ phase }) => phase !== 'idle');
}

test('serial, random grids: outputs, weights, health figures and counts are those of the fast engine, cycles of every core and of the run those of §5 (spec §3, §5, §7, §8)', async (t) => {
  t.timeout(120_000);
  let comparedCount = 0;
  await holds(
    t,
    fc.asyncProperty(randomChips(randomGrid), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 3);
      const timed = await makeEventDrivenEngine(image);
      const fast = await makeFastEngine(image);
      agree(t, image, {
        timed: history(timed, image, samples),
        fast: history(fast, image, samples),
      });
      const { cycles, counts } = splitRows(timed.ledgerRows());
      agree(t, image, { timed: counts, fast: fast.ledgerRows() });
      if (timed.hazards().count > 0 || hasUnseenInputs(image)) return;
      comparedCount += 1;
      const expected = [...cycleRows(image, fast.activity())].sort(compareActionKeys);
      agree(t, image, { timed: worked(cycles), 'closed form': worked(expected) });
      if (!homesMeet(image)) agree(t, image, { timed: cycles, 'closed form': expected });
    }),
    // 564: an axon part has the most events of the sample, another one the most visits.
    {
      seed: 20_261_301,
      numRuns: 40,
      examples: [[chipOf(564, randomGrid)], [chipOf(105, randomGrid)]],
    },
  );
  t.true(comparedCount > 28, `${comparedCount} images compared`);
});

test('pipelined, random grids on a bus whose queue holds one packet: the same bits and counts, and never fewer cycles in any core and phase than §5 says (spec §7, §8)', async (t) => {
  t.timeout(120_000);
  await holds(
    t,
    fc.asyncProperty(randomChips(randomGrid), async ({ image, seed }) => {
      const samples = randomSamples(image, seed, 3);
      const timed = await makeEventDrivenEngine(image, {
        schedule: 'pipelined',
        router: { kind: 'bus' },
        linkQueueDepth: 1,
        synapseBankCount: 2,
        watchdogCycles: 10_000_000,
      });
      const fast = await makeFastEngine(image);
      agree(t, image, {
        timed: history(timed, image, samples),
        fast: history(fast, image, samples),
      });
      const { cycles, counts } = splitRows(timed.ledgerRows());
      agree(t, image, { timed: counts, fast: fast.ledgerRows() });
      const expected = worked(cycleRows(image, fast.activity()));
      t.is(worked(cycles).length, expected.length);
      for (const row of expected) {
        const timedRow = cycles.find((candidate) => compareActionKeys(candidate, row) === 0);
        t.true((timedRow?.count ?? 0) >= row.count, `seed ${seed}, core ${row.core ?? 0}`);
      }
    }),
    { seed: 20_261_302, numRuns: 30 },
  );
});
