import { checkLfsrSpec, type LfsrSpec } from '../numerics/lfsr.js';
import { coreMemories } from '../ledger/components.js';
import { canonicalHash } from '../units/canonical-hash.js';
import { InputError } from '../units/input-error.js';
import { printQuantity } from '../units/quantity.js';
import {
  type KeyPath,
  type Override,
  readStrictYaml,
  type StrictYaml,
} from '../units/strict-yaml.js';
import { chipAreas } from './area-book.js';
import type { ChipModel, CoreModel, MemoryModel } from './chip-model.js';
import { type ChipFile, chipSchema } from './chip-schema.js';
import {
  describeNamedTechnology,
  loadNamedTechnology,
  type TechnologySummary,
} from './load-technology.js';
import { macroPrices } from './sram/macro-table.js';
import {
  findModel,
  listModels,
  type ModelFile,
  readModelText,
  shippedModel,
} from './model-files.js';
import { ClockError, PriceBook, usualClockMhz } from './price-book.js';
import { OutsideTableError } from './sram/sram-model.js';
import { ownPrices, statedAreas, statedPrices } from './stated-entries.js';
import type { TechnologyModel } from './technology-model.js';
import { besideRewriteCycles } from '../time/update-schedule.js';

function hashModel(chip: ChipFile, technology: TechnologyModel): string {
  return canonicalHash([chip, technology.text.value, technology.tableTexts]);
}

function readGenerator(file: StrictYaml<ChipFile>): LfsrSpec {
  const { width, mask } = file.value.core.randomGenerator;
  const generator = { widthBits: width, polynomialMask: mask };
  try {
    checkLfsrSpec(generator);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw file.problem(['core', 'randomGenerator', 'mask'], error.message);
  }
  return generator;
}

/** Whether a chip has what its schedule of the update needs (docs/spec.md §5.1). @throws InputError */
function checkUpdate(file: StrictYaml<ChipFile>): void {
  const { core } = file.value;
  const { synapses } = core.memories;
  if (core.update.writeBanks === 'interleaved' && synapses.bankCount < 2) {
    throw file.problem(
      ['core', 'update', 'writeBanks'],
      `interleaved needs two macros that hold the words of a row by turns, the synapse memory has ${synapses.bankCount}; give it 2 banks or more, or use shared`,
    );
  }
  if (
    core.update.schedule === 'beside' &&
    besideRewriteCycles(core.ports, core.update.writeBanks) === null
  ) {
    throw file.problem(
      ['core', 'update', 'schedule'],
      'beside needs two ports or interleaved banks, for the forward pass takes one way to the synapses and the update another; set ports: 2, or writeBanks: interleaved, or use serial or fused',
    );
  }
  if (core.update.schedule !== 'serial' && core.lanes.learning === 0) {
    throw file.problem(
      ['core', 'update', 'schedule'],
      `${core.update.schedule} is a schedule of learning, and the chip has no learning lanes; use serial`,
    );
  }
}

/** What the schema cannot say of one key alone. @throws InputError */
function checkConsistency(file: StrictYaml<ChipFile>, technology: TechnologyModel): void {
  const { core, events, tensors, voltage } = file.value;
  const { bankCount: eventBanks, wordBits: eventWordBits } = core.memories.eventBuffer;
  if ((eventBanks === 0) !== (core.lanes.learning === 0)) {
    throw file.problem(
      ['core', 'lanes', 'learning'],
      `${core.lanes.learning} lanes do not fit an event buffer of ${eventBanks} banks; a chip learns with both, or has neither`,
    );
  }
  if (eventBanks > 0 && eventWordBits < events.address + events.value) {
    throw file.problem(
      ['core', 'memories', 'eventBuffer', 'wordBits'],
      `an event has ${events.address + events.value} bits, a word of the event buffer holds ${eventWordBits}; a word holds a whole event`,
    );
  }
  checkUpdate(file);
  const { input, indexBits } = core.activationTable;
  if (!input.isSigned || input.totalBits < indexBits) {
    throw file.problem(
      ['core', 'activationTable', 'input'],
      `the input of an activation table is signed and has at least indexBits = ${indexBits} bits`,
    );
  }
  for (const name of ['activation', 'output'] as const) {
    const { totalBits, fractionBits } = tensors[name].format;
    if (totalBits > 16 || fractionBits < 0 || fractionBits > 16) {
      throw file.problem(
        ['tensors', name, 'format'],
        'has at most 16 bits and 0 to 16 fraction bits (docs/spec.md §2.4)',
      );
    }
  }
  const { lowest, highest } = technology.text.value.voltage;
  if (voltage < lowest || voltage > highest) {
    const print = (valueV: number): string => printQuantity(valueV, 'voltage');
    throw file.problem(
      ['voltage'],
      `${print(voltage)} is outside the range of ${technology.text.value.name}, ${print(lowest)} to ${print(highest)}`,
    );
  }
}

function readCore(file: StrictYaml<ChipFile>): CoreModel {
  const { core } = file.value;
  const { input, indexBits, interpolation } = core.activationTable;
  return {
    axonCount: core.axons,
    neuronCount: core.neurons,
    memories: core.memories,
    portCount: core.ports,
    update: core.update,
    writeGating: core.writeGating,
    accumulate: core.accumulate,
    neuronsPerWord: core.neuronsPerWord,
    laneCounts: core.lanes,
    pipelineDepthCycles: core.pipelineDepthCycles,
    eventOverheadCycles: core.eventOverheadCycles,
    activationTable: { inputFormat: input, indexBits, interpolation },
    randomGenerator: readGenerator(file),
  };
}

