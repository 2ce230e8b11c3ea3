import {
  actionOf,
  type ComponentAction,
  coreMemories,
  isCoreMemory,
  isMemory,
  type Memory,
} from '../../ledger/components.js';
import { type ChipModel, type MemoryModel } from '../chip-model.js';
import type { FormulaFunction } from './formula.js';
import { physical, type PhysicalValue, plain } from './physical-value.js';
import type { TechnologyModel } from '../technology-model.js';

/** Facts of a chip that its prices depend on. */
export type PricedChip = Pick<
  ChipModel,
  'name' | 'voltageV' | 'clockMhz' | 'core' | 'delayedErrorMemory' | 'tensors'
> & {
  /** Of one bank of each memory that the chip's own table of macros holds, in µW. */
  readonly bankLeakagesUw: ReadonlyMap<Memory, number>;
};

/** The memory that this action touches, or null: a generated feedback weight comes from no memory. */
export function accessedMemory(
  componentAction: ComponentAction,
  { core, delayedErrorMemory }: PricedChip,
): MemoryModel | null {
  const { component, width } = actionOf(componentAction);
  if (width !== 'word' || !isMemory(component)) return null;
  return isCoreMemory(component) ? core.memories[component] : delayedErrorMemory;
}

/** Lanes of a core and the widths of what they hold (`hardware-models/README.md`, "Formulas"). */
export function laneVariables({
  core,
  tensors,
}: Pick<PricedChip, 'core' | 'tensors'>): ReadonlyMap<string, PhysicalValue> {
  const bitsOf = (name: keyof typeof tensors): number => tensors[name].format.totalBits;
  return new Map([
    ['forwardLanes', plain(core.laneCounts.forward)],
    ['learningLanes', plain(core.laneCounts.learning)],
    ['weightBits', plain(bitsOf('weight'))],
    ['valueBits', plain(Math.max(bitsOf('input'), bitsOf('activation')))],
    ['accumulatorBits', plain(bitsOf('accumulator'))],
    ['deltaBits', plain(bitsOf('delta'))],
    ['generatorBits', plain(core.randomGenerator.widthBits)],
  ]);
}

/** Variables that only actions of this component have. */
function ownVariables(
  componentAction: ComponentAction,
  chip: PricedChip,
  functions: ReadonlyMap<string, FormulaFunction>,
): readonly (readonly [string, PhysicalValue])[] {
  const { core, tensors } = chip;
  const { component, width } = actionOf(componentAction);
  switch (component) {
    case 'datapath': {
      const accumulatorBits = plain(tensors.accumulator.format.totalBits);
      return [
        ['accumulatorBits', accumulatorBits],
        ['accumulatorRegisterBits', core.accumulate === 'registers' ? accumulatorBits : plain(0)],
      ];
    }
    case 'feedback':
      // What is no access of a word is a clock of the generator.
      return width === 'word' ? [] : [['generatorBits', plain(core.randomGenerator.widthBits)]];
    case 'activation': {
      const { indexBits, interpolation } = core.activationTable;
      return [
        ['tableEntries', plain(2 ** indexBits)],
        ['tableReads', plain(interpolation === 'linear' ? 2 : 1)],
      ];
    }
    case 'clock':
      return [...laneVariables(chip)];
    case 'leakage': {
      const leakage = functions.get('sramLeakage');
      if (leakage === undefined) return [];
      return [
        ['coreSramLeakage', coreSramLeakage(chip, leakage)],
        ['sharedSramLeakage', sharedSramLeakage(chip, leakage)],
      ];
    }
    case 'synapses':
    case 'neurons':
    case 'bias':
    case 'delayedError':
    case 'eventBuffer':
    case 'optimizerState':
    case 'gradient':
    case 'random':
    case 'router':
    case 'io':
    case 'controller':
      return [];
  }
}

/** The period of a clock: a time. */
export function clockPeriod(clockMhz: number): PhysicalValue {
  return physical(1e3 / clockMhz, 'time');
}

/**
 * The variables that the price of this action may use (`hardware-models/README.md`, "Formulas").
 * @param functions those of the technology at this chip's supply; the leakage of a core is computed with them.
 */
export function variablesFor(
  componentAction: ComponentAction,
  bits: number | null,
  chip: PricedChip,
  technology: TechnologyModel,
  functions: ReadonlyMap<string, FormulaFunction>,
): Map<string, PhysicalValue> {
  const variables = new Map<string, PhysicalValue>([
    ['voltage', physical(chip.voltageV, 'voltage')],
    ['node', physical(technology.text.value.node, 'length')],
    ['clockPeriod', clockPeriod(chip.clockMhz)],
  ]);
  if (bits !== null) variables.set('bits', plain(bits));
  const memory = accessedMemory(componentAction, chip);
  if (memory !== null) {
    const { bankCount, wordsPerBank, wordBits } = memory;
    variables.set('bankBits', plain(wordsPerBank * wordBits));
    variables.set('capacityBits', plain(bankCount * wordsPerBank * wordBits));
    variables.set('wordBits', plain(wordBits));
  }
  for (const [name, value] of ownVariables(componentAction, chip, functions)) {
    variables.set(name, value);
  }
  return variables;
}

/** The look-up table of one activation lane: entries as wide as the wider output. */
export function activationTable({
  core,
  tensors,
}: Pick<PricedChip, 'core' | 'tensors'>): MemoryModel {
  const { activation, output } = tensors;
  return {
    bankCount: core.laneCounts.activation,
    wordsPerBank: 2 ** core.activationTable.indexBits,
    wordBits: Math.max(activation.format.totalBits, output.format.totalBits),
  };
}

/** Leakage of all banks of a memory: by the chip's own table, or by that of its technology. */
function memoryLeakage(
  { bankCount, wordsPerBank, wordBits }: MemoryModel,
  knownUw: number | undefined,
  leakage: FormulaFunction,
): PhysicalValue {
  const bank =
    knownUw === undefined
      ? leakage([plain(wordsPerBank * wordBits), plain(wordBits)])
      : physical(knownUw, 'power');
  return { ...bank, value: bank.value * bankCount };
}

/** Leakage of the memory that all cores share; none where the chip has none, or has it beside itself. */
function sharedSramLeakage(
  { delayedErrorMemory, bankLeakagesUw }: PricedChip,
  leakage: FormulaFunction,
): PhysicalValue {
  const { placement, bankCount } = delayedErrorMemory;
  if (placement === 'offChip' || bankCount === 0) return physical(0, 'power');
  return memoryLeakage(delayedErrorMemory, bankLeakagesUw.get('delayedError'), leakage);
}

/** Leakage of all memories that a core has, activation tables included. */
function coreSramLeakage(chip: PricedChip, leakage: FormulaFunction): PhysicalValue {
  const { core, bankLeakagesUw } = chip;
  const banks = [
    ...coreMemories.map((name) => [core.memories[name], bankLeakagesUw.get(name)] as const),
    [activationTable(chip), undefined] as const,
  ];
  return banks
    .filter(([{ bankCount }]) => bankCount > 0)
    .map(([memory, knownUw]) => memoryLeakage(memory, knownUw, leakage))
    .reduce((sum, bank) => ({ ...sum, value: sum.value + bank.value }));
}
