import test from 'ava';
import fc from 'fast-check';
import type { ChipImage, RuleSpec } from '../../../src/chip/image/chip-image.js';
import type { ScheduleKind } from '../../../src/chip/timed/engine/controller.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import type { EventDrivenEngine } from '../../../src/chip/timed/engine/event-driven-engine.js';
import type { ScheduleInterval } from '../../../src/chip/timed/engine/time-record.js';
import { smallDefp } from '../images/chip-image.js';
import { equalStages, samplesOfFour, slotCycles } from './timed-image.js';
import { holds } from '../../support/holds.js';

async function trained(
  image: ChipImage,
  schedule: ScheduleKind,
  sampleCount: number,
  placeCount = 1,
) {
  const engine = await makeEventDrivenEngine(image, {
    schedule,
    scheduledSampleCount: sampleCount,
  });
  engine.train(samplesOfFour(sampleCount, 5, placeCount));
  const figure = engine.latencies().find(({ pass }) => pass === 'training');
  return { engine, elapsedCycles: figure?.elapsedCycles ?? NaN, bars: engine.schedule() };
}

/** Start of a bar, in slots. */
function slotOf({ fromTick }: ScheduleInterval): number {
  return fromTick / slotCycles;
}

test('four equal layers and four samples take 32 slots locked and 11 pipelined (thesis; spec §8)', async (t) => {
  const image = equalStages(4, { kind: 'drtp' });
  const locked = await trained(image, 'serial', 4);
  const pipelined = await trained(image, 'pipelined', 4);
  t.is(locked.elapsedCycles, 32 * slotCycles);
  t.is(pipelined.elapsedCycles, 11 * slotCycles);
  t.deepEqual(pipelined.engine.learnedState(), locked.engine.learnedState());
});

test('layer i takes sample s forward in slot i + 2s and learns in the next one (thesis; spec §8)', async (t) => {
  const { bars } = await trained(equalStages(4, { kind: 'drtp' }), 'pipelined', 4);
  const forward = bars.filter(({ kind }) => kind === 'forward');
  t.is(forward.length, 16);
  for (const bar of forward) {
    t.is(slotOf(bar), bar.layer - 1 + 2 * bar.sample);
    t.is(bar.toTick - bar.fromTick, slotCycles);
    const learning = bars.filter(
      ({ kind, layer, sample }) =>
        kind !== 'forward' && layer === bar.layer && sample === bar.sample,
    );
    t.is(Math.min(...learning.map(({ fromTick }) => fromTick)), bar.toTick);
    t.is(Math.max(...learning.map(({ toTick }) => toTick)), bar.toTick + slotCycles);
  }
});

test('k equal layers and b samples take 2kb slots locked and k + 2b − 1 pipelined, so that S = 2kb/(k + 2b − 1) (spec §8)', async (t) => {
  await holds(
    t,
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
      async (k, b) => {
        const image = equalStages(k, { kind: 'drtp' });
        const locked = await trained(image, 'serial', b);
        const pipelined = await trained(image, 'pipelined', b);
        t.is(locked.elapsedCycles, 2 * k * b * slotCycles);
        t.is(pipelined.elapsedCycles, (k + 2 * b - 1) * slotCycles);
        // Efficiency: busy slots of all cores over k times the slots that the run took.
        const busyCycles = pipelined.bars.reduce((sum, bar) => sum + bar.toTick - bar.fromTick, 0);
        const efficiency = busyCycles / (k * pipelined.elapsedCycles);
        t.is(efficiency.toFixed(12), ((2 * b) / (k + 2 * b - 1)).toFixed(12));
      },
    ),
    { seed: 4_010, numRuns: 25 },
  );
});

