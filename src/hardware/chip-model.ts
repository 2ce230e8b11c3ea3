import type { FixedPointFormat } from '../numerics/format.js';
import { elementAt } from '../numerics/integer.js';
import type { Interpolation } from '../numerics/function-table.js';
import type { LfsrSpec } from '../numerics/lfsr.js';
import type { DeterministicRoundingMode, OverflowMode, RoundingMode } from '../numerics/modes.js';
import {
  type ComponentAction,
  coreMemories,
  type CoreMemory,
  type Memory,
  sharedMemories,
} from '../ledger/components.js';
import type { UpdateSchedule, WriteBanks } from '../time/update-schedule.js';
import type { InputError } from '../units/input-error.js';
import type { KeyPath } from '../units/strict-yaml.js';
import type { PriceKind, PriceList } from '../ledger/priced-ledger.js';

/** Pieces of logic and tables of a core. */
export const logicParts = [
  'accumulators',
  'activationTable',
  'forwardLane',
  'learningLane',
  'router',
  'controller',
] as const;
/** Piece of logic or table of a core. */
export type LogicPart = (typeof logicParts)[number];
/** Component that takes area. */
export type AreaComponent = Memory | LogicPart;

/** Whether a component of the area is logic or a table of a lane. */
export function isLogicPart(component: AreaComponent): component is LogicPart {
  return logicParts.some((part) => part === component);
}

/** Components of a chip's area, in the order of tables: memories, then logic of a core (`hardware-models/README.md`, "Areas"). */
export const areaComponents: readonly AreaComponent[] = [
  ...coreMemories,
  ...sharedMemories,
  ...logicParts,
];

/** Area of all of one component in a core (`delayedError`: in the chip), with the band it is believed to lie in, in mm². */
export interface ComponentArea {
  readonly component: AreaComponent;
  /** Bits that it stores; null: logic. */
  readonly bits: number | null;
  /** All three are null where the area is unknown. */
  readonly areaMm2: number | null;
  readonly lowMm2: number | null;
  readonly highMm2: number | null;
  readonly kind: PriceKind;
  readonly source: string;
}

/** One memory of a core: `bankCount` equal single macros; 0: the core has none. */
export interface MemoryModel {
  readonly bankCount: number;
  readonly wordsPerBank: number;
  /** Bits of one access. */
  readonly wordBits: number;
}

/** Bits that a memory holds in all. */
export function memoryCapacityBits(memory: MemoryModel): number {
  return memory.bankCount * memory.wordsPerBank * memory.wordBits;
}

/** Format, rounding and overflow of one tensor; an experiment may override them. */
export interface TensorModel<Rounding> {
  readonly format: FixedPointFormat;
  readonly rounding: Rounding;
  readonly overflow: OverflowMode;
}

/** Default representation of every tensor (docs/spec.md §2); only weight and bias can round stochastically. */
export type TensorModels = Readonly<
  Record<
    | 'input'
    | 'accumulator'
    | 'activation'
    | 'output'
    | 'delta'
    | 'feedback'
    | 'update'
    | 'delayedError'
    | 'gradient'
    | 'momentum'
    | 'secondMoment',
    TensorModel<DeterministicRoundingMode>
  > &
    Record<'weight' | 'bias', TensorModel<RoundingMode>>
>;

/** One core. */
export interface CoreModel {
  /** Most input rows of a core's part of a layer. */
  readonly axonCount: number;
  /** Most neurons of a core's part of a layer. */
  readonly neuronCount: number;
  readonly memories: Readonly<Record<CoreMemory, MemoryModel>>;
  /** Ports of the synapse array and the bias memory. */
  readonly portCount: 1 | 2;
  /** When weights change, and whether a synapse word is read while another is written (docs/spec.md §5.1). */
  readonly update: Readonly<{ schedule: UpdateSchedule; writeBanks: WriteBanks }>;
  readonly writeGating: 'none' | 'word';
  readonly accumulate: 'registers' | 'memory';
  /** `packed`: sums and outputs in words of their own; n: a word holds all of n neurons (docs/spec.md §4.1). */
  readonly neuronsPerWord: 'packed' | number;
  readonly laneCounts: Readonly<{ forward: number; learning: number; activation: number }>;
  readonly pipelineDepthCycles: number;
  /** Cycles to fetch an event, before its row is read in the forward pass. */
  readonly eventOverheadCycles: number;
  /** One look-up table per activation lane, each of 2^indexBits entries. */
  readonly activationTable: Readonly<{
    inputFormat: FixedPointFormat;
    indexBits: number;
    interpolation: Interpolation;
  }>;
  /** One generator per learning lane. */
  readonly randomGenerator: LfsrSpec;
}

/** Cores that are alike (docs/spec.md §7); they have consecutive numbers. */
export interface CoreKind {
  /** Null: all cores of the chip are of this kind, and it has no name. */
  readonly name: string | null;
  readonly firstCore: number;
  readonly count: number;
  readonly core: CoreModel;
  /** What one core of it consists of. */
  readonly areas: readonly ComponentArea[];
}

