import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ChipModel } from '../../src/hardware/chip-model.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { allocateCores, type LayerAllocation } from '../../src/mapping/placement/allocate-cores.js';
import { resolveNumerics } from '../../src/mapping/resolve-numerics.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import { InputError } from '../../src/units/input-error.js';
import { edit, shippedChipText } from '../hardware/model-folder.js';

/** ODIN: words of 128 bits, sums of 16 bits in memory, h of 8. */
const odinText = shippedChipText('odin-28nm');

function load(t: ExecutionContext, neuronsPerWord: string, wordBits: number): ChipModel {
  const folder = mkdtempSync(path.join(tmpdir(), 'chip-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const words = edit(odinText, 'neuronsPerWord: 1', `neuronsPerWord: ${neuronsPerWord}`);
  const text = edit(words, 'wordBits: 128 bit', `wordBits: ${wordBits} bit`);
  writeFileSync(path.join(folder, 'chip.yaml'), text);
  return loadChip(path.join(folder, 'chip.yaml'));
}

/** Allocation of one layer of `neuronCount` neurons behind 16 inputs. */
function allocate(chip: ChipModel, neuronCount: number): LayerAllocation | undefined {
  const topology = buildTopology(parseTopologyString(`FC_${neuronCount}`), 16, neuronCount, {
    hidden: 'tanh',
    output: 'sigmoid',
  });
  const [allocation] = allocateCores(topology, chip, resolveNumerics(chip, {}), {
    rule: { kind: 'drtp' },
    frozenLayers: [],
    optimizer: 'sgd',
    batchSize: 1,
    feedbackSource: 'memory',
  });
  return allocation;
}

function neuronBits(allocation: LayerAllocation | undefined): number | undefined {
  return allocation?.parts[0]?.memories.find(({ component }) => component === 'neurons')?.usedBits;
}

test('with neuronsPerWord n a word holds sum and h of n neurons, and ⌈κ/n⌉ words are needed (spec §4.1, §4.5)', (t) => {
  for (const [neuronsPerWord, neuronCount, words] of [
    [1, 100, 100],
    [3, 100, 34],
    [5, 100, 20],
  ] as const) {
    const allocation = allocate(load(t, String(neuronsPerWord), 128), neuronCount);
    t.is(allocation?.organisation.accumulatorsPerWord, neuronsPerWord);
    t.is(allocation?.organisation.outputsPerWord, neuronsPerWord);
    t.is(neuronBits(allocation), words * 128);
  }
});

test('packed words hold eight sums of 16 bits or sixteen h of 8, and need both (spec §4.5)', (t) => {
  const allocation = allocate(load(t, 'packed', 128), 100);
  t.is(allocation?.organisation.accumulatorsPerWord, 8);
  t.is(allocation?.organisation.outputsPerWord, 16);
  t.is(neuronBits(allocation), (13 + 7) * 128);
});

test('a word that does not hold all of n neurons, 24 bits each, is refused with the bits', (t) => {
  t.notThrows(() => allocate(load(t, '2', 48), 10));
  t.throws(() => allocate(load(t, '2', 47), 10), {
    instanceOf: InputError,
    message:
      /a word of the neurons memory has 47 bits and does not hold all of 2 neurons \(neuronsPerWord\), 48 bits/,
  });
});