for (const kind of ['bp', 'fa', 'dfa', 'sdfa'] as const) {
  test(`${kind} stays locked in training, bubbles and all, and is pipelined in inference (spec §8)`, async (t) => {
    const image = equalStages(3, { kind });
    const locked = await trained(image, 'serial', 4);
    const asked = await trained(image, 'pipelined', 4);
    t.is(asked.elapsedCycles, locked.elapsedCycles);
    const bars = [...asked.bars].sort((left, right) => left.fromTick - right.fromTick);
    for (const [index, bar] of bars.entries()) {
      t.true(index === 0 || bar.fromTick >= (bars[index - 1]?.toTick ?? 0), 'one core at a time');
    }
    t.deepEqual(asked.engine.learnedState(), locked.engine.learnedState());
    const samples = samplesOfFour(5, 6);
    const latencyOf = (engine: EventDrivenEngine) => {
      t.is(engine.infer(samples).length, 20);
      return engine.latencies().find(({ pass }) => pass === 'inference')?.elapsedCycles ?? NaN;
    };
    // Forward slots follow each other; the readout of the last core (2 words of y, 3 comparisons, 1 event) lies behind the third.
    const readoutCycles = 2 + 3 + 1;
    t.is(latencyOf(locked.engine), 5 * (3 * slotCycles + readoutCycles));
    t.is(
      latencyOf(asked.engine),
      3 * slotCycles + 4 * (slotCycles + readoutCycles) + readoutCycles,
    );
  });
}

test('defp waits in a pipeline until the last visit of the same sample is written, to the cycle, and keeps the bits of the serial schedule (spec §8)', async (t) => {
  const rule: RuleSpec = smallDefp('error', 1);
  const image = equalStages(4, rule);
  const serial = await trained(image, 'serial', 5);
  const pipelined = await trained(image, 'pipelined', 5);
  t.deepEqual(pipelined.engine.learnedState(), serial.engine.learnedState());
  t.deepEqual(serial.engine.hazards(), { count: 0, cycles: 0 });
  // One sample visited five times: all visits but the first find the one before in flight.
  t.is(pipelined.engine.hazards().count, 4);
  const barsOf = (kind: ScheduleInterval['kind'], layer: number) =>
    pipelined.bars.filter((bar) => bar.kind === kind && bar.layer === layer);
  const feedback = barsOf('feedback', 1);
  const forward = barsOf('forward', 1);
  const outputs = barsOf('forward', 4);
  t.is(feedback.length, 5);
  for (const { sample, fromTick, toTick } of feedback) {
    const formerEnd = outputs.find((bar) => bar.sample === sample - 1)?.toTick ?? 0;
    // The output layer begins to write when its δz is made (2 cycles after its forward pass), a cycle for the word.
    const writtenTick = sample === 0 ? fromTick : formerEnd + 2 + 1;
    // Read 1, the row of B 1, the product on four lanes 1.
    t.is(toTick, Math.max(fromTick, writtenTick) + 1 + 1 + 1);
    t.true(forward.some((bar) => bar.sample === sample && bar.toTick === fromTick));
  }
});

test('samples that are all different meet no hazard', async (t) => {
  const { engine } = await trained(equalStages(4, smallDefp('error', 5)), 'pipelined', 5, 5);
  t.deepEqual(engine.hazards(), { count: 0, cycles: 0 });
});

test('a delayed-error memory off the chip takes its read cycles in the layer that asks first, and no bits change (spec §8)', async (t) => {
  const image = equalStages(3, smallDefp('error', 4));
  const samples = samplesOfFour(4, 5, 4);
  const run = async (readCycles: number) => {
    const delayedErrorLatency = { readCycles, writeCycles: 40 };
    const engine = await makeEventDrivenEngine(image, { delayedErrorLatency });
    engine.train(samples);
    const cyclesOf = (layer: number) =>
      engine
        .ledgerRows()
        .find(
          (row) =>
            row.layer === layer &&
            row.phase === 'feedback' &&
            row.componentAction === 'clock.cycle',
        )?.count ?? NaN;
    return { state: engine.learnedState(), first: cyclesOf(1), second: cyclesOf(2) };
  };
  const near = await run(1);
  const far = await run(30);
  t.deepEqual(far.state, near.state);
  // In series error signals go from the last hidden layer down: layer 2 reads, layer 1 finds d in a register.
  t.is(far.second - near.second, 4 * 29);
  t.is(far.first, near.first);
});
