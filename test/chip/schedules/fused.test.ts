import test from 'ava';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { coreCycleRows, learningCycleRows } from '../counts/core-cycle-rows.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage, CoreOrganisation } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { countsOf, samples, chipImage } from '../images/chip-image.js';

/*
 * One output layer of 3 inputs and 2 neurons, by hand from docs/spec.md §5.1: 8-bit weights in 16-bit words, R = 1; one lane each
 * way: 2 cycles; one word of biases; D = 3; one port. A row of forward alone: max(1, 2) = 2 cycles; of both, with shared
 * banks: max(1·2, 2, 2) = 2; of the update alone: max(1·2, 2) = 2. Lf = Ll = 2: 1, 2 and 2, with interleaved banks 1, 1 and 1.
 */
function chip(organisation: Partial<CoreOrganisation> = {}): ChipImage {
  return chipImage(
    [
      {
        weights: [1, 2, 3, 4, 5, 6],
        biases: [1, 1],
        function: 'sigmoid',
        laneSeeds: Uint32Array.of(1, 2),
      },
    ],
    {
      formats: { weight: 's8.3', bias: 's8.3', activation: 's8.4', output: 'u8.8' },
      organisation: {
        pipelineDepthCycles: 3,
        forwardLaneCount: 2,
        activationLaneCount: 2,
        biasesPerWord: 2,
        updateSchedule: 'fused',
        ...organisation,
      },
    },
  );
}

/** Inputs {0, 1, 2}, then {1, 2}, then {0}: 6 events, 2 of them shared by the first two samples, none by the last two. */
const batch = samples([1, 2, 3, 0, 2, 3, 1, 0, 0], [0, 1, 0]);

function updateOf(image: ChipImage, activities: readonly RunActivity[], phase = 'update') {
  return coreCycleRows(image, activities)
    .filter((row) => row.phase === phase && row.run === 'training')
    .reduce((sum, { count }) => sum + count, 0);
}

test('fused reads a row of both samples once: synapses.read of the update is R·(ΣA − S), writes and all else stay (spec §5.1)', (t) => {
  const rowsOf = (schedule: CoreOrganisation['updateSchedule']) => {
    const engine = new OracleEngine(chip({ updateSchedule: schedule }));
    engine.train(batch);
    return countsOf(engine.ledgerRows());
  };
  const fused = rowsOf('fused');
  const serial = rowsOf('serial');
  const read = 'training update 1 synapses.read/16';
  t.is(serial[read], 6);
  t.is(fused[read], 6 - 2);
  t.is(fused['training forward 1 synapses.read/16'], 6);
  t.is(fused['training update 1 synapses.write/16'], 6);
  t.deepEqual({ ...fused, [read]: 6 }, serial);
});

test('a flush parts two samples: with one between them no row is shared (spec §5.1)', (t) => {
  const engine = new OracleEngine(chip());
  engine.train(samples([1, 2, 3], [0]));
  engine.infer(samples([1, 1, 1], [0]));
  engine.train(samples([0, 2, 3], [1]));
  const rows = countsOf(engine.ledgerRows());
  t.is(rows['training update 1 synapses.read/16'], 5);
});

test('the fast engine measures S and flushes whatever the schedule, and looking twice flushes once (spec §5.1)', async (t) => {
  for (const updateSchedule of ['serial', 'fused'] as const) {
    const engine = await makeFastEngine(chip({ updateSchedule }));
    engine.train(batch);
    engine.learnedState();
    engine.ledgerRows();
    engine.train(samples([1, 0, 0], [0]));
    engine.endEpoch();
    const training = engine.activity()[1];
    t.is(training?.layers[0]?.sharedEventCount, 2);
    t.is(training?.flushCount, 2);
    t.is(engine.activity()[0]?.flushCount, 0);
  }
});

test('cycles of a fused update: δz, biases and D of every sample, rows of one sample alone, D of the flush (spec §5.1)', async (t) => {
  const shared = chip();
  const engine = await makeFastEngine(shared);
  engine.train(batch);
  const activities = engine.activity();
  // 3·(⌈2/2⌉ + 1·2 + 3) + (6 − 2)·max(1·2, 1) + 3; forward 3·(1 + 1 + 3) + 4·1 + 2·max(1·2, 1, 1).
  t.is(updateOf(shared, activities), 18 + 8 + 3);
  t.is(updateOf(shared, activities, 'forward'), 15 + 4 + 4);
  const interleaved = chip({ writeBanks: 'interleaved' });
  t.is(updateOf(interleaved, activities), 18 + 4 + 3);
  t.is(updateOf(interleaved, activities, 'forward'), 15 + 6);
});

