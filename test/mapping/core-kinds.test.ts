import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { cycleRows } from '../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../src/chip/engines.js';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import { areaByComponent, chipArea } from '../../src/hardware/chip-area.js';
import {
  type ChipModel,
  kindOfCore,
  type MemoryModel,
  type NamedKind,
} from '../../src/hardware/chip-model.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { priceTable } from '../../src/hardware/price-table.js';
import { compareActionKeys } from '../../src/ledger/ledger-row.js';
import type { Learning } from '../../src/mapping/learning.js';
import { allocateCores } from '../../src/mapping/placement/allocate-cores.js';
import { resolveNumerics } from '../../src/mapping/resolve-numerics.js';
import {
  buildTopology,
  type NetworkTopology,
  parseTopologyString,
} from '../../src/network/topology.js';
import { InputError } from '../../src/units/input-error.js';
import { randomSamples } from '../chip/images/random-image.js';
import { history, splitRows } from '../chip/timed/engine-history.js';
import { hasUnseenInputs } from '../chip/timed/unseen-inputs.js';
import { edit, makeFolder, shippedChipText } from '../hardware/model-folder.js';
import { agree } from '../support/agree.js';
import { holds } from '../support/holds.js';
import { placedImage } from './placed-image.js';
import { makeLearning } from './small-chip.js';

/*
 * Chips whose cores differ (docs/spec.md §7): what their files may say, where layers lie, what it costs, and that the
 * engines agree on them.
 */

/** With a table that is quickly computed. */
const edgeText = edit(shippedChipText('edge-28nm'), 'indexBits: 11', 'indexBits: 6');
const smallTable = [{ path: ['core', 'activationTable', 'indexBits'], value: 6, label: 'test' }];
let edge: ChipModel | null = null;
let three: ChipModel | null = null;

/** edge-28nm, read once. */
function loadedEdge(): ChipModel {
  edge ??= loadChip('edge-28nm', smallTable);
  return edge;
}

/** edge-28nm with this list of cores. */
function textOf(cores: string, text = edgeText): string {
  return text.replace(/^cores: .*$/m, `cores:\n${cores}`);
}

function load(t: ExecutionContext, text: string): ChipModel {
  return loadChip(path.join(makeFolder(t, { 'chip.yaml': text }), 'chip.yaml'));
}

function memory(wordBits: number): MemoryModel {
  return { bankCount: 1, wordsPerBank: 1024, wordBits };
}

const bank = (words: number, bits: number): string =>
  `{ banks: 1, wordsPerBank: ${words}, wordBits: ${bits} bit }`;

/** A kind for layers that do not learn, one for small layers that do, and cores as `core:` has them. */
const threeKinds = `
  - name: sensing
    count: 1
    neurons: 400
    lanes: { forward: 3, learning: 0 }
    memories:
      synapses: ${bank(256, 64)}
      feedback: { banks: 0, wordsPerBank: 1, wordBits: 64 bit }
      eventBuffer: { banks: 0, wordsPerBank: 1, wordBits: 20 bit }
  - { name: small, count: 3, axons: 40, neurons: 24, lanes: { learning: 5, activation: 1 }, memories: { synapses: ${bank(128, 64)} } }
  - { name: large, count: 2 }`;

/** The chip of `threeKinds`, read once. */
function loadedThree(t: ExecutionContext): ChipModel {
  three ??= load(t, textOf(threeKinds));
  return three;
}

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;

function network(text: string): NetworkTopology {
  return buildTopology(parseTopologyString(text), [3, 4, 4], 5, activation);
}

function kindsOf(
  chip: ChipModel,
  topology: NetworkTopology,
  changes: Partial<Learning> = {},
): readonly (readonly [kind: string | null, cores: readonly number[]])[] {
  const allocations = allocateCores(
    topology,
    chip,
    resolveNumerics(chip, {}),
    makeLearning(changes),
  );
  return allocations.map(({ parts }) => {
    const cores = parts.map(({ core }) => core);
    return [kindOfCore(chip, cores[0] ?? NaN).name, cores] as const;
  });
}

