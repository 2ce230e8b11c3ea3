import test from 'ava';
import fc from 'fast-check';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import type { ChipEngine, FeedbackUpdate, SampleBatch } from '../../../src/chip/engine.js';
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
import { skippingImage } from '../skip/skipping-image.js';
import { gatedImage, updatesOf } from './upkeep-image.js';

/** Cases of each property; 1,000 once, by the environment. */
const caseCount = Number(process.env['SPIKELEDGER_UPKEEP_CASES'] ?? 8);

/** An epoch, then as many as there are updates, each after one of them; looks at the chip between. */
function history(
  engine: ChipEngine,
  image: ChipImage,
  samples: SampleBatch,
  updates: readonly FeedbackUpdate[],
) {
  const outputs: Int32Array[] = [];
  if (image.rule.kind === 'defp') outputs.push(engine.measure(samples));
  outputs.push(engine.train(samples));
  engine.endEpoch();
  const between = [engine.learnedState()];
  for (const update of updates) {
    engine.updateFeedback(update);
    between.push(engine.learnedState());
    outputs.push(engine.train(sliceBatch(samples, 0, 2)), engine.infer(samples));
    outputs.push(engine.train(sliceBatch(samples, 2, 4)));
    engine.endEpoch();
  }
  return { outputs, between, ...shownBy(engine) };
}

/** What was compared. */
interface Tally {
  transportCount: number;
  redrawCount: number;
  closedCount: number;
  cyclesCount: number;
}

async function compare(
  t: Parameters<typeof agree>[0],
  image: ChipImage,
  seed: number,
  tally: Tally,
): Promise<void> {
  const samples = randomSamples(image, seed, 4);
  const updates = updatesOf(image, seed);
  const oracle = new OracleEngine(image);
  const fast = await makeFastEngine(image);
  const timed = await makeEventDrivenEngine(image);
  const expected = history(oracle, image, samples, updates);
  agree(t, image, { fast: history(fast, image, samples, updates), oracle: expected });
  agree(t, image, { timed: history(timed, image, samples, updates), oracle: expected });
  const { cycles, counts } = splitRows(timed.ledgerRows());
  agree(t, image, { fast: fast.ledgerRows(), oracle: oracle.ledgerRows() });
  agree(t, image, { timed: counts, oracle: oracle.ledgerRows() });
  const training = fast.activity().find(({ feedbackUpdates }) => feedbackUpdates !== undefined);
  tally.transportCount += training?.feedbackUpdates?.transported ?? 0;
  tally.redrawCount += training?.feedbackUpdates?.redrawn ?? 0;
  tally.closedCount += oracle.ledgerRows().filter(({ phase, run, componentAction }) => {
    return phase === 'forward' && run === 'training' && componentAction === 'datapath.compare';
  }).length;
  if (hasUnseenInputs(image)) return;
  const closed = [...cycleRows(image, fast.activity())].sort(compareActionKeys);
  agree(t, image, { timed: cycles, 'closed form': closed });
  tally.cyclesCount += 1;
}

const families = {
  'every rule, CONV layer, batch and optimizer': (seed: number) => randomImage(seed),
  'layers that span cores': (seed: number) => randomSplit(randomImage(seed), seed),
  'schedule fused': (seed: number) => scheduledImage(plainImage(seed), 'fused', seed),
  'schedule beside': (seed: number) => scheduledImage(plainImage(seed), 'beside', seed),
  'gates and skipped samples': (seed: number) =>
    skippingImage(gatedImage(randomImage(seed), seed), seed),
  'gates in layers that span cores': (seed: number) =>
    gatedImage(randomSplit(randomImage(seed), seed), seed),
} as const;

for (const [family, imageOf] of Object.entries(families)) {
  test(`B over the epochs: bits, counts and cycles agree in all engines, for random chips: ${family} (spec §2.16)`, async (t) => {
    t.timeout(600_000);
    const tally: Tally = { transportCount: 0, redrawCount: 0, closedCount: 0, cyclesCount: 0 };
    await holds(
      t,
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
        await compare(t, imageOf(seed), seed, tally);
      }),
      { seed: 20_261_130, numRuns: caseCount },
    );
    const { transportCount, redrawCount, closedCount, cyclesCount } = tally;
    t.log(
      `${redrawCount} redrawn, ${transportCount} transported, ${closedCount} layers that compare, cycles of ${cyclesCount} chips`,
    );
    t.true(redrawCount >= caseCount / 4, `${redrawCount} redrawn`);
    t.true(cyclesCount > 0.3 * caseCount, `cycles of ${cyclesCount} chips compared`);
  });
}
