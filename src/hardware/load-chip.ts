import { checkLfsrSpec, type LfsrSpec } from '../numerics/lfsr.js';
import { coreMemories } from '../ledger/components.js';
import { elementAt } from '../numerics/integer.js';
import { canonicalHash } from '../units/canonical-hash.js';
import { InputError } from '../units/input-error.js';
import { Kept } from '../units/kept.js';
import { printQuantity } from '../units/quantity.js';
import {
  type KeyPath,
  type Override,
  readStrictYaml,
  type StrictYaml,
} from '../units/strict-yaml.js';
import { chipAreas } from './area-book.js';
import {
  type ChipModel,
  type CoreModel,
  type MemoryModel,
  type NamedKind,
  placeOfCore,
} from './chip-model.js';
import { type ChipFile, chipSchema } from './chip-schema.js';
import { checkKinds, statedCoreCount, type StatedKind, statedKinds } from './core-kinds.js';
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

/** What the schema cannot say of one key alone. @throws InputError */
function checkConsistency(
  file: StrictYaml<ChipFile>,
  kinds: readonly StatedKind[],
  technology: TechnologyModel,
): void {
  const { core, tensors, voltage } = file.value;
  checkKinds(file, kinds);
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

function readCore(file: StrictYaml<ChipFile>, core: ChipFile['core']): CoreModel {
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

/** Chip files as they were read last, their values given elsewhere included. */
const keptFiles = new Kept<StrictYaml<ChipFile>>(8);

function readFile(found: ModelFile, overrides: readonly Override[]): StrictYaml<ChipFile> {
  const text = readModelText(found);
  return keptFiles.get([found.shownPath, JSON.stringify(overrides), text].join('\n'), () =>
    readStrictYaml(found.shownPath, text, chipSchema, overrides),
  );
}

/**
 * Result of `compute`. A memory of the chip that the technology's table does not hold is a mistake of the chip, not of
 * the technology's formula, which is right for others.
 * @throws InputError
 */
function blamingMemories<Result>(
  file: StrictYaml<ChipFile>,
  { core, at }: StatedKind,
  compute: () => Result,
): Result {
  try {
    return compute();
  } catch (error) {
    const cause = error instanceof InputError ? error.cause : error;
    if (!(cause instanceof OutsideTableError)) throw error;
    const { measure, bankBits, wordBits, message } = cause;
    const { delayedErrorMemory } = file.value;
    const memories: readonly (readonly [KeyPath, MemoryModel])[] = [
      ...coreMemories.map((name) => [at(['memories', name]), core.memories[name]] as const),
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

/** One core of a kind, with its prices and areas. */
interface BuiltKind extends Pick<ChipModel, 'areas' | 'ownPrices'> {
  readonly kind: StatedKind;
  readonly core: CoreModel;
  readonly prices: PriceBook;
}

/** Facts of a chip that are the same in all its cores. */
type SharedFacts = Pick<
  ChipModel,
  'name' | 'voltageV' | 'clockMhz' | 'delayedErrorMemory' | 'tensors' | 'events'
>;

function buildKind(
  file: StrictYaml<ChipFile>,
  kind: StatedKind,
  facts: SharedFacts,
  technology: TechnologyModel,
): BuiltKind {
  const macros = macroPrices(file, kind);
  const core = readCore(file, kind.core);
  const { events, ...physics } = facts;
  const priced = { ...physics, core, bankLeakagesUw: macros.bankLeakagesUw };
  return blamingMemories(file, kind, () =>
    blamingClock(file, () => ({
      kind,
      core,
      prices: new PriceBook(priced, technology, statedPrices(file, technology, macros)),
      areas: chipAreas({ ...priced, events }, technology, statedAreas(file, technology, macros)),
      ownPrices: ownPrices(file, macros),
    })),
  );
}

/** The kinds with their numbers; null where all cores are alike. */
function namedKinds(
  file: StrictYaml<ChipFile>,
  built: readonly BuiltKind[],
): readonly NamedKind[] | null {
  let firstCore = 0;
  const kinds = built.flatMap(({ kind: { name, count, at }, core, areas }): NamedKind[] => {
    if (name === null) return [];
    const problem: NamedKind['problem'] = (key, sentence) => file.problem(at(key), sentence);
    const made = { name, firstCore, count, core, areas: areas.core, problem };
    firstCore += count;
    return [made];
  });
  return kinds.length === 0 ? null : kinds;
}

/** Chips by their file and then by their technology, both as they were read: the runs of a study name the same. */
const keptChips = new WeakMap<StrictYaml<ChipFile>, WeakMap<TechnologyModel, ChipModel>>();

function buildChip(file: StrictYaml<ChipFile>, technology: TechnologyModel): ChipModel {
  const ofFile = keptChips.get(file) ?? new WeakMap<TechnologyModel, ChipModel>();
  const chip = ofFile.get(technology) ?? builtChip(file, technology);
  keptChips.set(file, ofFile.set(technology, chip));
  return chip;
}

function builtChip(file: StrictYaml<ChipFile>, technology: TechnologyModel): ChipModel {
  const { value } = file;
  const stated = statedKinds(file);
  checkConsistency(file, stated, technology);
  const { name, description, router, events, tensors } = value;
  const facts: SharedFacts = {
    name,
    voltageV: value.voltage,
    clockMhz: value.clock,
    delayedErrorMemory: value.delayedErrorMemory,
    tensors,
    events: {
      addressBits: events.address,
      valueBits: events.value,
      labelBits: events.label,
      threshold: events.threshold,
      isDense: events.dense,
    },
  };
  const built = stated.map((kind) => buildKind(file, kind, facts, technology));
  const kinds = namedKinds(file, built);
  const { core, areas, ownPrices: own, prices } = elementAt(built, 0, 'kinds of cores');
  const bookOf = (number: number | null): PriceBook =>
    kinds === null || number === null
      ? prices
      : elementAt(built, placeOfCore(kinds, number), 'kinds of cores').prices;
  return {
    ...facts,
    core,
    description,
    hash: hashModel(value, technology),
    technology: { name: technology.text.value.name, nodeNm: technology.text.value.node },
    coreCount: statedCoreCount(value.cores),
    ...(kinds === null ? {} : { kinds }),
    router,
    areas,
    ownPrices: own,
    unitPrice: (key) => bookOf(key.core ?? null).unitPrice(key),
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
  return {
    nodeNm,
    voltageV: voltage,
    clockMhz: clock,
    coreCount: statedCoreCount(cores),
    description,
  };
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
