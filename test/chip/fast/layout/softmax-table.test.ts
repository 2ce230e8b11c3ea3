import test from 'ava';
import { softmaxTable } from '../../../../src/chip/fast/layout/softmax-table.js';

test('the table holds 2^16·e^(−j/256), rounded to nearest (spec §2.13)', (t) => {
  // No entry lies within 10^−6 of a half, far more than a double is off.
  const expected = Int32Array.from({ length: 4096 }, (_, index) => {
    const entry = 65_536 * Math.exp(-index / 256);
    t.true(Math.abs((entry % 1) - 0.5) > 1e-6);
    return Math.round(entry);
  });
  t.deepEqual(softmaxTable(), expected);
});
