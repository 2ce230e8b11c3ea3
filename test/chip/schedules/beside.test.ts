import test from 'ava';
import { cycleRows, cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage, CoreOrganisation } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { countsOf, samples, chipImage } from '../images/chip-image.js';

/*
 * One output layer of 3 inputs and 2 neurons, by hand from docs/spec.md §5.1: 8-bit weights in 16-bit words, R = 1; two lanes
 * forward, one to learn; one word of biases; D = 3; one port, interleaved banks. v = max(1, 1) = 1, u = max(1·2, 2) = 2, B = 1, E = 0.
 */
function chip(organisation: Partial<CoreOrganisation> = {}): ChipImage {
  return chipImage(
    [
      {
        weights: [1, 2, 3, 4, 5, 6],
        biases: [1, 1],
        function: 'sigmoid',
        laneSeeds: Uint32Array.of(1),
      },
    ],
    {
      formats: { weight: 's8.3', bias: 's8.3', activation: 's8.4', output: 'u8.8' },
      organisation: {
        pipelineDepthCycles: 3,
        forwardLaneCount: 2,
        learningLaneCount: 1,
        activationLaneCount: 2,
        biasesPerWord: 2,
        updateSchedule: 'beside',
        writeBanks: 'interleaved',
        ...organisation,
      },
    },
  );
}

/** Inputs {0, 1, 2}, then {1, 2}, then {0}. */
const batch = samples([1, 2, 3, 0, 2, 3, 1, 0, 0], [0, 1, 0]);

function cyclesOf(
  image: ChipImage,
  activities: readonly RunActivity[],
  action: 'clock.cycle' | 'clock.update',
  phase = 'update',
): number {
  return cycleRows(image, activities)
    .filter((row) => row.run === 'training' && row.phase === phase)
    .filter(({ componentAction }) => componentAction === action)
    .reduce((sum, { count }) => sum + count, 0);
}

async function trained(image: ChipImage) {
  const engine = await makeFastEngine(image);
  engine.train(batch);
  return engine.activity();
}

test('beside: X is what rows keep the next visits waiting, or outlast them, and all of the last sample’s (spec §5.1)', async (t) => {
  // Row 1 is the 2nd of {0, 1, 2} and done at 4, the pass is there at 1; row 2 at 6 and 5: until 7 in place of 3. Then {1, 2} needs 4,
  // {0} ends at 2. The last row takes 2.
  const image = chip();
  const activities = await trained(image);
  const training = activities.find(({ run }) => run === 'training');
  t.is(training?.layers[0]?.uncoveredCycleCount, 4 + 2 + 2);
  t.is(cyclesOf(image, activities, 'clock.cycle'), 3 * (2 + 2 + 3) + 8 + 3);
  t.is(cyclesOf(image, activities, 'clock.update'), 3 * (2 + 2 + 3) + 6 * 2 + 3);
  t.is(cyclesOf(image, activities, 'clock.cycle', 'forward'), 3 * (1 + 1 + 3) + 6);
  // Fetches of 2 cycles: row 1 is waited for until 4, from 3 on; the rest is covered.
  const slow = await trained(chip({ eventOverheadCycles: 2 }));
  t.is(slow.find(({ run }) => run === 'training')?.layers[0]?.uncoveredCycleCount, 1 + 0 + 2);
});

test('beside: the event-driven engine takes as long, by the same bits and counts as serial (spec §5.1)', async (t) => {
  for (const organisation of [{}, { eventOverheadCycles: 2 }, { portCount: 2 as const }]) {
    const image = chip(organisation);
    const timed = await makeEventDrivenEngine(image);
    const serial = new OracleEngine(chip({ ...organisation, updateSchedule: 'serial' }));
    for (const engine of [timed, serial]) engine.train(batch);
    t.deepEqual(timed.learnedState(), serial.learnedState());
    const activities = await trained(image);
    const rows = timed.ledgerRows();
    for (const action of ['clock.cycle', 'clock.update'] as const) {
      const counted = rows
        .filter(({ componentAction, phase }) => componentAction === action && phase === 'update')
        .reduce((sum, { count }) => sum + count, 0);
      t.is(counted, cyclesOf(image, activities, action), action);
    }
    const oracle = new OracleEngine(image);
    oracle.train(batch);
    t.deepEqual(countsOf(oracle.ledgerRows()), countsOf(serial.ledgerRows()));
  }
});

test('beside: a way to the words is the forward pass’s own: c is 1 with two ports and interleaved banks, 2 with one of them (spec §5.1)', (t) => {
  // One cycle of lanes for 2 neurons; 100 events. Update: 1 + 2 or 1 + D 3, and rows that outlast 100 visits and 1 cycle of biases.
  const latency = (organisation: Partial<CoreOrganisation>) =>
    cyclesPerSample(chip({ learningLaneCount: 2, ...organisation }), 'training', [100]);
  const forward = 1 + 100 + 1 + 3;
  t.is(latency({}), forward + (1 + 2 + 3) + (200 - 100 - 1));
  t.is(latency({ portCount: 2, writeBanks: 'shared' }), forward + (1 + 1 + 3) + (200 - 100 - 1));
  t.is(latency({ portCount: 2 }), forward + (1 + 1 + 3));
});

test('beside: rows of a sample are a bar beside the next forward pass, which does not end before (spec §5.1, §8)', async (t) => {
  const engine = await makeEventDrivenEngine(chip(), { scheduledSampleCount: 3 });
  engine.train(batch);
  const bars = engine
    .schedule()
    .map(
      ({ kind, sample, fromTick, toTick, isBeside }) =>
        `${kind} ${sample} ${fromTick}-${toTick}${isBeside === true ? ' beside' : ''}`,
    );
  t.deepEqual(bars, [
    // biases 1 + 3 rows of 1 + D 3 + f 1
    'forward 0 0-8',
    // δz 2, biases 2, D 3
    'update 0 8-10',
    'update 0 10-15',
    // 3 rows of 2; the pass waits for rows 1 and 2, has done its own at 22, and D 3 + f 1
    'update 0 15-21 beside',
    'forward 1 15-26',
    'update 1 26-28',
    'update 1 28-33',
    // 2 rows of 2; row 0 is not among them, the pass waits for the last
    'update 1 33-37 beside',
    'forward 2 33-41',
    'update 2 41-43',
    'update 2 43-48',
  ]);
});

test('beside: a flush parts two samples, and looking twice flushes once (spec §5.1)', async (t) => {
  const engine = await makeFastEngine(chip());
  engine.train(samples([1, 2, 3], [0]));
  engine.infer(samples([1, 1, 1], [0]));
  engine.learnedState();
  engine.train(samples([0, 2, 3], [1]));
  const training = engine.activity().find(({ run }) => run === 'training');
  t.is(training?.flushCount, 2);
  t.is(training?.layers[0]?.uncoveredCycleCount, 3 * 2 + 2 * 2);
});
