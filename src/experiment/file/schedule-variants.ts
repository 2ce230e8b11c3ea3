import { canLearn, type ChipModel, coreKinds, withCounts } from '../../hardware/chip-model.js';
import { loadChip } from '../../hardware/load-chip.js';
import type { MemoryUse } from '../../mapping/placement/memory-use.js';
import { bufferedSamples } from '../../mapping/placement/words-needed.js';
import {
  besideRewriteCycles,
  type UpdateSchedule,
  updateSchedules,
  type WriteBanks,
  writeBankings,
} from '../../time/update-schedule.js';
import { InputError } from '../../units/input-error.js';
import type { KeyPath, Override } from '../../units/strict-yaml.js';

/** A schedule of the update and a way to write. */
export interface NamedSchedule {
  readonly schedule: UpdateSchedule;
  readonly writeBanks: WriteBanks;
}

/** A chip with one schedule, all else as its file states it. */
export interface ScheduleVariant extends NamedSchedule {
  /** This is how the file has it. */
  readonly isOwn: boolean;
  /** Null: `problem` says why there is none. */
  readonly chip: ChipModel | null;
  readonly problem: string | null;
}

/** What the chip lacks for the schedule, whatever network it holds; null: nothing. */
function lackOf(chip: ChipModel, { schedule, writeBanks }: NamedSchedule): string | null {
  const { core } = chip;
  const learning = coreKinds(chip).filter((kind) => kind.core.laneCounts.learning > 0);
  const bankCount = Math.min(...learning.map((kind) => kind.core.memories.synapses.bankCount));
  if (writeBanks === 'interleaved' && bankCount < 2) {
    return `needs two macros that hold the words of a row by turns; the synapse memory has ${bankCount}`;
  }
  if (schedule === 'beside' && besideRewriteCycles(core.portCount, writeBanks) === null) {
    return 'needs two ports or interleaved banks';
  }
  return null;
}

/** Whether the event buffers hold what the schedule keeps in them. */
function holdsEvents(
  { core }: ChipModel,
  schedule: UpdateSchedule,
  memories: readonly MemoryUse[],
): boolean {
  const samples = bufferedSamples(schedule) / bufferedSamples(core.update.schedule);
  return memories
    .filter(({ component }) => component === 'eventBuffer')
    .every(({ usedBits, capacityBits }) => samples * usedBits <= capacityBits);
}

/** Chips with a larger event buffer, whose prices and areas are others, read once for each chip. */
const larger = new WeakMap<ChipModel, ChipModel>();

/** What makes a file that of the same chip with event buffers of twice the words, of every kind of core that has one. */
function largerBuffers({ core, kinds }: ChipModel): readonly Override[] {
  const label = 'event buffer of two samples';
  if (kinds === undefined) {
    const path: KeyPath = ['core', 'memories', 'eventBuffer', 'wordsPerBank'];
    return [{ path, value: 2 * core.memories.eventBuffer.wordsPerBank, label }];
  }
  return kinds.flatMap((kind, index) => {
    const { bankCount, wordsPerBank, wordBits } = kind.core.memories.eventBuffer;
    if (bankCount === 0) return [];
    const path: KeyPath = ['cores', index, 'memories', 'eventBuffer'];
    const value = { banks: bankCount, wordsPerBank: 2 * wordsPerBank, wordBits: `${wordBits} bit` };
    return [{ path, value, label }];
  });
}

/** The chip with event buffers of twice the words. @throws InputError */
function withLargerBuffer(nameOrPath: string, chip: ChipModel): ChipModel {
  const known = larger.get(chip);
  if (known !== undefined) return known;
  const read = loadChip(nameOrPath, largerBuffers(chip));
  const counts = coreKinds(chip).map(({ count }) => count);
  const made = withCounts(read, counts);
  larger.set(chip, made);
  return made;
}

/** The chip with another update in all its cores. No price and no area depends on it but through the memories. */
function withUpdate(chip: ChipModel, update: ChipModel['core']['update']): ChipModel {
  const { core, kinds } = chip;
  const updated = { ...chip, core: { ...core, update } };
  if (kinds === undefined) return updated;
  return {
    ...updated,
    kinds: kinds.map((kind) => ({ ...kind, core: { ...kind.core, update } })),
  };
}

/**
 * The chip with every schedule and way to write, in the order of tables; none where it does not learn.
 * @param nameOrPath of the chip's file
 * @param chip as an experiment uses it; its number of cores is kept
 * @param memories as the network uses them on it
 * @param faultOf what keeps the network from a schedule, or its costs from being known; null: nothing. No chip is made then.
 */
export function scheduleVariants(
  nameOrPath: string,
  chip: ChipModel,
  memories: readonly MemoryUse[],
  faultOf: (named: NamedSchedule) => string | null,
): readonly ScheduleVariant[] {
  if (!canLearn(chip)) return [];
  const variantOf = (schedule: UpdateSchedule, writeBanks: WriteBanks): ScheduleVariant => {
    const { update } = chip.core;
    const isOwn = update.schedule === schedule && update.writeBanks === writeBanks;
    const named = { schedule, writeBanks, isOwn };
    const problem = (isOwn ? null : lackOf(chip, named)) ?? faultOf(named);
    if (problem !== null) return { ...named, chip: null, problem };
    if (isOwn) return { ...named, chip, problem };
    try {
      const holder = holdsEvents(chip, schedule, memories)
        ? chip
        : withLargerBuffer(nameOrPath, chip);
      const other = withUpdate(holder, { schedule, writeBanks });
      return { ...named, chip: other, problem };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { ...named, chip: null, problem: error.message };
    }
  };
  return updateSchedules.flatMap((schedule) =>
    writeBankings.map((writeBanks) => variantOf(schedule, writeBanks)),
  );
}