function refusal(t: ExecutionContext, attempt: () => unknown): readonly string[] {
  const error = t.throws(attempt, { instanceOf: InputError });
  return error.message.replaceAll(/\S*\//g, '').split('\n');
}

test('a kind has what it states, and of the rest what core says; kinds are numbered in the order of the file (spec §7)', (t) => {
  const chip = loadedThree(t);
  const common = loadedEdge().core;
  t.is(chip.coreCount, 6);
  t.deepEqual(
    [0, 1, 3, 4, 5].map((core) => kindOfCore(chip, core).name),
    ['sensing', 'small', 'small', 'large', 'large'],
  );
  t.deepEqual(kindOfCore(chip, 5).core, common);
  t.deepEqual(kindOfCore(chip, 2).core, {
    ...common,
    axonCount: 40,
    neuronCount: 24,
    laneCounts: { ...common.laneCounts, learning: 5, activation: 1 },
    memories: {
      ...common.memories,
      synapses: { bankCount: 1, wordsPerBank: 128, wordBits: 64 },
    },
  });
  t.deepEqual(chip.core, kindOfCore(chip, 0).core);
});

test('a list of cores that cannot be is refused with its place: empty, no cores of a kind, one name twice, no lanes for an event buffer (issue, bad input)', (t) => {
  const line = 1 + edgeText.split('\n').findIndex((text) => text.startsWith('cores:'));
  const said = (cores: string) => refusal(t, () => load(t, textOf(cores)))[0] ?? '';
  t.is(
    refusal(t, () => load(t, edgeText.replace(/^cores: .*$/m, 'cores: []')))[0],
    `chip.yaml:${line}:1: cores: the list is empty; name a kind of core, or write how many equal cores there are`,
  );
  t.is(
    said('  - { name: a, count: 0 }'),
    `chip.yaml:${line + 1}:23: cores[0].count: 0 is too small; it must be at least 1`,
  );
  t.is(
    said('  - { name: a, count: 1 }\n  - { name: a, count: 2 }'),
    `chip.yaml:${line + 2}:13: cores[1].name: a is the name of cores[0] too; give this kind a name of its own, or cores[0] a larger count`,
  );
  t.is(
    said('  - { name: a, count: 1000000 }\n  - { name: b, count: 1 }'),
    `chip.yaml:${line + 2}:23: cores[1].count: up to this kind the chip has 1000001 cores, a chip has at most 1000000; use a smaller count`,
  );
  t.is(
    said('  - { name: a, count: 1, lanes: { learning: 0 } }'),
    `chip.yaml:${line + 1}:45: cores[0].lanes.learning: 0 lanes do not fit an event buffer of 1 banks; a chip learns with both, or has neither`,
  );
  t.regex(
    said(`  - { name: a, count: 1, memories: { eventBuffer: ${bank(64, 8)} } }`),
    /cores\[0\]\.memories\.eventBuffer\.wordBits: an event has 26 bits, a word of the event buffer holds 8;/,
  );
  t.regex(
    said('  - { name: a, count: 1, tiles: 2 }'),
    /unknown key; allowed are name, count, axons/,
  );
});

test('a layer lies on the first kind that holds it with its free cores, in as few parts as that allows (spec §7)', (t) => {
  const chip = loadedThree(t);
  // 48 inputs are more than a small core's 40 axons: two axon parts; then 20 of 24 and 5 neurons.
  t.deepEqual(kindsOf(chip, network('FC_20_FC_5')), [
    ['small', [1, 2]],
    ['small', [3]],
  ]);
  // What does not learn is no reason against lanes that are missing.
  t.deepEqual(kindsOf(chip, network('FC_20_FC_5'), { frozenLayers: [1] }), [
    ['sensing', [0]],
    ['small', [1]],
  ]);
  // But bp carries δ of a frozen layer to none below it, and so needs none here either.
  t.deepEqual(kindsOf(chip, network('FC_20_FC_20_FC_5'), { frozenLayers: [2] }), [
    ['small', [1, 2]],
    ['sensing', [0]],
    ['small', [3]],
  ]);
  t.deepEqual(
    kindsOf(chip, network('FC_20_FC_20_FC_5'), { frozenLayers: [2], rule: { kind: 'bp' } }),
    [
      ['small', [1, 2]],
      ['small', [3]],
      ['large', [4]],
    ],
  );
  // 100 neurons take five small cores, of which there are three; 100 axons take those three, so that none is left for 5.
  t.deepEqual(kindsOf(chip, network('FC_100_FC_20_FC_5')), [
    ['large', [4]],
    ['small', [1, 2, 3]],
    ['large', [5]],
  ]);
});

test('a network that no kind holds is refused with kind, layer, what is missing and what would do (issue, bad input)', (t) => {
  const small = textOf(
    '  - { name: tiny, count: 1, axons: 10 }\n  - { name: small, count: 2, neurons: 24 }',
  );
  const line = 1 + edgeText.split('\n').findIndex((text) => text.startsWith('cores:'));
  const chip = load(t, small);
  t.deepEqual(
    refusal(t, () => kindsOf(chip, network('FC_60_FC_5'))),
    [
      `chip.yaml:${line + 1}:26: cores[0].count: layer 1 takes 5 cores of kind tiny of edge-28nm, 1 of 1 are free; with count: 5 it fits`,
      `chip.yaml:${line + 2}:27: cores[1].count: layer 1 takes 3 cores of kind small of edge-28nm, 2 of 2 are free; with count: 3 it fits`,
    ],
  );
  const flat = load(t, textOf('  - { name: flat, count: 9, neurons: 10 }'));
  t.deepEqual(
    refusal(t, () => kindsOf(flat, network('CONV_2_3_1_1_FC_5'), { frozenLayers: [1] })),
    [
      `chip.yaml:${line + 1}:38: cores[0].neurons: layer 1 needs 16 neurons even with one channel out and one channel in on a core, a core of kind flat of edge-28nm has 10, 6 too few`,
      'no kind of core holds layer 1: one core with 27 axons, 32 neurons, 3456 bits of synapses memory, 2048 bits of neurons memory and 128 bits of bias memory would; make a kind larger or add one, or use a smaller layer or narrower formats',
    ],
  );
});

test('each kind counts with its own memories: one area, and an access costs what the memory of its core says (spec §6, §7)', (t) => {
  const chip = loadedThree(t);
  const common = loadedEdge();
  const { areaMm2: largeMm2 } =
    common.areas.core.find(({ component }) => component === 'synapses') ?? {};
  const synapses = areaByComponent(chip).filter(({ component }) => component === 'synapses');
  t.deepEqual(
    synapses.map(({ kind, cores, bits }) => [kind, cores, bits]),
    [
      ['sensing', 1, 256 * 64],
      ['small', 3, 128 * 64],
      ['large', 2, common.areas.core.find(({ component }) => component === 'synapses')?.bits],
    ],
  );
  t.is(synapses[2]?.areaMm2, largeMm2);
  const total = chipArea(chip).totalMm2 ?? NaN;
  const sum = areaByComponent(chip).reduce(
    (mm2, part) => mm2 + part.cores * (part.areaMm2 ?? NaN),
    0,
  );
  t.true(Math.abs(total / sum - 1) < 1e-12);
  t.true(total < (chipArea({ ...common, coreCount: 6 }).totalMm2 ?? NaN));
  const readOn = (core: number) =>
    chip.unitPrice({ componentAction: 'synapses.read', bits: 64, core })?.energyPj ?? NaN;
  t.true(readOn(1) < readOn(0) && readOn(0) < readOn(4));
  t.is(readOn(4), common.unitPrice({ componentAction: 'synapses.read', bits: 64 })?.energyPj ?? 0);
  const kinds = priceTable(chip).filter(
    ({ componentAction }) => componentAction === 'synapses.read',
  );
  t.deepEqual(
    kinds.map(({ coreKind, bits }) => [coreKind, bits]),
    [
      ['sensing', 64],
      ['small', 64],
      ['large', common.core.memories.synapses.wordBits],
    ],
  );
});

/** edge-28nm with two or three kinds that differ in everything a kind may; there are cores enough for small networks. */
function drawnChip(common: ChipModel): fc.Arbitrary<ChipModel> {
  const { memories, laneCounts } = common.core;
  const none = { bankCount: 0, wordsPerBank: 1, wordBits: 32 };
  const drawn = fc.record({
    count: fc.integer({ min: 1, max: 6 }),
    axonCount: fc.integer({ min: 9, max: 80 }),
    neuronCount: fc.integer({ min: 16, max: 80 }),
    lanes: fc.record({
      forward: fc.integer({ min: 1, max: 9 }),
      learning: fc.integer({ min: 0, max: 9 }),
      activation: fc.integer({ min: 1, max: 3 }),
    }),
    wordBits: fc.constantFrom(64, 128),
  });
  return fc.array(drawn, { minLength: 1, maxLength: 2 }).map((kinds) => {
    const all = [...kinds, { ...common.core, count: 12, lanes: laneCounts, wordBits: 128 }];
    let coreCount = 0;
    const named = all.map(
      ({ count, axonCount, neuronCount, lanes, wordBits }, index): NamedKind => {
        const firstCore = coreCount;
        coreCount += count;
        const eventBuffer = lanes.learning === 0 ? none : memories.eventBuffer;
        const own = { synapses: memory(wordBits), neurons: memory(wordBits), eventBuffer };
        const core = {
          ...common.core,
          axonCount,
          neuronCount,
          laneCounts: lanes,
          memories: { ...memories, ...own },
        };
        const problem = (_: unknown, sentence: string) => new InputError(sentence);
        return { name: `kind${index}`, firstCore, count, core, areas: [], problem };
      },
    );
    return { ...common, coreCount, kinds: named };
  });
}

test('oracle, fast and event-driven engine agree on every bit and count, and on the cycles of §5, where layers lie on kinds of cores that differ (spec §3, §5, §7)', async (t) => {
  t.timeout(120_000);
  const kindCounts = new Set<number>();
  let comparedCount = 0;
  await holds(
    t,
    fc.asyncProperty(
      drawnChip(loadedEdge()),
      fc.constantFrom('FC_20_FC_5', 'FC_33_FC_9_FC_5', 'CONV_4_3_1_1_FC_12_FC_5'),
      fc.constantFrom('drtp', 'dfa', 'fa', 'bp'),
      fc.constantFrom([], [1]),
      fc.integer({ min: 1, max: 1_000_000 }),
      async (chip, name, rule, frozenLayers, seed) => {
        const topology = network(name);
        const isConvolution = name.startsWith('CONV');
        const learning = makeLearning({
          rule: { kind: rule },
          frozenLayers: isConvolution ? [1] : frozenLayers,
        });
        const image = placedImage(topology, chip, learning, { seed });
        kindCounts.add(new Set(image.layers.map(({ core }) => kindOfCore(chip, core).name)).size);
        const samples = randomSamples(image, seed, 3);
        const engines = {
          oracle: new OracleEngine(image),
          fast: await makeFastEngine(image),
          timed: await makeEventDrivenEngine(image),
        };
        const oracle = history(engines.oracle, image, samples);
        agree(t, image, { fast: history(engines.fast, image, samples), oracle });
        agree(t, image, { timed: history(engines.timed, image, samples), oracle });
        const { cycles, counts } = splitRows(engines.timed.ledgerRows());
        agree(t, image, { fast: engines.fast.ledgerRows(), oracle: engines.oracle.ledgerRows() });
        agree(t, image, { timed: counts, oracle: engines.oracle.ledgerRows() });
        if (engines.timed.hazards().count > 0 || hasUnseenInputs(image)) return;
        comparedCount += 1;
        const expected = [...cycleRows(image, engines.fast.activity())].sort(compareActionKeys);
        agree(t, image, { timed: cycles, 'closed form': expected });
      },
    ),
    { seed: 20_261_129, numRuns: 30 },
  );
  t.true(comparedCount > 20, `${comparedCount} compared`);
  t.true(kindCounts.has(2), 'some networks lie on several kinds');
});
