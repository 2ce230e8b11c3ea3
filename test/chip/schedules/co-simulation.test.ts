import test from 'ava';
import fc from 'fast-check';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { isPutOff } from '../../../src/chip/image/update-order.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { compareActionKeys } from '../../../src/ledger/ledger-row.js';
import { shownBy, sliceBatch } from '../../support/engine-views.js';
import { agree } from '../../support/agree.js';
import { holds } from '../../support/holds.js';
import { randomSplit } from '../images/fast/split-image.js';
import { plainImage, randomImage, randomSamples } from '../images/random-image.js';
import { allBy, scheduledImage } from '../images/scheduled-image.js';
import { splitRows } from '../timed/engine-history.js';
import { hasUnseenInputs } from '../timed/unseen-inputs.js';

/** Cases of each property; 1,000 once, by the environment. */
const caseCount = Number(process.env['SPIKELEDGER_SCHEDULE_CASES'] ?? 100);

/** Two epochs in two pieces each, with looks at the chip between samples, an evaluation and an end without one. */
function history(engine: ChipEngine, image: ChipImage, samples: SampleBatch) {
  const count = samples.labels.length;
  const outputs = [engine.infer(sliceBatch(samples, 0, 1))];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(samples));
  outputs.push(
    engine.train(sliceBatch(samples, 0, 2)),
    engine.train(sliceBatch(samples, 2, count)),
  );
  engine.endEpoch();
  outputs.push(engine.train(sliceBatch(samples, 0, 3)), engine.infer(samples));
  outputs.push(engine.train(sliceBatch(samples, 3, count)));
  const between = engine.learnedState();
  outputs.push(engine.train(samples));
  return {
    outputs,
    between,
    ...shownBy(engine),
  };
}

/** All witnesses on one chip, and the serial chip beside it: bits of all, counts of three, cycles of two. */
async function compare(
  t: Parameters<typeof agree>[0],
  image: ChipImage,
  samples: SampleBatch,
): Promise<boolean> {
  const serial = history(new OracleEngine(allBy(image, 'serial')), image, samples);
  const oracle = new OracleEngine(image);
  agree(t, image, { oracle: history(oracle, image, samples), serial });
  const fast = await makeFastEngine(image);
  agree(t, image, { fast: history(fast, image, samples), serial });
  const timed = await makeEventDrivenEngine(image);
  agree(t, image, { timed: history(timed, image, samples), serial });
  const { cycles, counts } = splitRows(timed.ledgerRows());
  agree(t, image, { oracle: oracle.ledgerRows(), fast: fast.ledgerRows() });
  agree(t, image, { oracle: oracle.ledgerRows(), timed: counts });
  if (timed.hazards().count > 0 || hasUnseenInputs(image)) return false;
  const expected = [...cycleRows(image, fast.activity())].sort(compareActionKeys);
  agree(t, image, { timed: cycles, 'closed form': expected });
  return true;
}

for (const schedule of ['beside', 'fused'] as const) {
  test(`${schedule}: bits are those of serial, counts and cycles those of §5.1 in all engines, for random chips of every rule that learn event by event`, async (t) => {
    t.timeout(1_200_000);
    let comparedCount = 0;
    let scheduledCount = 0;
    await holds(
      t,
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
        const image = scheduledImage(plainImage(seed), schedule, seed);
        if (image.layers.some((layer) => isPutOff(image, layer))) scheduledCount += 1;
        if (await compare(t, image, randomSamples(image, seed, 5))) comparedCount += 1;
      }),
      { seed: 20_261_129, numRuns: caseCount },
    );
    t.true(scheduledCount > 0.5 * caseCount, `${scheduledCount} of ${caseCount} chips have it`);
    t.true(
      comparedCount > 0.8 * caseCount,
      `${comparedCount} of ${caseCount} chips' cycles compared`,
    );
  });

  test(`${schedule}: the same where layers span cores, and where CONV layers learn in steps with it (spec §5.1, §7)`, async (t) => {
    t.timeout(1_200_000);
    let comparedCount = 0;
    await holds(
      t,
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
        const drawn = randomImage(seed);
        const mixed = drawn.batchSize === 1 ? drawn : plainImage(seed);
        const image = scheduledImage(randomSplit(mixed, seed), schedule, seed);
        const samples = randomSamples(image, seed, 4);
        const oracle = new OracleEngine(image);
        const fast = await makeFastEngine(image);
        const timed = await makeEventDrivenEngine(image);
        const serial = history(new OracleEngine(allBy(image, 'serial')), image, samples);
        agree(t, image, { oracle: history(oracle, image, samples), serial });
        agree(t, image, { fast: history(fast, image, samples), serial });
        agree(t, image, { timed: history(timed, image, samples), serial });
        agree(t, image, { oracle: oracle.ledgerRows(), fast: fast.ledgerRows() });
        const { cycles, counts } = splitRows(timed.ledgerRows());
        agree(t, image, { oracle: oracle.ledgerRows(), timed: counts });
        if (timed.hazards().count > 0 || hasUnseenInputs(image)) return;
        const worked = (rows: typeof cycles) => rows.filter(({ phase }) => phase !== 'idle');
        const expected = [...cycleRows(image, fast.activity())].sort(compareActionKeys);
        agree(t, image, { timed: worked(cycles), 'closed form': worked(expected) });
        comparedCount += 1;
      }),
      { seed: 20_261_130, numRuns: Math.ceil(caseCount / 2) },
    );
    t.true(comparedCount > 0.3 * caseCount, `${comparedCount} chips' cycles compared`);
  });
}
