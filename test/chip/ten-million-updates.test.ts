import test from 'ava';
import seedrandom from 'seedrandom';
import { Chip } from '../../src/chip/chip.js';
import { FastEngine } from '../../src/chip/kernels/fast-engine.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { allocateCores } from '../../src/mapping/allocate-cores.js';
import { placeNetwork } from '../../src/mapping/place-network.js';
import { resolveNumerics } from '../../src/mapping/resolve-numerics.js';
import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';

const inputCount = 784;
const sampleCount = 140;
/** As many pixels of MNIST are not 0. */
const activeFraction = 150 / inputCount;

test('oracle and fast engine agree on every bit after ten million weight updates of 784-500-10 on edge-28nm (spec §3)', async (t) => {
  t.timeout(240_000);
  const chip = loadChip('edge-28nm');
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const topology = buildTopology(parseTopologyString('FC_500_FC_10'), inputCount, 10, activation);
  const numerics = resolveNumerics(chip, {});
  const { image } = placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics),
    parameters: drawParameters(topology, 1),
    chip,
    numerics,
    rule: { kind: 'drtp' },
    loss: 'bce',
    lossReduction: 'sum',
    learningRate: 2 ** -7,
    seed: 1,
    isDense: false,
    eventThreshold: 0,
  });
  const draw = seedrandom('ten million updates');
  const batch = {
    inputsRaw: Int32Array.from({ length: sampleCount * inputCount }, () =>
      draw() < activeFraction ? 1 + Math.floor(draw() * 255) : 0,
    ),
    labels: Uint8Array.from({ length: sampleCount }, () => Math.floor(draw() * 10)),
  };
  const oracle = new Chip(image);
  const fast = await FastEngine.create(image);
  t.deepEqual(fast.train(batch), oracle.train(batch));
  const rows = oracle.ledgerRows();
  // One draw per weight updated (spec §2.5): the draws are the updates.
  const updateCount = rows
    .filter(({ componentAction }) => componentAction === 'random.draw')
    .reduce((sum, { count }) => sum + count, 0);
  t.true(updateCount >= 10_000_000, `${updateCount} updates`);
  t.deepEqual(fast.learnedState(), oracle.learnedState());
  t.deepEqual(fast.ledgerRows(), rows);
  t.deepEqual(fast.tensorHealth(), oracle.tensorHealth());
  t.deepEqual(fast.updateHealth(), oracle.updateHealth());
  t.deepEqual(fast.wear(), oracle.wear());
  t.log(`${updateCount} weight updates, 0 mismatches`);
});
