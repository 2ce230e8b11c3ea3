import test from 'ava';
import fc from 'fast-check';
import { BoundedQueue } from '../../src/time/bounded-queue.js';
import { holds } from '../support/holds.js';

test('values leave first in first out, and the queue is full exactly at its capacity (spec §8)', (t) => {
  holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), { maxLength: 80 }),
      (capacity, operations) => {
        const queue = new BoundedQueue('link 3', capacity);
        const model: number[] = [];
        for (const value of operations) {
          if (value === null) {
            if (model.length === 0) t.throws(() => queue.shift(), { message: /nothing waits/ });
            else {
              t.is(queue.peek(), model[0] ?? NaN);
              t.is(queue.shift(), model.shift() ?? NaN);
            }
          } else if (model.length === capacity) {
            t.throws(() => {
              queue.push(value);
            });
          } else {
            queue.push(value);
            model.push(value);
          }
          t.is(queue.size, model.length);
          t.is(queue.isFull, model.length === capacity);
        }
      },
    ),
    { seed: 4_003, numRuns: 300 },
  );
});

test('an overflow names the queue, the value, the capacity and what to do', (t) => {
  const queue = new BoundedQueue('router: link 2 → 3', 2);
  queue.push(10);
  queue.push(11);
  t.throws(
    () => {
      queue.push(12);
    },
    {
      instanceOf: RangeError,
      message:
        'router: link 2 → 3: 12 does not fit, all 2 places are taken; make the queue deeper or its sender wait',
    },
  );
  t.is(queue.shift(), 10);
});

test('a queue without places is refused', (t) => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    t.throws(() => new BoundedQueue('link', capacity), {
      message: `link: a queue of capacity ${capacity} holds nothing; use 1 or more`,
    });
  }
});
