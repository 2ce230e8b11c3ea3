import test from 'ava';
import fc from 'fast-check';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import type { ChipEngine, SampleBatch } from '../../../src/chip/engine.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { compareActionKeys } from '../../../src/ledger/ledger-row.js';
import { agree } from '../../support/agree.js';
import { shownBy, sliceBatch } from '../../support/engine-views.js';
import { holds } from '../../support/holds.js';
import { randomSplit } from '../images/fast/split-image.js';
import { plainImage, randomImage, randomSamples } from '../images/random-image.js';
import { scheduledImage } from '../images/scheduled-image.js';
import { splitRows } from '../timed/engine-history.js';
import { hasUnseenInputs } from '../timed/unseen-inputs.js';
import { skippingImage } from './skipping-image.js';

/** Cases of each property; 1,000 once, by the environment. */
const caseCount = Number(process.env['SPIKELEDGER_SKIP_CASES'] ?? 40);

/** Two epochs, one in pieces, with looks at the chip between samples. */
function history(engine: ChipEngine, image: ChipImage, samples: SampleBatch) {
  const count = samples.labels.length;
  const outputs = [engine.infer(sliceBatch(samples, 0, 1))];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(samples));
  outputs.push(engine.train(samples));
  engine.endEpoch();
  outputs.push(engine.train(sliceBatch(samples, 0, 3)), engine.infer(samples));
  outputs.push(engine.train(sliceBatch(samples, 3, count)));
  const between = engine.learnedState();
  engine.endEpoch();
  return { outputs, between, ...shownBy(engine) };
}

/** What was compared. */
interface Tally {
  skippedCount: number;
  learnedCount: number;
  cyclesCount: number;
}

async function compare(
  t: Parameters<typeof agree>[0],
  image: ChipImage,
  samples: SampleBatch,
  tally: Tally,
): Promise<void> {
  const oracle = new OracleEngine(image);
  const fast = await makeFastEngine(image);
  const timed = await makeEventDrivenEngine(image);
  const pipelined = await makeEventDrivenEngine(image, { schedule: 'pipelined' });
  const expected = history(oracle, image, samples);
  agree(t, image, { fast: history(fast, image, samples), oracle: expected });
  agree(t, image, { timed: history(timed, image, samples), oracle: expected });
  agree(t, image, { pipelined: history(pipelined, image, samples), oracle: expected });
  const { cycles, counts } = splitRows(timed.ledgerRows());
  agree(t, image, { fast: fast.ledgerRows(), oracle: oracle.ledgerRows() });
  agree(t, image, { timed: counts, oracle: oracle.ledgerRows() });
  agree(t, image, {
    pipelined: splitRows(pipelined.ledgerRows()).counts,
    oracle: oracle.ledgerRows(),
  });
  const activity = fast.activity();
  for (const { sampleCount, skippedSampleCount = 0, run, isMeasuring } of activity) {
    if (run !== 'training' || isMeasuring === true) continue;
    tally.skippedCount += skippedSampleCount;
    tally.learnedCount += sampleCount - skippedSampleCount;
  }
  if (timed.hazards().count > 0 || hasUnseenInputs(image)) return;
  const closed = [...cycleRows(image, activity)].sort(compareActionKeys);
  agree(t, image, { timed: cycles, 'closed form': closed });
  tally.cyclesCount += 1;
}

const families = {
  'every rule, CONV layer, batch and optimizer': (seed: number) => randomImage(seed),
  'layers that span cores': (seed: number) => randomSplit(randomImage(seed), seed),
  'schedule fused': (seed: number) => scheduledImage(plainImage(seed), 'fused', seed),
  'schedule beside': (seed: number) => scheduledImage(plainImage(seed), 'beside', seed),
} as const;

for (const [family, imageOf] of Object.entries(families)) {
  test(`samples that are not learned from: bits, counts and cycles agree in all engines, for random chips: ${family} (spec §2.15)`, async (t) => {
    t.timeout(600_000);
    const tally: Tally = { skippedCount: 0, learnedCount: 0, cyclesCount: 0 };
    await holds(
      t,
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
        const image = skippingImage(imageOf(seed), seed);
        await compare(t, image, randomSamples(image, seed, 5), tally);
      }),
      { seed: 20_261_129, numRuns: caseCount },
    );
    const { skippedCount, learnedCount, cyclesCount } = tally;
    t.log(
      `${skippedCount} samples skipped, ${learnedCount} learned from, cycles of ${cyclesCount} chips`,
    );
    t.true(skippedCount > caseCount, `${skippedCount} samples skipped`);
    t.true(learnedCount > caseCount, `${learnedCount} samples learned from`);
    t.true(cyclesCount > 0.3 * caseCount, `cycles of ${cyclesCount} chips compared`);
  });
}
