import type { ChipModel } from '../../hardware/chip-model.js';
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
import type { KeyPath } from '../../units/strict-yaml.js';

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
function lackOf({ core }: ChipModel, { schedule, writeBanks }: NamedSchedule): string | null {
  const { bankCount } = core.memories.synapses;
  if (writeBanks === 'interleaved' && bankCount < 2) {
    return `needs two macros that hold the words of a row by turns; the synapse memory has ${bankCount}`;
  }
  if (schedule === 'beside' && besideRewriteCycles(core.portCount, writeBanks) === null) {
    return 'needs two ports or interleaved banks';
  }
  return null;
}

/** Whether the chip's event buffer holds what the schedule keeps in it. */
function holdsEvents({ core }: ChipModel, schedule: UpdateSchedule, usedWords: number): boolean {
  const { bankCount, wordsPerBank } = core.memories.eventBuffer;
  const samples = bufferedSamples(schedule) / bufferedSamples(core.update.schedule);
  return samples * usedWords <= bankCount * wordsPerBank;
}

/** Chips with a larger event buffer, whose prices and areas are others, read once for each chip. */
const larger = new WeakMap<ChipModel, ChipModel>();

/** The chip with an event buffer of twice the words. @throws InputError */
function withLargerBuffer(nameOrPath: string, chip: ChipModel): ChipModel {
  const known = larger.get(chip);
  if (known !== undefined) return known;
  const path: KeyPath = ['core', 'memories', 'eventBuffer', 'wordsPerBank'];
  const value = 2 * chip.core.memories.eventBuffer.wordsPerBank;
  const label = 'event buffer of two samples';
  const read = loadChip(nameOrPath, [{ path, value, label }]);
  const made = { ...read, coreCount: chip.coreCount };
  larger.set(chip, made);
  return made;
}

/** Words of the event buffer that the fullest core uses. */
function usedBufferWords(memories: readonly MemoryUse[]): number {
  return memories
    .filter(({ component }) => component === 'eventBuffer')
    .reduce((most, { usedBits, wordBits }) => Math.max(most, usedBits / wordBits), 0);
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
  if (chip.core.laneCounts.learning === 0) return [];
  const usedWords = usedBufferWords(memories);
  const variantOf = (schedule: UpdateSchedule, writeBanks: WriteBanks): ScheduleVariant => {
    const { update } = chip.core;
    const isOwn = update.schedule === schedule && update.writeBanks === writeBanks;
    const named = { schedule, writeBanks, isOwn };
    const problem = (isOwn ? null : lackOf(chip, named)) ?? faultOf(named);
    if (problem !== null) return { ...named, chip: null, problem };
    if (isOwn) return { ...named, chip, problem };
    try {
      const holder = holdsEvents(chip, schedule, usedWords)
        ? chip
        : withLargerBuffer(nameOrPath, chip);
      // No price and no area depends on the schedule but through the memories.
      const other = { ...holder, core: { ...holder.core, update: { schedule, writeBanks } } };
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
