import test from 'ava';
import type { LayerPart } from '../../../src/chip/image/chip-image.js';
import type { ChipModel, RouterModel } from '../../../src/hardware/chip-model.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import type { GridRequest } from '../../../src/mapping/placement/layer-grid.js';
import { placeParts } from '../../../src/mapping/placement/place-parts.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import { buildTopology, parseTopologyString } from '../../../src/network/topology.js';
import { makeChip, makeLearning } from '../small-chip.js';

const topology = buildTopology(parseTopologyString('FC_6_FC_4'), 8, 4, {
  hidden: 'tanh',
  output: 'sigmoid',
});
const seed = 7;

/** Both layers, on as many cores as are asked for. */
function place(router: RouterModel, requests: readonly GridRequest[]) {
  const chip: ChipModel = { ...makeChip(), router };
  const numerics = resolveNumerics(chip, {});
  const allocations = allocateCores(topology, chip, numerics, makeLearning(), requests);
  return [0, 1].map((index) => placeParts(allocations, index, chip, seed));
}

const split: readonly GridRequest[] = [
  { layer: 1, neuronParts: 2, axonParts: 2 },
  { layer: 2, neuronParts: 2, axonParts: 1 },
];

function hopsOf(parts: readonly LayerPart[] | null | undefined) {
  return parts?.map(({ core, outputHops, labelHops, homeHops }) => [
    core,
    outputHops,
    labelHops,
    homeHops,
  ]);
}

test('hops on a mesh of 3 columns are those counted by hand (spec §7)', (t) => {
  const [hidden, output] = place({ kind: 'mesh', columns: 3 }, split);
  /*
   * Layer 1: cores 0, 1 (neuron part 0), 2, 3 (neuron part 1); layer 2: cores 4, 5, both homes. Core 0 is at (0, 0), core 2
   * at (2, 0), core 3 at (0, 1), core 4 at (1, 1), core 5 at (2, 1).
   */
  t.deepEqual(hopsOf(hidden?.parts), [
    [0, [2, 3], 1, 0],
    [1, [], 2, 1],
    [2, [2, 1], 3, 0],
    [3, [], 2, 3],
  ]);
  // The second home of the output layer sends to the first.
  t.deepEqual(hopsOf(output?.parts), [
    [4, [], 3, 0],
    [5, [], 4, 1],
  ]);
  t.deepEqual([hidden?.core, hidden?.outputHops, hidden?.labelHops], [0, 3, 1]);
  t.deepEqual([output?.core, output?.outputHops, output?.labelHops], [4, 0, 3]);
});

test('hops on a bus are its own, whatever the cores (spec §7)', (t) => {
  const [hidden, output] = place({ kind: 'bus', hopsBetweenCores: 2, labelHops: 5 }, split);
  t.deepEqual(hopsOf(hidden?.parts), [
    [0, [2, 2], 5, 0],
    [1, [], 5, 2],
    [2, [2, 2], 5, 0],
    [3, [], 5, 2],
  ]);
  t.deepEqual(hopsOf(output?.parts), [
    [4, [], 5, 0],
    [5, [], 5, 2],
  ]);
});

test('a layer on one core has no parts where its events go to one core, else one (spec §7)', (t) => {
  const bus = { kind: 'bus', hopsBetweenCores: 2, labelHops: 1 } as const;
  const [hidden, output] = place(bus, []);
  t.deepEqual([hidden?.parts, hidden?.core, hidden?.outputHops], [null, 0, 2]);
  t.deepEqual([output?.parts, output?.core, output?.outputHops], [null, 1, 0]);
  const [below, above] = place(bus, [{ layer: 2, neuronParts: 1, axonParts: 3 }]);
  t.deepEqual(hopsOf(below?.parts), [[0, [2, 2, 2], 1, 0]]);
  t.is(above?.parts?.length, 3);
});

test('every core has seeds of its own; those of an unsplit network are the seeds of its layers (spec §2.5, §7)', (t) => {
  const bus = { kind: 'bus', hopsBetweenCores: 1, labelHops: 1 } as const;
  const whole = place(bus, []).map(({ laneSeeds }) => [...laneSeeds]);
  const parts = place(bus, split).flatMap((layer) => layer.parts ?? []);
  const seeds = parts.map(({ laneSeeds }) => [...laneSeeds]);
  t.is(new Set(seeds.map((lanes) => lanes.join())).size, 6);
  // Cores 0 and 1, which layers 1 and 2 have where neither is split.
  t.deepEqual(seeds.slice(0, 2), whole);
});
