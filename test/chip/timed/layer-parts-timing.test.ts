import test from 'ava';
import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import type { RouterSpec } from '../../../src/chip/timed/router/router.js';
import { partsOf } from '../../../src/chip/image/layer-parts.js';
import type { PartSize } from '../images/fast/split-image.js';
import { samples } from '../images/chip-image.js';
import { cutImage, meshOf } from './cut-image.js';
import { splitRows } from './engine-history.js';
import { layersOfFour, samplesOfFour, timedExample } from './timed-image.js';

/**
 * The 3-2-2 of timing.test.ts: layer 1 on 2 × 2 cores (0 and 2 homes, with axons 0 and 1; 1 and 3 with axon 2), layer 2
 * on two homes, 4 and 5. Cores of a layer are two hops apart, neighbours in different layers one, the label three hops from all.
 */
function workedImage(): ChipImage {
  const isInFirst = (core: number) => core < 4;
  return cutImage(timedExample(), () => ({ axonCount: 2, columnCount: 1 }), {
    between: (from, to) => (isInFirst(from) === isInFirst(to) ? 2 : 1),
    fromPins: () => 3,
  });
}

async function run(image: ChipImage) {
  const engine = await makeEventDrivenEngine(image, { scheduledSampleCount: 1 });
  engine.train(samples([3, 2, 1], [1]));
  engine.infer(samples([3, 2, 1], [1]));
  const bars = engine.schedule().filter(({ pass }) => pass === 'training');
  const barsOf = (core: number) =>
    bars
      .filter((bar) => bar.core === core)
      .map(({ kind, fromTick, toTick }) => `${kind} ${fromTick}-${toTick}`);
  return { engine, barsOf };
}

test('the worked example on 2 × 2 and 2 × 1 cores runs to the cycle: visits, sums, f, events, δz and its way, updates (spec §5, §7)', async (t) => {
  const { barsOf } = await run(workedImage());
  const home = [
    // bias 1 + 2 events · 1 + D 3 = 6; one other core: H 2 + N 1 + L 1; f 1
    'forward 0-11',
    // the label's 3 hops + a word of B
    'feedback 20-24',
    'update 24-25',
    // δz to one other core: N 1 + H 2
    'update 25-28',
    // 2 events · 2 + a word of biases · 2 + D 3
    'update 28-37',
  ];
  const satellite = [
    // Drained at 5, the home at 6: then N 1 + 2 hops.
    'forward 0-9',
    // 1 event · 2, and when the home has taken its events, at 32, D 3.
    'update 28-35',
  ];
  const output = [
    // A hop, then bias 1 + an event from each home · 1 + D 3 + f 1.
    'forward 12-19',
    'update 19-20',
    // 2 events · 2 + 2 + D 3
    'update 37-46',
  ];
  t.deepEqual([0, 2].map(barsOf), [home, home]);
  t.deepEqual([1, 3].map(barsOf), [satellite, satellite]);
  t.deepEqual([4, 5].map(barsOf), [output, output]);
});

test('clock.cycle of a core has what it works itself, latency and leakage what the layers take; readout takes y of the other home (spec §5)', async (t) => {
  const { engine } = await run(workedImage());
  const cyclesOf = (wanted: string, core: number) =>
    engine
      .ledgerRows()
      .filter((row) => row.componentAction === 'clock.cycle' && row.core === core)
      .filter(({ run: kind, phase }) => `${kind} ${phase}` === wanted)
      .map(({ count }) => count);
  // 1 + 2 + 3, L 1, f 1, a hop; of the other 1 event + D 3, N 1 + 2 hops.
  t.deepEqual(cyclesOf('training forward', 0), [6 + 1 + 1 + 1]);
  t.deepEqual(cyclesOf('training forward', 1), [1 + 3 + 1 + 2]);
  // δz 1, its way 3, events 4, biases 2, D 3; of the other 2 + D 3.
  t.deepEqual(cyclesOf('training update', 0), [1 + 3 + 4 + 2 + 3]);
  t.deepEqual(cyclesOf('training update', 1), [2 + 3]);
  // A word of y, C − 1 comparisons, the class; of the other a word, its value, 2 hops.
  t.deepEqual(cyclesOf('inference readout', 4), [1 + 1 + 1]);
  t.deepEqual(cyclesOf('inference readout', 5), [1 + 1 + 2]);
  const [inference, training] = engine.latencies();
  t.is(training?.totalCycles, 46);
  // 19 forward; a word, H 2 and one value more than the first home's, then 2.
  t.is(inference?.totalCycles, 19 + 1 + 2 + 1 + 2);
  const leaks = engine
    .ledgerRows()
    .filter(
      ({ componentAction, run: kind }) =>
        componentAction === 'leakage.cycle' && kind === 'training',
    );
  t.deepEqual(
    leaks.map(({ core, count }) => [core, count]),
    [0, 1, 2, 3, 4, 5].map((core) => [core, 46]),
  );
});