/** One of several kinds of cores, as a file describes them. */
export interface NamedKind extends CoreKind {
  readonly name: string;
  /** Error that points to this key of the kind in its file, or, where the kind does not state it, of `core`. */
  readonly problem: (key: KeyPath, sentence: string) => InputError;
}

/** What connects the cores (docs/spec.md §7). */
export type RouterModel =
  | Readonly<{
      kind: 'bus';
      /** Hops of an event between two different cores; inside a core there are none. */
      hopsBetweenCores: number;
      /** Hops of a label from the chip's input to a core. */
      labelHops: number;
    }>
  /** Core c is at (c mod columns, ⌊c/columns⌋); the way is X first, then Y. The chip's input is one hop before core 0. */
  | Readonly<{ kind: 'mesh'; columns: number }>;

/** A chip as its description file states it, prices resolved: what a network is mapped on. */
export interface ChipModel extends PriceList {
  readonly name: string;
  readonly description: string;
  /** sha256 of everything that was read: chip file, technology file, SRAM table. Same hash, same prices. */
  readonly hash: string;
  readonly technology: Readonly<{ name: string; nodeNm: number }>;
  readonly voltageV: number;
  readonly clockMhz: number;
  readonly coreCount: number;
  readonly router: RouterModel;
  readonly events: Readonly<{
    /** Address and value of an event, on the router, at the pins and in the event buffer. */
    addressBits: number;
    valueBits: number;
    labelBits: number;
    /** θ: a value is an event when |value| > θ (docs/spec.md §1), as a real number. */
    threshold: number;
    /** Values that are no events are delivered too. */
    isDense: boolean;
  }>;
  /** Core 0; where there are no kinds, all cores are like it. */
  readonly core: CoreModel;
  /** Kinds of cores in the order of their numbers; absent: all cores are alike. */
  readonly kinds?: readonly NamedKind[];
  /** Memory of one delayed error per training sample (rule DEFP), shared by all cores. */
  readonly delayedErrorMemory: MemoryModel & {
    /** Off the chip it takes no area and has prices of its own. */
    readonly placement: 'onChip' | 'offChip';
  };
  readonly tensors: TensorModels;
  /** Actions whose price, or lack of one, the chip's own file states, not its technology. */
  readonly ownPrices: ReadonlySet<ComponentAction>;
  /** What core 0 consists of, and what all cores share. */
  readonly areas: Readonly<{ core: readonly ComponentArea[]; shared: readonly ComponentArea[] }>;
}

/** Bits of one event: address and value. */
export function eventBits(chip: Pick<ChipModel, 'events'>): number {
  return chip.events.addressBits + chip.events.valueBits;
}

/** A chip as far as its cores are concerned. */
export type ChipCores = Pick<ChipModel, 'coreCount' | 'core' | 'kinds' | 'areas'>;

/** The kinds of a chip's cores, in the order of their numbers; one where all are alike. */
export function coreKinds({ coreCount, core, kinds, areas }: ChipCores): readonly CoreKind[] {
  return kinds ?? [{ name: null, firstCore: 0, count: coreCount, core, areas: areas.core }];
}

/** Place of a core's kind among the kinds; of a number after the last core the last. */
export function placeOfCore(kinds: readonly Pick<CoreKind, 'firstCore'>[], core: number): number {
  return Math.max(
    0,
    kinds.findLastIndex(({ firstCore }) => firstCore <= core),
  );
}

/** The kind of a core; of a number after the last core the last kind. */
export function kindOfCore(chip: ChipCores, core: number): CoreKind {
  const kinds = coreKinds(chip);
  return elementAt(kinds, placeOfCore(kinds, core), 'kinds of cores');
}

/**
 * The chip with other numbers of cores.
 * @param counts of each kind, in the order of `coreKinds`; a price stays that of its kind
 */
export function withCounts(chip: ChipModel, counts: readonly number[]): ChipModel {
  const { kinds } = chip;
  if (kinds === undefined) return { ...chip, coreCount: elementAt(counts, 0, 'counts of cores') };
  let coreCount = 0;
  const counted = kinds.map((kind, index) => {
    const made = { ...kind, firstCore: coreCount, count: elementAt(counts, index, 'counts') };
    coreCount += made.count;
    return made;
  });
  const ownCore = (core: number): number =>
    elementAt(kinds, placeOfCore(counted, core), 'kinds of cores').firstCore;
  return {
    ...chip,
    coreCount,
    kinds: counted,
    unitPrice: (key) => {
      const { core = null } = key;
      return chip.unitPrice(core === null ? key : { ...key, core: ownCore(core) });
    },
  };
}

/** Whether a core of the chip has a learning engine. */
export function canLearn(chip: ChipCores): boolean {
  return coreKinds(chip).some(({ core }) => core.laneCounts.learning > 0);
}
