import test from 'ava';
import { makeEventDrivenEngine } from '../../../src/chip/engines.js';
import { samples, type ImageOptions } from '../images/chip-image.js';
import { timedExample } from './timed-image.js';

/*
 * The worked example of docs/spec.md §4.3 in time, by hand from §5: 3-2-2, 8-bit weights in 16-bit words, DRTP. Layer 1 has
 * three events, layer 2 two (tanh of large sums), layer 2's core lies one hop behind layer 1's, the label five hops from it.
 */
const batch = samples([3, 2, 1], [1]);

async function barsOf(organisation?: ImageOptions['organisation']) {
  const engine = await makeEventDrivenEngine(timedExample(organisation && { organisation }), {
    scheduledSampleCount: 1,
  });
  engine.train(batch);
  return engine
    .schedule()
    .map(({ layer, kind, fromTick, toTick }) => `${layer} ${kind} ${fromTick}-${toTick}`);
}

test('the worked example runs to the cycle: forward, route, δz, error signal, updates, with one port (spec §5, §8)', async (t) => {
  t.deepEqual(await barsOf(), [
    // biases 1 + 3 events · max(R 1, ⌈2/2⌉ 1) + f 2 + D 3
    '1 forward 0-9',
    // a hop, then biases 1 + 2 events · 1 + f 2 + D 3
    '2 forward 10-18',
    // δz of layer 2: ⌈2/1⌉
    '2 update 18-20',
    // the label's 5 hops + a word of B
    '1 feedback 20-26',
    '1 update 26-28',
    // 3 events · max(R·2 2, ⌈2/1⌉ 2) + a word of biases · 2 + D 3
    '1 update 28-39',
    '2 update 39-48',
  ]);
});

test('with two ports reading and writing a word overlap, but the one learning lane still takes a cycle a weight (spec §5)', async (t) => {
  const bars = await barsOf({ portCount: 2 });
  // 3 events · max(1, 2) + 1 + 3; 2 events · 2 + 1 + 3
  t.deepEqual(bars.slice(-2), ['1 update 28-38', '2 update 38-46']);
});

test('one forward lane takes two cycles a visit, and sums in memory as many as they have words (spec §5)', async (t) => {
  // 1 + 3·2 + 2 + 3, a hop, 1 + 2·2 + 2 + 3
  t.deepEqual((await barsOf({ forwardLaneCount: 1 })).slice(0, 2), [
    '1 forward 0-12',
    '2 forward 13-23',
  ]);
  // Sums of 10 bits, one in a word of 16: M = 2·(2/1) = 4.
  t.deepEqual((await barsOf({ accumulate: 'memory' })).slice(0, 2), [
    '1 forward 0-18',
    '2 forward 19-33',
  ]);
});

test('a latency is counted from the first event in to the class out, and all cores leak as long as the chip runs (spec §5)', async (t) => {
  const engine = await makeEventDrivenEngine(timedExample());
  engine.train(batch);
  engine.infer(samples([3, 2, 1, 3, 2, 1], [1, 0]));
  const [inference, training] = engine.latencies();
  t.like(training, { sampleCount: 1, shortestCycles: 48, longestCycles: 48, elapsedCycles: 48 });
  // 18 + readout: a word of y each for two classes of 8 bits in 16: 1, a comparison, the class.
  t.like(inference, { sampleCount: 2, shortestCycles: 21, longestCycles: 21, elapsedCycles: 42 });
  const leaks = engine
    .ledgerRows()
    .filter(({ componentAction }) => componentAction === 'leakage.cycle');
  t.deepEqual(
    leaks.map(({ run, core, count }) => [run, core, count]),
    [
      ['inference', 10, 42],
      ['inference', 11, 42],
      ['training', 10, 48],
      ['training', 11, 48],
    ],
  );
});

test('a sample without events still passes the layers: its empty packet takes the hop and counts none (spec §8)', async (t) => {
  const engine = await makeEventDrivenEngine(timedExample(), { scheduledSampleCount: 1 });
  engine.infer(samples([0, 0, 0], [0]));
  const [first, second] = engine.schedule();
  // 1 + 0 + 2 + 3
  t.like(first, { layer: 1, fromTick: 0, toTick: 6 });
  t.is(second?.fromTick, 7);
  const eventsIn = engine.ledgerRows().find((row) => row.componentAction === 'io.eventIn');
  t.is(eventsIn, undefined);
});
