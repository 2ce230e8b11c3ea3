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
import type { KeyPath, Override } from '../../units/strict-yaml.js';

/** A chip with one schedule of the update and way to write, all else as its file states it. */
export interface ScheduleVariant {
  readonly schedule: UpdateSchedule;
  readonly writeBanks: WriteBanks;
  /** This is how the file has it. */
  readonly isOwn: boolean;
  /** Null: `problem` says why there is none. */
  readonly chip: ChipModel | null;
  readonly problem: string | null;
}

/** What the chip lacks for the schedule, whatever network it holds; null: nothing. */
function lackOf(
  { core }: ChipModel,
  schedule: UpdateSchedule,
  writeBanks: WriteBanks,
): string | null {
  const { bankCount } = core.memories.synapses;
  if (writeBanks === 'interleaved' && bankCount < 2) {
    return `needs two macros that hold the words of a row by turns; the synapse memory has ${bankCount}`;
  }
  if (schedule === 'beside' && besideRewriteCycles(core.portCount, writeBanks) === null) {
    return 'needs two ports or interleaved banks';
  }
  return null;
}

/** A second sample in the event buffer, where the chip's words do not hold it. */
function bufferOverrides(
  { core }: ChipModel,
  schedule: UpdateSchedule,
  usedWords: number,
): readonly Override[] {
  const { bankCount, wordsPerBank } = core.memories.eventBuffer;
  const samples = bufferedSamples(schedule) / bufferedSamples(core.update.schedule);
  if (samples * usedWords <= bankCount * wordsPerBank) return [];
  const path: KeyPath = ['core', 'memories', 'eventBuffer', 'wordsPerBank'];
  return [{ path, value: 2 * wordsPerBank, label: 'event buffer of two samples' }];
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
 */
export function scheduleVariants(
  nameOrPath: string,
  chip: ChipModel,
  memories: readonly MemoryUse[],
): readonly ScheduleVariant[] {
  if (chip.core.laneCounts.learning === 0) return [];
  const variantOf = (schedule: UpdateSchedule, writeBanks: WriteBanks): ScheduleVariant => {
    const { update } = chip.core;
    const isOwn = update.schedule === schedule && update.writeBanks === writeBanks;
    const named = { schedule, writeBanks, isOwn };
    if (isOwn) return { ...named, chip, problem: null };
    const problem = lackOf(chip, schedule, writeBanks);
    if (problem !== null) return { ...named, chip: null, problem };
    const overrides: readonly Override[] = [
      { path: ['core', 'update'], value: { schedule, writeBanks }, label: schedule },
      ...bufferOverrides(chip, schedule, usedBufferWords(memories)),
    ];
    try {
      const other = loadChip(nameOrPath, overrides);
      return { ...named, chip: { ...other, coreCount: chip.coreCount }, problem };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { ...named, chip: null, problem: error.message };
    }
  };
  return updateSchedules.flatMap((schedule) =>
    writeBankings.map((writeBanks) => variantOf(schedule, writeBanks)),
  );
}
