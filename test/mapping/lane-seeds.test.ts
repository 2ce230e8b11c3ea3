import test from 'ava';
import { laneSeeds } from '../../src/mapping/lane-seeds.js';

const generator = { widthBits: 4, polynomialMask: 0b1001 };

test('lane seeds are different, never 0 and inside the register, even when all states are needed (spec §2.5)', (t) => {
  const seeds = laneSeeds(generator, 15, 1, 1);
  t.deepEqual(
    [...seeds].sort((left, right) => left - right),
    Array.from({ length: 15 }, (_, i) => i + 1),
  );
});

test('lane seeds depend on the seed and the core, and on nothing else', (t) => {
  const wide = { widthBits: 16, polynomialMask: 0xb400 };
  t.deepEqual(laneSeeds(wide, 16, 7, 1), laneSeeds(wide, 16, 7, 1));
  t.notDeepEqual(laneSeeds(wide, 16, 7, 1), laneSeeds(wide, 16, 7, 2));
  t.notDeepEqual(laneSeeds(wide, 16, 7, 1), laneSeeds(wide, 16, 8, 1));
});

test('more lanes than register states are refused', (t) => {
  t.throws(() => laneSeeds(generator, 16, 1, 1), { message: /16 learning lanes .* has 15/ });
});
