import { coreMemories, isCoreMemory, sharedMemories } from '../ledger/components.js';
import { statedFormula } from './formula/banded-formula.js';
import {
  type AreaComponent,
  type ChipModel,
  type ComponentArea,
  eventBits,
  isLogicPart,
  type LogicPart,
  logicParts,
  memoryCapacityBits,
  type MemoryModel,
} from './chip-model.js';
import { activationTable, laneVariables, type PricedChip } from './formula/formula-variables.js';
import { physical, type PhysicalValue, plain } from './formula/physical-value.js';
import type { AreaEntry } from './price-schema.js';
import type { StatedEntry } from './stated-entry.js';
import { technologyFunctions, type TechnologyModel } from './technology-model.js';

/** Facts of a chip that its areas depend on. */
type BuiltChip = PricedChip & Pick<ChipModel, 'events'>;

type Variables = ReadonlyMap<string, PhysicalValue>;

/** The memory of this name, or null: it is logic, or the chip has none, or it lies off the chip. */
function builtMemory(component: AreaComponent, chip: BuiltChip): MemoryModel | null {
  const { core, delayedErrorMemory } = chip;
  if (component === 'activationTable') return activationTable(chip);
  if (isLogicPart(component)) return null;
  if (!isCoreMemory(component)) {
    return delayedErrorMemory.placement === 'onChip' ? delayedErrorMemory : null;
  }
  return core.memories[component].bankCount === 0 ? null : core.memories[component];
}

/** How many of each piece of logic a core has. */
function logicCounts({ core }: BuiltChip): Readonly<Record<LogicPart, number>> {
  return {
    accumulators: core.accumulate === 'registers' ? 1 : 0,
    activationTable: core.laneCounts.activation,
    forwardLane: core.laneCounts.forward,
    learningLane: core.laneCounts.learning,
    router: 1,
    controller: 1,
  };
}

function memoryVariables({ bankCount, wordsPerBank, wordBits }: MemoryModel): Variables {
  return new Map([
    ['bankBits', plain(wordsPerBank * wordBits)],
    ['capacityBits', plain(bankCount * wordsPerBank * wordBits)],
    ['wordBits', plain(wordBits)],
  ]);
}

/** Widths and numbers of the datapath (`hardware-models/README.md`, "Formulas"). */
function logicVariables(chip: BuiltChip): Variables {
  return new Map([
    ...laneVariables(chip),
    ['neurons', plain(chip.core.neuronCount)],
    ['eventBits', plain(eventBits(chip))],
  ]);
}

/** All of one component: in a core, or for the delayed-error memory in the chip. */
interface Built {
  readonly component: AreaComponent;
  readonly count: number;
  readonly bits: number | null;
  readonly variables: Variables;
}

function builtOf(component: AreaComponent, chip: BuiltChip): Built {
  const memory = builtMemory(component, chip);
  if (memory === null) {
    const count = isLogicPart(component) ? logicCounts(chip)[component] : 0;
    return { component, count, bits: null, variables: logicVariables(chip) };
  }
  const bits = memoryCapacityBits(memory);
  return { component, count: memory.bankCount, bits, variables: memoryVariables(memory) };
}

/**
 * Areas of everything that this chip has, one core's and those shared by all cores; unknown where nothing is stated.
 * @throws InputError with the place in the file: not a formula, not an area, negative, or outside its band.
 */
export function chipAreas(
  chip: BuiltChip,
  technology: TechnologyModel,
  stated: ReadonlyMap<AreaComponent, StatedEntry<AreaEntry>>,
): ChipModel['areas'] {
  const { node } = technology.text.value;
  const functions = technologyFunctions(technology, { nodeNm: node, voltageV: chip.voltageV });
  const areaOf = ({ component, count, bits, variables }: Built): ComponentArea => {
    const unknown = { areaMm2: null, lowMm2: null, highMm2: null, kind: 'unknown' } as const;
    const known = stated.get(component);
    if (known === undefined) return { component, bits, ...unknown, source: 'no area is stated' };
    const { area, ...band } = known.entry;
    const { kind, source } = band;
    const formula = statedFormula('area', area, band, known.problem);
    if (formula === null) return { component, bits, ...unknown, source };
    const given = new Map(variables).set('node', physical(node, 'length'));
    const one = formula.evaluate(given, functions, () => `for ${chip.name}: `);
    const all = {
      areaMm2: count * one.value,
      lowMm2: count * one.low,
      highMm2: count * one.high,
    };
    return { component, bits, ...all, kind, source };
  };
  const areasOf = (components: readonly AreaComponent[]): readonly ComponentArea[] =>
    components
      .map((component) => builtOf(component, chip))
      .filter(({ count }) => count > 0)
      .map(areaOf);
  return { core: areasOf([...coreMemories, ...logicParts]), shared: areasOf(sharedMemories) };
}