test('clock.update of a fused update has its own cycles and those of rows that forward visits and changes, in all engines (spec §5, §5.1)', async (t) => {
  const learningCycles = (rows: readonly LedgerRow[]) =>
    rows
      .filter(({ componentAction }) => componentAction === 'clock.update')
      .map(({ run, phase, count }) => [run, phase, count]);
  // One port: update 29 as above, and 2 rows of both of max(1·2, 1, 1). Interleaved: 25, and 2 of 1.
  const expected = [
    [{}, 18 + 8 + 3 + 4],
    [{ writeBanks: 'interleaved' }, 18 + 4 + 3 + 2],
    // Serial: 3·(2/2 + 2 + 3) and 6 rows of 2.
    [{ updateSchedule: 'serial' }, 18 + 12],
  ] as const;
  for (const [organisation, cycles] of expected) {
    const image = chip(organisation);
    const fast = await makeFastEngine(image);
    fast.train(batch);
    fast.endEpoch();
    fast.infer(batch);
    const timed = await makeEventDrivenEngine(image);
    timed.train(batch);
    timed.endEpoch();
    timed.infer(batch);
    t.deepEqual(learningCycles(learningCycleRows(image, fast.activity())), [
      ['training', 'update', cycles],
    ]);
    t.deepEqual(learningCycles(timed.ledgerRows()), [['training', 'update', cycles]]);
  }
});

test('interleaved banks make a rewritten word one cycle in the serial schedule too, as a second port does (spec §5.1)', (t) => {
  const cyclesOf = (organisation: Partial<CoreOrganisation>) =>
    cyclesPerSample(chip({ updateSchedule: 'serial', ...organisation }), 'training', [3]);
  t.is(cyclesOf({}) - cyclesOf({ writeBanks: 'interleaved' }), 3);
  t.is(cyclesOf({ writeBanks: 'interleaved' }) - cyclesOf({ portCount: 2 }), 1);
});

test('the event-driven engine visits the rows of both samples and those between them, to the cycle (spec §5.1, §8)', async (t) => {
  const engine = await makeEventDrivenEngine(chip(), { scheduledSampleCount: 3 });
  engine.train(batch);
  const bars = engine
    .schedule()
    .map(({ kind, fromTick, toTick }) => `${kind} ${fromTick}-${toTick}`);
  t.deepEqual(bars, [
    // biases 1 + 3 rows of 1 + D 3 + f 1
    'forward 0-8',
    'update 8-9',
    // biases 2 + D 3
    'update 9-14',
    // biases 1 + row 0 alone 2 + rows 1 and 2 of both 2 each + D 3 + f 1
    'forward 14-25',
    'update 25-26',
    'update 26-31',
    // biases 1 + row 0 of 1 + rows 1 and 2 alone 2 each + D 3 + f 1
    'forward 31-41',
    'update 41-42',
    'update 42-47',
  ]);
  // The flush: row 0 alone 2 + D 3.
  const training = engine.latencies().find(({ pass }) => pass === 'training');
  t.is(training?.elapsedCycles, 47 + 5);
});

test('counts of a fused layer in closed form do not read below zero, and a layer that does not learn has no schedule (spec §5.1)', async (t) => {
  const frozen = chipImage(
    [{ weights: [1, 2], biases: [1], function: 'sigmoid', isTrainable: false }],
    { organisation: { updateSchedule: 'fused' } },
  );
  const engine = await makeFastEngine(frozen);
  engine.train(samples([1, 2, 1, 2], [0, 0]));
  const [, training] = engine.activity();
  t.is(training?.layers[0]?.sharedEventCount, 0);
  const rows = closedFormCounts(frozen, engine.activity());
  t.deepEqual(
    rows.filter(
      ({ componentAction, phase }) => phase === 'update' && componentAction.startsWith('synapses'),
    ),
    [],
  );
});
