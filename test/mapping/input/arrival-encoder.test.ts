import test from 'ava';
import fc from 'fast-check';

import type { EventStream } from '../../../src/datasets/dataset.js';
import { ArrivalEncoder, type EventCondition } from '../../../src/mapping/input/arrival-encoder.js';
import { type InputCoding, inputTiming } from '../../../src/mapping/input/input-timing.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { holds } from '../../support/holds.js';

const u8 = parseFormat('u8.8');
const sparse: EventCondition = { threshold: 0, isDense: false };

function makeDut(
  coding: InputCoding,
  inputCount: number,
  condition = sparse,
  events: EventStream | null = null,
): ArrivalEncoder {
  const samples = { inputShape: [1, 1, inputCount], events } as const;
  return new ArrivalEncoder(inputCount, inputTiming(coding, samples, u8), condition);
}

test('graded arrivals are the events in address order, at tick 0 (spec §9)', (t) => {
  const dut = makeDut({ kind: 'graded' }, 3);
  t.deepEqual(dut.encode(Int32Array.of(5, 0, 7, 0, 0, 0, 0, 255, 0), Uint32Array.of(0, 1, 2)), {
    offsets: Uint32Array.of(0, 2, 2, 3),
    axons: Uint32Array.of(0, 2, 1),
    valuesRaw: Int32Array.of(5, 7, 255),
    ticks: Float64Array.of(0, 0, 0),
    endTicks: Float64Array.of(0, 0, 0),
  });
});

test('ttfs arrivals come by falling value, equal values by address; the last event ends the sample (spec §9)', (t) => {
  const dut = makeDut({ kind: 'ttfs', cyclesPerStep: 2 }, 5);
  t.deepEqual(dut.encode(Int32Array.of(7, 255, 0, 7, 254), Uint32Array.of(0)), {
    offsets: Uint32Array.of(0, 4),
    axons: Uint32Array.of(1, 4, 0, 3),
    valuesRaw: Int32Array.of(255, 254, 7, 7),
    ticks: Float64Array.of(0, 2, 496, 496),
    endTicks: Float64Array.of(496),
  });
});

/** Sample 0: inputs 2, 0, 2, 1 at 1, 4, 6 and 9 µs; sample 1: input 1 at 3 µs. */
const events: EventStream = {
  offsets: Uint32Array.of(0, 4, 5),
  timesUs: Uint32Array.of(1, 4, 6, 9, 3),
  addresses: Uint32Array.of(2, 0, 2, 1, 1),
  polarities: new Uint8Array(5),
};

test('recorded arrivals carry the number of events at the last of them, whatever the order of the samples (spec §9)', (t) => {
  const dut = makeDut({ kind: 'recorded', cyclesPerUs: 10 }, 3, sparse, events);
  t.deepEqual(dut.encode(Int32Array.of(0, 1, 0, 1, 1, 2), Uint32Array.of(1, 0)), {
    offsets: Uint32Array.of(0, 1, 4),
    axons: Uint32Array.of(1, 0, 2, 1),
    valuesRaw: Int32Array.of(1, 1, 2, 1),
    ticks: Float64Array.of(30, 40, 60, 90),
    endTicks: Float64Array.of(30, 90),
  });
});

test('arrivals of one tick are in address order (spec §9)', (t) => {
  const dut = makeDut({ kind: 'recorded', cyclesPerUs: 0.1 }, 3, sparse, events);
  const { axons, ticks } = dut.encode(Int32Array.of(1, 1, 2), Uint32Array.of(0));
  t.deepEqual(axons, Uint32Array.of(0, 1, 2));
  t.deepEqual(ticks, Float64Array.of(0, 0, 0));
});

test('a value at the threshold is no event; a recording ends no earlier for it (spec §1, §9)', (t) => {
  const dut = makeDut(
    { kind: 'recorded', cyclesPerUs: 1 },
    3,
    { threshold: 1, isDense: false },
    events,
  );
  const { axons, endTicks } = dut.encode(Int32Array.of(1, 1, 2), Uint32Array.of(0));
  t.deepEqual(axons, Uint32Array.of(2));
  t.deepEqual(endTicks, Float64Array.of(9));
});

