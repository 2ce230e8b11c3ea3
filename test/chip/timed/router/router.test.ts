import test from 'ava';
import fc from 'fast-check';
import type { ChipImage } from '../../../../src/chip/image/chip-image.js';
import { type ChipServices, noStalls } from '../../../../src/chip/timed/chip-services.js';
import { makeEventDrivenEngine } from '../../../../src/chip/engines.js';
import { packetKinds, type PacketTrain } from '../../../../src/chip/timed/router/packet-train.js';
import { Router, type RouterSpec } from '../../../../src/chip/timed/router/router.js';
import { EventQueue } from '../../../../src/time/event-queue.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { layersOfFour, onMesh, samplesOfFour } from '../timed-image.js';
import { holds } from '../../../support/holds.js';

interface Arrival {
  readonly tick: number;
  readonly sample: number;
  readonly address: number;
  readonly valueRaw: number;
}

function makeDut(spec: RouterSpec, image: ChipImage, queueDepth = 2) {
  const services: ChipServices = {
    queue: new EventQueue(),
    ledger: new AccessLedger(),
    stall: noStalls,
  };
  const router = new Router(spec, queueDepth, services);
  const hops = services.ledger.counter({
    run: 'inference',
    phase: 'forward',
    layer: 1,
    core: 0,
    componentAction: 'router.hop',
    bits: 11,
  });
  /** An outlet from the core of a layer to the next one's, and what arrives there. */
  const between = (layer: number) => {
    const arrivals: Arrival[] = [];
    const target = {
      receive: (_kind: number, sample: number, address: number, valueRaw: number) => {
        arrivals.push({ tick: services.queue.now, sample, address, valueRaw });
      },
    };
    const from = elementAt(image.layers, layer - 1, 'layers');
    const to = elementAt(image.layers, layer, 'layers');
    const path = router.betweenCores(from.core, to.core, from.outputHops);
    const place = { path, target, block: 'router', core: layer } as const;
    return { arrivals, outlet: router.outlet(place, () => undefined) };
  };
  const train = (sample: number, packetCount: number): PacketTrain => ({
    kind: packetKinds.event,
    sample,
    packetCount,
    addresses: Int32Array.from({ length: packetCount }, (_, place) => 2 * place),
    valuesRaw: Int32Array.from({ length: 2 * packetCount }, (_, address) => 100 + address),
    hops,
    earliestTicks: null,
    departures: null,
  });
  const drain = () => {
    for (let bound = 100_000; bound > 0 && services.queue.step(); bound -= 1);
  };
  return { between, train, hops, drain };
}

const snake = (layerCount: number, columns: number) =>
  onMesh(layersOfFour(layerCount, { kind: 'drtp' }, 1), columns);

test('the first packet takes a cycle a hop, the others follow one a cycle, each with its address and value (spec §8)', (t) => {
  // Core 3 of a mesh of 4 columns lies at (3, 0), core 4 at (0, 1): four hops.
  const { between, train, hops, drain } = makeDut({ kind: 'mesh', columns: 4 }, snake(6, 4));
  const { arrivals, outlet } = between(4);
  outlet.send(train(7, 3));
  drain();
  t.deepEqual(arrivals, [
    { tick: 4, sample: 7, address: 0, valueRaw: 100 },
    { tick: 5, sample: 7, address: 2, valueRaw: 102 },
    { tick: 6, sample: 7, address: 4, valueRaw: 104 },
  ]);
  t.is(hops.count, 3 * 4);
});

