import test from 'ava';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { ArrivalEncoder } from '../../../src/mapping/input/arrival-encoder.js';
import { inputTiming } from '../../../src/mapping/input/input-timing.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { samples } from '../images/chip-image.js';
import { cutImage, meshOf } from './cut-image.js';
import { layersOfFour, samplesOfFour, timedExample } from './timed-image.js';

/** 3-2-2 as in timing.test.ts, with inputs of 4 bits: graded, a sample of three events trains for 48 cycles. */
const workedImage = () => timedExample({ formats: { input: 'u4.0' } });

const noRecording = { inputShape: [1, 1, 4], events: null } as const;

/** Arrivals by time to first spike at `inputCount` inputs of this format. */
function ttfs(inputsRaw: Int32Array, inputCount: number, format: string, cyclesPerStep: number) {
  const coding = { kind: 'ttfs', cyclesPerStep } as const;
  const timing = inputTiming(coding, noRecording, parseFormat(format));
  const encoder = new ArrivalEncoder(inputCount, timing, { threshold: 0, isDense: false });
  const sampleCount = inputsRaw.length / inputCount;
  return encoder.encode(
    inputsRaw,
    Uint32Array.from({ length: sampleCount }, (_, n) => n),
  );
}

async function trained(inputs: readonly number[]) {
  const engine = await makeEventDrivenEngine(workedImage(), { scheduledSampleCount: 1 });
  const batch = samples(inputs, [1]);
  engine.train({ ...batch, arrivals: ttfs(batch.inputsRaw, 3, 'u4.0', 10) });
  const forward = engine.schedule().filter(({ kind }) => kind === 'forward');
  const latency = engine.latencies().find(({ pass }) => pass === 'training');
  return {
    bars: forward.map(({ layer, fromTick, toTick }) => `${layer} ${fromTick}-${toTick}`),
    latencyCycles: latency?.totalCycles,
  };
}

test('ttfs: each event is worked on as it comes, and the sample takes until its last event longer (spec §9)', async (t) => {
  // Largest raw value 15: 10 comes at (15 − 10)·10 = 50, 15 at 0, 2 at 130.
  t.deepEqual(await trained([10, 15, 2]), {
    // The last event is in the buffer at 131; its row 1, f 2, D 3. Then a hop, and 8 as without times.
    bars: ['1 0-137', '2 138-146'],
    // 9 cycles of graded forward became 137.
    latencyCycles: 48 + 128,
  });
});

test('ttfs: a sample begins before its first event: the wait for it is in the latency, not in the pass (spec §8, §9)', async (t) => {
  // Times 50, 20, 130.
  t.deepEqual(await trained([10, 13, 2]), {
    bars: ['1 20-137', '2 138-146'],
    latencyCycles: 48 + 128,
  });
});

test('events of equal times enter one a cycle, as graded ones do (spec §8, §9)', async (t) => {
  t.deepEqual(await trained([15, 15, 15]), { bars: ['1 0-9', '2 10-18'], latencyCycles: 48 });
});

test('a sample of no events is over when its recording is: only then its empty packet enters (spec §9)', async (t) => {
  const engine = await makeEventDrivenEngine(workedImage(), { scheduledSampleCount: 1 });
  engine.infer({
    ...samples([0, 0, 0], [0]),
    arrivals: {
      offsets: Uint32Array.of(0, 0),
      axons: new Uint32Array(),
      valuesRaw: new Int32Array(),
      ticks: new Float64Array(),
      endTicks: Float64Array.of(70),
    },
  });
  // Biases 1 + f 2 + D 3.
  t.like(engine.schedule()[0], { layer: 1, fromTick: 70, toTick: 76 });
});

test('weights, outputs and counts do not depend on when events arrive, serial or pipelined (spec §9)', async (t) => {
  const image = layersOfFour(3, { kind: 'drtp' }, 5);
  const batch = samplesOfFour(12, 6);
  const graded = await makeEventDrivenEngine(image);
  const outputs = graded.train(batch);
  // Cycles in which a clock runs or a memory leaks are times, and the wait for events is in them.
  const isCount = ({ componentAction }: { readonly componentAction: string }) =>
    !/\.cycle$|^clock\.ungated$|^leakage\./.test(componentAction);
  for (const schedule of ['serial', 'pipelined'] as const) {
    const timed = await makeEventDrivenEngine(image, { schedule });
    t.deepEqual(timed.train({ ...batch, arrivals: ttfs(batch.inputsRaw, 4, 'u8.8', 3) }), outputs);
    t.deepEqual(timed.learnedState(), graded.learnedState());
    t.deepEqual(timed.ledgerRows().filter(isCount), graded.ledgerRows().filter(isCount));
  }
});

test('a first layer of 2 × 2 cores works on each event as it comes to the core of its axon, and enters as often as on one core (spec §7, §9)', async (t) => {
  const image = cutImage(
    layersOfFour(2, { kind: 'drtp' }, 5),
    () => ({ axonCount: 2, columnCount: 2 }),
    meshOf(4),
  );
  const batch = samplesOfFour(12, 6);
  const graded = await makeEventDrivenEngine(image);
  const outputs = graded.train(batch);
  const timed = await makeEventDrivenEngine(image, { scheduledSampleCount: 1 });
  const arrivals = ttfs(batch.inputsRaw, 4, 'u8.8', 3);
  t.deepEqual(timed.train({ ...batch, arrivals }), outputs);
  t.deepEqual(timed.learnedState(), graded.learnedState());
  const eventsIn = ({ componentAction }: { readonly componentAction: string }) =>
    componentAction === 'io.eventIn';
  t.deepEqual(timed.ledgerRows().filter(eventsIn), graded.ledgerRows().filter(eventsIn));
  // The largest value comes first, when the pass begins in all cores; the last one ends it, (255 − value)·3 cycles after the start.
  const values = [...batch.inputsRaw.subarray(0, 4)];
  const tickOf = (value: number) => (255 - value) * 3;
  const forward = timed.schedule().filter(({ kind, layer }) => kind === 'forward' && layer === 1);
  t.deepEqual(
    forward.map(({ fromTick }) => fromTick),
    [0, 1, 2, 3].map(() => tickOf(Math.max(...values))),
  );
  t.true(forward.every(({ toTick }) => toTick > tickOf(Math.min(...values))));
});

test('times of another number of samples are refused in a sentence', async (t) => {
  const engine = await makeEventDrivenEngine(workedImage());
  const arrivals = ttfs(Int32Array.of(1, 2, 3), 3, 'u4.0', 1);
  t.throws(() => engine.infer({ ...samples([1, 2, 3, 4, 5, 6], [0, 1]), arrivals }), {
    instanceOf: RangeError,
    message: 'arrivals: times of 1 samples were given for 2; give those of each sample',
  });
});