test('dense delivers what is no event as value 0, last where there is time (spec §1, §9)', (t) => {
  const dense: EventCondition = { threshold: 1, isDense: true };
  const inputsRaw = Int32Array.of(1, 0, 2);
  const arrivalsOf = (
    coding: InputCoding,
    stream: EventStream | null,
  ): readonly (readonly number[])[] => {
    const { axons, valuesRaw, ticks } = makeDut(coding, 3, dense, stream).encode(
      inputsRaw,
      Uint32Array.of(0),
    );
    return [[...axons], [...valuesRaw], [...ticks]];
  };
  t.deepEqual(arrivalsOf({ kind: 'graded' }, null), [
    [0, 1, 2],
    [0, 0, 2],
    [0, 0, 0],
  ]);
  t.deepEqual(arrivalsOf({ kind: 'ttfs', cyclesPerStep: 1 }, null), [
    [2, 0, 1],
    [2, 0, 0],
    [253, 255, 255],
  ]);
  t.deepEqual(arrivalsOf({ kind: 'recorded', cyclesPerUs: 1 }, events), [
    [2, 0, 1],
    [2, 0, 0],
    [6, 9, 9],
  ]);
});

test('negative graded values are events by their magnitude (spec §1)', (t) => {
  const dut = makeDut({ kind: 'graded' }, 3, { threshold: 2, isDense: false });
  const { axons, valuesRaw } = dut.encode(Int32Array.of(-3, -2, 3), Uint32Array.of(0));
  t.deepEqual([...axons], [0, 2]);
  t.deepEqual([...valuesRaw], [-3, 3]);
});

test('another number of raw inputs than samples have is refused', (t) => {
  const dut = makeDut({ kind: 'graded' }, 3);
  t.throws(() => dut.encode(new Int32Array(5), Uint32Array.of(0, 1)), {
    instanceOf: RangeError,
    message:
      'arrivals: 5 raw inputs were given for 2 samples of 3 inputs; give a row for each sample',
  });
});

test('every event arrives once, with its value, ordered by tick and address, in every coding (spec §9)', (t) => {
  const inputCount = 6;
  const recordsOf = fc.array(fc.tuple(fc.nat(50), fc.nat(inputCount - 1)), { maxLength: 20 });
  t.notThrows(() => {
    holds(
      t,
      fc.property(recordsOf, fc.boolean(), fc.nat(2), (unsorted, isDense, threshold) => {
        const records = [...unsorted].sort(([a], [b]) => a - b);
        const stream: EventStream = {
          offsets: Uint32Array.of(0, records.length),
          timesUs: Uint32Array.from(records, ([timeUs]) => timeUs),
          addresses: Uint32Array.from(records, ([, address]) => address),
          polarities: new Uint8Array(records.length),
        };
        const inputsRaw = new Int32Array(inputCount);
        for (const [, input] of records) inputsRaw[input] = (inputsRaw[input] ?? 0) + 1;
        const codings: readonly InputCoding[] = [
          { kind: 'graded' },
          { kind: 'ttfs', cyclesPerStep: 7 },
          { kind: 'recorded', cyclesPerUs: 3 },
        ];
        return codings.every((coding) => {
          const dut = makeDut(coding, inputCount, { threshold, isDense }, stream);
          const { axons, valuesRaw, ticks, endTicks } = dut.encode(inputsRaw, Uint32Array.of(0));
          const delivered = new Map([...axons].map((axon, index) => [axon, valuesRaw[index]]));
          const isComplete = [...inputsRaw].every((inputRaw, axon) => {
            if (inputRaw > threshold) return delivered.get(axon) === inputRaw;
            return delivered.get(axon) === (isDense ? 0 : undefined);
          });
          const isOrdered = [...ticks].every((tick, index) => {
            const [before = -1, axonBefore = -1] = [ticks[index - 1], axons[index - 1]];
            return before < tick || (before === tick && axonBefore < (axons[index] ?? -1));
          });
          const isEnded = (ticks.at(-1) ?? 0) <= (endTicks[0] ?? -1);
          return delivered.size === axons.length && isComplete && isOrdered && isEnded;
        });
      }),
      { seed: 3 },
    );
  });
});
