import { type CoreMemory } from '../../src/ledger/components.js';
import type { ChipModel, MemoryModel } from '../../src/hardware/chip-model.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import type { Learning } from '../../src/mapping/learning.js';

function memory(wordBits: number, bankCount = 1): MemoryModel {
  return { bankCount, wordsPerBank: 16_384, wordBits };
}

/** large-28nm with other memories: narrow words, so that every rounding up shows. */
export function makeChip(
  memories: Partial<Record<CoreMemory, MemoryModel>> = {},
  core: Partial<ChipModel['core']> = {},
): ChipModel {
  const chip = loadChip('large-28nm');
  const narrow = {
    synapses: memory(16),
    neurons: memory(64),
    bias: memory(32),
    feedback: memory(24),
    eventBuffer: memory(30),
    gradient: memory(64),
    optimizerState: memory(128),
  };
  return { ...chip, core: { ...chip.core, ...core, memories: { ...narrow, ...memories } } };
}

/** Plain online DRTP, but for what a test is about. */
export function makeLearning(changes: Partial<Learning> = {}): Learning {
  return {
    rule: { kind: 'drtp' },
    frozenLayers: [],
    optimizer: 'sgd',
    batchSize: 1,
    feedbackSource: 'memory',
    ...changes,
  };
}
