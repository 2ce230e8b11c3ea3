import test from 'ava';
import { inputWait } from '../../../src/chip/counts/input-wait.js';
import { cycleRows } from '../../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { Arrivals } from '../../../src/chip/image/arrivals.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { Draws } from '../oracle/draws.js';
import { randomImage, randomSamples } from '../images/random-image.js';
import { cutImage, meshOf } from './cut-image.js';
import { layersOfFour, samplesOfFour } from './timed-image.js';

/** Events of a batch at drawn times, one arrival for each value that is an event. */
function drawnArrivals(image: ChipImage, batch: SampleBatch, seed: number): Arrivals {
  const draws = new Draws(seed, 'arrivals');
  const [layer] = image.layers;
  const inputCount = layer?.inputCount ?? 0;
  const threshold = layer?.eventThresholdRaw ?? 0;
  const offsets = [0];
  const axons: number[] = [];
  const valuesRaw: number[] = [];
  const ticks: number[] = [];
  const endTicks: number[] = [];
  for (const sample of batch.labels.keys()) {
    const span = draws.integer(0, 1) === 0 ? draws.integer(0, 20) : draws.integer(0, 2000);
    const events = [...batch.inputsRaw.subarray(sample * inputCount, (sample + 1) * inputCount)]
      .map((raw, axon) => ({ raw: Math.abs(raw) > threshold ? raw : 0, axon }))
      .filter(({ raw }) => image.isDense || raw !== 0)
      .map((event) => ({ ...event, tick: draws.integer(0, span) }))
      .sort((a, b) => a.tick - b.tick);
    for (const { raw, axon, tick } of events) {
      axons.push(axon);
      valuesRaw.push(raw);
      ticks.push(tick);
    }
    offsets.push(axons.length);
    endTicks.push((events.at(-1)?.tick ?? 0) + draws.integer(0, 50));
  }
  return {
    offsets: Uint32Array.from(offsets),
    axons: Uint32Array.from(axons),
    valuesRaw: Int32Array.from(valuesRaw),
    ticks: Float64Array.from(ticks),
    endTicks: Float64Array.from(endTicks),
  };
}

/** Σ of the latencies of a pass in time, serial. */
async function latencyOf(image: ChipImage, batch: SampleBatch, arrivals: Arrivals | null) {
  const engine = await makeEventDrivenEngine(image);
  engine.infer(arrivals === null ? batch : { ...batch, arrivals });
  return engine.latencies().find(({ pass }) => pass === 'inference')?.totalCycles ?? 0;
}

/** Layer 1 on one core, or on 2 × 2 of them. */
const images = [
  { name: 'one core', image: layersOfFour(2, { kind: 'drtp' }, 5) },
  {
    name: '2 × 2 cores',
    image: cutImage(
      layersOfFour(2, { kind: 'drtp' }, 5),
      () => ({ axonCount: 2, columnCount: 2 }),
      meshOf(4),
    ),
  },
];

for (const { name, image } of images) {
  test(`${name}: the latency of samples in time is that of graded ones and the wait, one cycle tight (spec §9)`, async (t) => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const batch = samplesOfFour(6, seed);
      const arrivals = drawnArrivals(image, batch, seed);
      const { waitCycles, durationCycles } = inputWait(image, arrivals);
      const [graded, timed] = [
        await latencyOf(image, batch, null),
        await latencyOf(image, batch, arrivals),
      ];
      t.is(timed, graded + waitCycles, `seed ${seed}`);
      t.true(timed >= durationCycles);
    }
  });
}

test('drawn chips, CONV and dense ones among them: the wait is what the event-driven engine takes longer (spec §9)', async (t) => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const image = randomImage(seed);
    const batch = randomSamples(image, seed, 3);
    const arrivals = drawnArrivals(image, batch, seed);
    const { waitCycles } = inputWait(image, arrivals);
    const [graded, timed] = [
      await latencyOf(image, batch, null),
      await latencyOf(image, batch, arrivals),
    ];
    t.is(timed - graded, waitCycles, `seed ${seed}`);
  }
});

test('the wait leaks through every core in use and is clocked in none (spec §5, §9)', async (t) => {
  const image = images[1]?.image ?? t.fail();
  const engine = await makeFastEngine(image);
  engine.train(samplesOfFour(5, 3));
  const trained = engine.activity().filter(({ sampleCount }) => sampleCount > 0);
  const graded = cycleRows(image, trained);
  const timed = cycleRows(
    image,
    trained.map((activity) => ({ ...activity, inputWaitCycles: 1000 })),
  );
  t.deepEqual(
    timed.map((row, index) => row.count - (graded[index]?.count ?? 0)),
    timed.map(({ phase }) => (phase === 'idle' ? 1000 : 0)),
  );
  t.true(timed.filter(({ componentAction }) => componentAction === 'leakage.cycle').length >= 8);
});

test('events that are all there at once wait for nothing (spec §9)', (t) => {
  const { image } = images[0] ?? t.fail();
  const arrivals = {
    offsets: Uint32Array.of(0, 2, 2),
    axons: Uint32Array.of(0, 3),
    valuesRaw: Int32Array.of(5, 6),
    ticks: Float64Array.of(0, 0),
    endTicks: Float64Array.of(0, 0),
  };
  t.like(inputWait(image, arrivals), { waitCycles: 0, durationCycles: 0 });
});