function readFile(found: ModelFile, overrides: readonly Override[]): StrictYaml<ChipFile> {
  return readStrictYaml(found.shownPath, readModelText(found), chipSchema, overrides);
}

/**
 * Result of `compute`. A memory of the chip that the technology's table does not hold is a mistake of the chip, not of
 * the technology's formula, which is right for others.
 * @throws InputError
 */
function blamingMemories<Result>(file: StrictYaml<ChipFile>, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    const cause = error instanceof InputError ? error.cause : error;
    if (!(cause instanceof OutsideTableError)) throw error;
    const { measure, bankBits, wordBits, message } = cause;
    const { core, delayedErrorMemory } = file.value;
    const memories: readonly (readonly [KeyPath, MemoryModel])[] = [
      ...coreMemories.map((name) => [['core', 'memories', name], core.memories[name]] as const),
      [['delayedErrorMemory'], delayedErrorMemory],
    ];
    const built = memories.filter(([, { bankCount }]) => bankCount > 0);
    const found = built.find(([, memory]) =>
      measure === 'word'
        ? memory.wordBits === wordBits
        : memory.wordsPerBank * memory.wordBits === bankBits,
    );
    if (found === undefined) throw error;
    throw file.problem([...found[0], measure === 'word' ? 'wordBits' : 'wordsPerBank'], message);
  }
}

/**
 * Result of `compute`. A price that fails at the chip's clock and not at a usual one is a mistake of the chip, not of the
 * technology's formula, which is right for others.
 * @throws InputError
 */
function blamingClock<Result>(file: StrictYaml<ChipFile>, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof InputError && error.cause instanceof ClockError)) throw error;
    const [own, usual] = [file.value.clock, usualClockMhz].map((mhz) =>
      printQuantity(mhz, 'frequency'),
    );
    throw file.problem(
      ['clock'],
      `at ${own} there is no such price (${error.message}); at ${usual} there is`,
    );
  }
}

function buildChip(file: StrictYaml<ChipFile>, technology: TechnologyModel): ChipModel {
  const { value } = file;
  checkConsistency(file, technology);
  const { name, description, router, events, tensors } = value;
  const macros = macroPrices(file);
  const physics = {
    name,
    voltageV: value.voltage,
    clockMhz: value.clock,
    core: readCore(file),
    delayedErrorMemory: value.delayedErrorMemory,
    tensors,
  };
  const chipEvents = {
    addressBits: events.address,
    valueBits: events.value,
    labelBits: events.label,
    threshold: events.threshold,
    isDense: events.dense,
  };
  const { prices, areas } = blamingMemories(file, () =>
    blamingClock(file, () => {
      const priced = { ...physics, bankLeakagesUw: macros.bankLeakagesUw };
      return {
        prices: new PriceBook(priced, technology, statedPrices(file, technology, macros)),
        areas: chipAreas(
          { ...priced, events: chipEvents },
          technology,
          statedAreas(file, technology, macros),
        ),
      };
    }),
  );
  return {
    ...physics,
    description,
    hash: hashModel(value, technology),
    technology: { name: technology.text.value.name, nodeNm: technology.text.value.node },
    coreCount: value.cores,
    router,
    events: chipEvents,
    ownPrices: ownPrices(file, macros),
    areas,
    unitPrice: (key) => prices.unitPrice(key),
  };
}

/** Names of the shipped chips. */
export function listChips(): readonly string[] {
  return listModels('chips');
}

/** A chip in a line: its technology's node, supply, clock, cores, and what it is. */
interface ChipSummary {
  readonly nodeNm: number;
  readonly voltageV: number;
  readonly clockMhz: number;
  readonly coreCount: number;
  readonly description: string;
}

/**
 * Reads the file of a chip, a shipped name or a path, without its prices: `loadChip` checks those.
 * @param technologies that are known by their names; others are read.
 * @throws InputError with file, line and column
 */
export function describeChip(
  nameOrPath: string,
  technologies: ReadonlyMap<string, TechnologySummary> = new Map(),
): ChipSummary {
  const found = findModel('chips', nameOrPath);
  const file = readFile(found, []);
  const { technology, voltage, clock, cores, description } = file.value;
  const { nodeNm } =
    technologies.get(technology) ??
    describeNamedTechnology(technology, found, (sentence) =>
      file.problem(['technology'], sentence),
    );
  return { nodeNm, voltageV: voltage, clockMhz: clock, coreCount: cores, description };
}

/**
 * Loads a chip, its technology and its prices, checking everything: a shipped name (`edge-28nm`), or a path.
 * @param overrides values in place of the file's: another supply or clock.
 * @throws InputError: `file:line:column: key: what is wrong, what is allowed`
 */
export function loadChip(nameOrPath: string, overrides: readonly Override[] = []): ChipModel {
  const found = findModel('chips', nameOrPath);
  const file = readFile(found, overrides);
  const technology = loadNamedTechnology(file.value.technology, found, (sentence) =>
    file.problem(['technology'], sentence),
  );
  return buildChip(file, technology);
}

/**
 * A shipped chip as if it were made in this technology, to try the technology's prices on real memories.
 * @throws InputError at the first price of the technology that is wrong on this chip
 */
export function loadChipMadeIn(
  name: string,
  technology: TechnologyModel,
  overrides: readonly Override[],
): ChipModel {
  return buildChip(readFile(shippedModel('chips', name), overrides), technology);
}