test('two trains that want one link share it: every packet arrives, in order, and the link passes one a cycle (spec §8)', (t) => {
  // On a bus all cores share a link; both layers here are as far apart as their images say.
  const { between, train, hops, drain } = makeDut({ kind: 'bus' }, snake(3, 3));
  const first = between(1);
  const second = between(2);
  first.outlet.send(train(1, 5));
  second.outlet.send(train(2, 5));
  drain();
  const ticks = [...first.arrivals, ...second.arrivals].map(({ tick }) => tick);
  t.deepEqual(
    ticks.sort((left, right) => left - right),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  for (const { arrivals } of [first, second]) {
    t.deepEqual(
      arrivals.map(({ address }) => address),
      [0, 2, 4, 6, 8],
    );
  }
  t.is(hops.count, 10);
});

test('on a mesh whose queues hold one packet, all packets of all cores arrive once and in their order, whoever crosses whom (spec §8)', (t) => {
  holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(
        fc.record({
          layer: fc.integer({ min: 1, max: 11 }),
          count: fc.integer({ min: 1, max: 9 }),
        }),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      (columns, trains) => {
        const dut = makeDut({ kind: 'mesh', columns }, snake(12, columns), 1);
        const lines = Array.from({ length: 11 }, (_, index) => dut.between(index + 1));
        const expected = lines.map((): [number, number][] => []);
        for (const [sample, { layer, count }] of trains.entries()) {
          elementAt(lines, layer - 1, 'lines').outlet.send(dut.train(sample, count));
          for (let place = 0; place < count; place += 1) {
            elementAt(expected, layer - 1, 'lines').push([sample, 2 * place]);
          }
        }
        dut.drain();
        t.deepEqual(
          lines.map(({ arrivals }) => arrivals.map(({ sample, address }) => [sample, address])),
          expected,
        );
      },
    ),
    { seed: 4_020, numRuns: 60 },
  );
});

test('a sender that is no hop away hands over a packet a cycle', (t) => {
  const image = snake(2, 2);
  const layers = image.layers.map((layer) => ({ ...layer, outputHops: 0 }));
  const { between, train, hops, drain } = makeDut({ kind: 'direct' }, { ...image, layers });
  const { arrivals, outlet } = between(1);
  outlet.send(train(0, 3));
  drain();
  t.deepEqual(
    arrivals.map(({ tick }) => tick),
    [0, 1, 2],
  );
  t.is(hops.count, 0);
});

test('a network placed for another router is refused with the hops of both (spec §7)', async (t) => {
  const image = snake(4, 4);
  await t.throwsAsync(makeEventDrivenEngine(image, { router: { kind: 'mesh', columns: 2 } }), {
    instanceOf: RangeError,
    message:
      'router: core 1 and core 2 are 1 hops apart in the image, but from (1, 0) to (0, 0) to (0, 1) there are 2 on a mesh of 2 columns; place the network for the router it runs on',
  });
});

test('a mesh without columns is refused', async (t) => {
  await t.throwsAsync(
    makeEventDrivenEngine(snake(2, 2), { router: { kind: 'mesh', columns: 0 } }),
    {
      message: 'router: a mesh of 0 columns has no places for cores; use 1 or more',
    },
  );
});

test('label packets that cross events on a mesh cost cycles and no bits (spec §8)', async (t) => {
  const image = snake(9, 3);
  const samples = samplesOfFour(6, 2);
  const run = async (router: RouterSpec, linkQueueDepth: number) => {
    const engine = await makeEventDrivenEngine(image, {
      router,
      linkQueueDepth,
      schedule: 'pipelined',
    });
    engine.train(samples);
    const figure = engine.latencies().find(({ pass }) => pass === 'training');
    return { state: engine.learnedState(), cycles: figure?.elapsedCycles ?? NaN };
  };
  const apart = await run({ kind: 'direct' }, 4);
  const mesh = await run({ kind: 'mesh', columns: 3 }, 4);
  const bus = await run({ kind: 'bus' }, 4);
  t.deepEqual(mesh.state, apart.state);
  t.deepEqual(bus.state, apart.state);
  t.true(mesh.cycles >= apart.cycles);
  t.true(bus.cycles > mesh.cycles, `${bus.cycles} on the bus, ${mesh.cycles} on the mesh`);
});
