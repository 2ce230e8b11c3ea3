import test from 'ava';
import fc from 'fast-check';
import { eventsOf } from '../../../../src/chip/oracle/units/address-event.js';
import { holds } from '../../../support/holds.js';

const valuesRaw = [0n, 3n, -3n, 2n, -2n, 4n];

test('values with |value| > θ are events, in ascending address order (spec §1)', (t) => {
  t.deepEqual(eventsOf(valuesRaw, { thresholdRaw: 2n, isDense: false }), [
    { axon: 1, valueRaw: 3n },
    { axon: 2, valueRaw: -3n },
    { axon: 5, valueRaw: 4n },
  ]);
  t.deepEqual(
    eventsOf(valuesRaw, { thresholdRaw: 0n, isDense: false }).map(({ axon }) => axon),
    [1, 2, 3, 4, 5],
  );
});

test('dense delivery sends every value, those that are no events as 0 (spec §1)', (t) => {
  t.deepEqual(
    eventsOf(valuesRaw, { thresholdRaw: 2n, isDense: true }).map(({ valueRaw }) => valueRaw),
    [0n, 3n, -3n, 0n, 0n, 4n],
  );
});

test('a higher threshold never sends an event that a lower one does not (spec §1)', (t) => {
  const values = fc.array(fc.bigInt({ min: -9n, max: 9n }));
  const thresholds = fc.bigInt({ min: 0n, max: 9n });
  holds(
    t,
    fc.property(values, thresholds, thresholds, (drawn, one, other) => {
      const axons = (thresholdRaw: bigint) =>
        eventsOf(drawn, { thresholdRaw, isDense: false }).map(({ axon }) => axon);
      const [low, high] = one < other ? [one, other] : [other, one];
      const allowed = new Set(axons(low));
      t.true(axons(high).every((axon) => allowed.has(axon)));
    }),
    { seed: 31 },
  );
});
