import test from 'ava';
import { coreHops, labelHops } from '../../../src/mapping/placement/router-hops.js';

test('on a bus any two cores are equally far apart, a core from itself not at all (spec §7)', (t) => {
  const bus = { kind: 'bus', hopsBetweenCores: 3, labelHops: 2 } as const;
  t.deepEqual([coreHops(bus, 0, 1), coreHops(bus, 7, 2), coreHops(bus, 4, 4)], [3, 3, 0]);
  t.deepEqual([labelHops(bus, 0), labelHops(bus, 9)], [2, 2]);
});

test('on a mesh hops are |Δx| + |Δy|, from the input one more than from core 0 (spec §7)', (t) => {
  const mesh = { kind: 'mesh', columns: 3 } as const;
  /*
   * 0 1 2
   * 3 4 5
   * 6 7
   */
  const distances = [0, 1, 2, 1, 2, 3, 2, 3];
  for (const [core, hops] of distances.entries()) {
    t.is(coreHops(mesh, 0, core), hops);
    t.is(coreHops(mesh, core, 0), hops);
    t.is(labelHops(mesh, core), hops + 1);
  }
  // (2, 0) to (0, 2), (1, 1) to (2, 0), (2, 1) to (0, 1).
  t.deepEqual([coreHops(mesh, 2, 6), coreHops(mesh, 4, 2), coreHops(mesh, 5, 3)], [4, 2, 2]);
});

test('a mesh of one column is a line', (t) => {
  const line = { kind: 'mesh', columns: 1 } as const;
  t.deepEqual([coreHops(line, 1, 5), labelHops(line, 5)], [4, 6]);
});