const quarters = (layer: LayerImage): PartSize => ({
  axonCount: layer.inputCount / 2,
  columnCount: layer.neuronCount / 2,
});

for (const kind of ['drtp', 'bp', 'fa', 'dfa'] as const) {
  test(`${kind}, layers of 2 × 2 cores: what crosses on a mesh or shares a bus costs cycles and no bits (spec §8)`, async (t) => {
    const image = cutImage(layersOfFour(4, { kind }, 5), quarters, meshOf(4));
    const train = async (router: RouterSpec, linkQueueDepth: number) => {
      const engine = await makeEventDrivenEngine(image, {
        router,
        linkQueueDepth,
        schedule: 'pipelined',
      });
      engine.train(samplesOfFour(6, 2));
      const figure = engine.latencies().find(({ pass }) => pass === 'training');
      return {
        state: engine.learnedState(),
        counts: splitRows(engine.ledgerRows()).counts,
        cycles: figure?.elapsedCycles ?? NaN,
      };
    };
    const apart = await train({ kind: 'direct' }, 4);
    const mesh = await train({ kind: 'mesh', columns: 4 }, 1);
    const bus = await train({ kind: 'bus' }, 4);
    for (const { state, counts } of [mesh, bus]) {
      t.deepEqual(state, apart.state);
      t.deepEqual(counts, apart.counts);
    }
    // A locked rule has one layer at work at a time: there the mesh has room for all.
    const isHindered = kind === 'drtp' ? mesh.cycles > apart.cycles : mesh.cycles >= apart.cycles;
    t.true(isHindered, `${mesh.cycles} on the mesh, ${apart.cycles} apart`);
    t.true(bus.cycles > mesh.cycles, `${bus.cycles} on the bus, ${mesh.cycles} on the mesh`);
  });
}

test('the schedule shows every core of a layer, and a layer that its samples leave in their order (spec §8)', async (t) => {
  const image = cutImage(layersOfFour(3, { kind: 'drtp' }, 5), quarters, meshOf(4));
  const engine = await makeEventDrivenEngine(image, {
    schedule: 'pipelined',
    scheduledSampleCount: 4,
  });
  engine.train(samplesOfFour(4, 2));
  const bars = engine.schedule();
  for (const layer of image.layers) {
    for (const { core } of partsOf(layer)) {
      const forward = bars.filter((bar) => bar.core === core && bar.kind === 'forward');
      t.deepEqual(
        forward.map(({ sample, layer: number }) => [sample, number]),
        [0, 1, 2, 3].map((sample) => [sample, layer.layer]),
      );
      const updates = bars.filter((bar) => bar.core === core && bar.kind === 'update');
      t.deepEqual([...new Set(updates.map(({ sample }) => sample))], [0, 1, 2, 3]);
    }
  }
});

test('the event buffer of a part holds the events of its own axons only, and one more is an error that names the core (spec §7, §8)', async (t) => {
  const image = cutImage(layersOfFour(2, { kind: 'drtp' }, 3), quarters, meshOf(4));
  const fitting = await makeEventDrivenEngine(image, { eventBufferDepth: 2 });
  t.is(fitting.infer(samplesOfFour(1, 8)).length, 4);
  const shallow = await makeEventDrivenEngine(image, { eventBufferDepth: 1 });
  t.throws(() => shallow.infer(samplesOfFour(1, 8)), {
    message:
      'event buffer of core 0 (layer 1): event 2 of sample 0 does not fit, it holds 1; use a deeper buffer, or place the layer on more cores',
  });
});
