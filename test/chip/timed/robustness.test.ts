import test from 'ava';
import { blockNames } from '../../../src/chip/timed/chip-services.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import { smallDefp } from '../images/chip-image.js';
import { splitRows } from './engine-history.js';
import { randomStalls } from './random-stalls.js';
import { layersOfFour, onMesh, samplesOfFour } from './timed-image.js';

test('64 cores on a mesh, 1000 samples pipelined, every block held up at random: none lost, none twice, no deadlock, the weights of the serial chip (issue 4; spec §8)', async (t) => {
  t.timeout(120_000);
  const sampleCount = 1000;
  const image = onMesh(layersOfFour(64, smallDefp('error', 300), 3), 8);
  const samples = samplesOfFour(sampleCount, 8, 300);
  const serial = await makeFastEngine(image);
  const { stall, asked, heldUp } = randomStalls(1_234);
  const pipelined = await makeEventDrivenEngine(image, {
    schedule: 'pipelined',
    router: { kind: 'mesh', columns: 8 },
    linkQueueDepth: 2,
    stalls: stall,
    watchdogCycles: 100_000,
  });
  const outputs = pipelined.train(samples);
  t.deepEqual(outputs, serial.train(samples));
  t.deepEqual(pipelined.learnedState(), serial.learnedState());
  t.deepEqual(pipelined.tensorHealth(), serial.tensorHealth());
  t.deepEqual(pipelined.wear(), serial.wear());
  // Every event and label is counted on every hop: one lost or doubled would show.
  t.deepEqual(splitRows(pipelined.ledgerRows()).counts, serial.ledgerRows());
  t.deepEqual([...asked].sort(), [...blockNames].sort());
  t.deepEqual([...heldUp].sort(), [...blockNames].sort());
  const figure = pipelined.latencies().find(({ pass }) => pass === 'training');
  t.is(figure?.sampleCount, sampleCount);
  // Many samples are in flight at a time.
  t.true((figure?.totalCycles ?? 0) > 10 * (figure?.elapsedCycles ?? Infinity));
});

test('a chip whose parts take longer than the watchdog allows is stopped, with the cycle and what each core holds (issue 4)', async (t) => {
  const image = layersOfFour(2, { kind: 'drtp' }, 3);
  const engine = await makeEventDrivenEngine(image, {
    stalls: (block) => (block === 'activation' ? 5000 : 0),
    watchdogCycles: 1000,
  });
  t.throws(() => engine.train(samplesOfFour(1, 8)), {
    message:
      'chip: no core has finished anything for 1000 cycles, at cycle 1000; core 10: sample 0, 4 events in its buffer; core 11: sample 0, 0 events in its buffer; look for a part that waits for another, or raise the watchdog',
  });
});

test('the time in which events are still to come is no standstill: the watchdog counts from the last of them (spec §9)', async (t) => {
  const image = layersOfFour(2, { kind: 'drtp' }, 3);
  const batch = samplesOfFour(1, 8);
  const endTick = 20_000;
  const arrivals = {
    offsets: Uint32Array.of(0, 4),
    axons: Uint32Array.of(0, 1, 2, 3),
    valuesRaw: batch.inputsRaw,
    ticks: Float64Array.of(0, 0, 0, endTick),
    endTicks: Float64Array.of(endTick),
  };
  const patient = await makeEventDrivenEngine(image, { watchdogCycles: 1000 });
  const graded = await makeEventDrivenEngine(image);
  t.deepEqual(patient.train({ ...batch, arrivals }), graded.train(batch));
  const stalled = await makeEventDrivenEngine(image, {
    stalls: (block) => (block === 'activation' ? 5000 : 0),
    watchdogCycles: 1000,
  });
  t.throws(() => stalled.train({ ...batch, arrivals }), {
    message: /^chip: no core has finished anything for 1000 cycles, at cycle 21000; /,
  });
});

test('an event buffer that is too shallow for a sample is an error that names layer, sample and depth, not a drop (spec §8)', async (t) => {
  const image = layersOfFour(2, { kind: 'drtp' }, 3);
  const engine = await makeEventDrivenEngine(image, { eventBufferDepth: 3 });
  t.throws(() => engine.infer(samplesOfFour(1, 8)), {
    message:
      'event buffer of core 10 (layer 1): event 4 of sample 0 does not fit, it holds 3; use a deeper buffer, or place the layer on more cores',
  });
});

test('memory in flight does not grow with the samples: the schedule keeps as many as it was asked for', async (t) => {
  const image = layersOfFour(3, { kind: 'drtp' }, 3);
  const engine = await makeEventDrivenEngine(image, { scheduledSampleCount: 2 });
  engine.train(samplesOfFour(20, 8));
  const bars = engine.schedule();
  t.deepEqual([...new Set(bars.map(({ sample }) => sample))], [0, 1]);
  t.true(bars.every(({ pass }) => pass === 'training'));
});
