import test from 'ava';
import fc from 'fast-check';
import { EventQueue } from '../../src/time/event-queue.js';
import { holds } from '../support/holds.js';

interface Entry {
  readonly tick: number;
  readonly phase: number;
  readonly isCancelled: boolean;
}

/** Few different ticks and phases, so that ties are common; some far ahead. */
const entries = fc.array(
  fc.record({
    tick: fc.oneof(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 400 }),
      fc.maxSafeInteger().map((tick) => Math.abs(tick)),
    ),
    phase: fc.integer({ min: 0, max: 7 }),
    isCancelled: fc.boolean(),
  }),
  { maxLength: 300 },
);

/** A queue whose handler writes down what it is called with, and the tick. */
function recordingQueue() {
  const queue = new EventQueue();
  const calls: [tick: number, first: number, second: number][] = [];
  const handler = queue.register((first, second) => {
    calls.push([queue.now, first, second]);
  });
  return { queue, handler, calls };
}

/** Handles all that waits; as many steps as there are entries, never more. */
function drain(queue: EventQueue): void {
  for (let rest = queue.size; rest > 0; rest -= 1) queue.step();
}

/** The order by definition: a stable sort by tick and phase. */
function sorted(list: readonly Entry[]): [number, number, number][] {
  return [...list.entries()]
    .filter(([, entry]) => !entry.isCancelled)
    .toSorted(([, left], [, right]) => left.tick - right.tick || left.phase - right.phase)
    .map(([number, entry]) => [entry.tick, number, entry.phase]);
}

test('entries leave by tick, then phase, then first in first out, without those cancelled (architecture: time)', (t) => {
  holds(
    t,
    fc.property(entries, (list) => {
      const { queue, handler, calls } = recordingQueue();
      const tickets = list.map((entry, number) =>
        queue.schedule(entry.tick, entry.phase, handler, number, entry.phase),
      );
      for (const [number, entry] of list.entries()) {
        if (entry.isCancelled) t.true(queue.cancel(tickets[number] ?? -1));
      }
      drain(queue);
      t.deepEqual(calls, sorted(list));
      t.false(queue.step());
    }),
    { seed: 4_001, numRuns: 300 },
  );
});

test('entries scheduled while others are handled take their place in the same order', (t) => {
  holds(
    t,
    fc.property(entries, fc.array(fc.integer({ min: 0, max: 5 })), (list, delays) => {
      const queue = new EventQueue();
      const seen: { readonly tick: number; readonly order: number }[] = [];
      let order = 0;
      let next = 0;
      const pending: { tick: number; phase: number; order: number }[] = [];
      const add = (tick: number, phase: number) => {
        queue.schedule(tick, phase, handler, order, 0);
        pending.push({ tick, phase, order });
        order += 1;
      };
      const handler = queue.register((entry) => {
        seen.push({ tick: queue.now, order: entry });
        // The sorted model of what waits has the same entry in front.
        pending.sort((a, b) => a.tick - b.tick || a.phase - b.phase || a.order - b.order);
        t.is(pending.shift()?.order, entry);
        const delay = delays[next];
        next += 1;
        if (delay !== undefined && queue.now < 1_000) add(queue.now + delay, delay);
      });
      for (const entry of list) add(entry.tick, entry.phase);
      let steps = list.length + delays.length;
      while (steps > 0 && queue.step()) steps -= 1;
      t.is(queue.size, 0);
      t.true(seen.every(({ tick }, index) => index === 0 || tick >= (seen[index - 1]?.tick ?? 0)));
    }),
    { seed: 4_002, numRuns: 150 },
  );
});

test('a ticket cancels its own entry once, and never another that took the same place later', (t) => {
  const { queue, handler, calls } = recordingQueue();
  const first = queue.schedule(5, 0, handler, 1, 0);
  t.true(queue.cancel(first));
  t.false(queue.cancel(first));
  const second = queue.schedule(5, 0, handler, 2, 0);
  t.false(queue.cancel(first), 'the slot is in use again');
  queue.step();
  t.false(queue.cancel(second), 'it was handled');
  t.deepEqual(calls, [[5, 2, 0]]);
});

test('the last tick is 2^53 − 1, and nothing goes to the past', (t) => {
  const { queue, handler, calls } = recordingQueue();
  const last = Number.MAX_SAFE_INTEGER;
  queue.schedule(last, 0, handler, 7, 0);
  queue.schedule(last - 1, 7, handler, 6, 0);
  drain(queue);
  t.deepEqual(calls, [
    [last - 1, 6, 0],
    [last, 7, 0],
  ]);
  t.throws(() => queue.schedule(last - 1, 0, handler, 0, 0), {
    instanceOf: RangeError,
    message: `event queue: tick ${last - 1} cannot be scheduled at tick ${last}; ticks are safe integers and never past`,
  });
});

test('a tick that is no safe integer, a phase beyond 7 and an unknown handler are refused by value', (t) => {
  const { queue, handler } = recordingQueue();
  t.throws(() => queue.schedule(1.5, 0, handler, 0, 0), { message: /tick 1\.5/ });
  t.throws(() => queue.schedule(NaN, 0, handler, 0, 0), { message: /tick NaN/ });
  t.throws(() => queue.schedule(2 ** 53, 0, handler, 0, 0), { message: /tick 9007199254740992/ });
  t.throws(() => queue.schedule(1, 8, handler, 0, 0), { message: /phase 8 is outside 0\.\.7/ });
  t.throws(() => queue.schedule(1, 0, handler + 1, 0, 0), {
    message: /handler 1 is none of the 1/,
  });
  t.is(queue.size, 0);
});

test('more than 2^20 waiting entries are refused, not lost', (t) => {
  const { queue, handler } = recordingQueue();
  const limit = 2 ** 20;
  for (let entry = 0; entry < limit; entry += 1) queue.schedule(limit - entry, 0, handler, 0, 0);
  t.throws(() => queue.schedule(1, 0, handler, 0, 0), {
    message: /1048576 entries wait, room is for 1048576/,
  });
  t.is(queue.size, limit);
});
