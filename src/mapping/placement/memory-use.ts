import {
  delayedErrorWords,
  keepsDelayedErrors,
  keepsOneError,
} from '../../chip/image/learning-layers.js';
import {
  coreMemories,
  type CoreMemory,
  isTrainingOnly,
  type Memory,
} from '../../ledger/components.js';
import type { RuleSpec } from '../../chip/image/chip-image.js';
import type { FixedPointFormat } from '../../numerics/format.js';
import { type ChipModel, type CoreModel, memoryCapacityBits } from '../../hardware/chip-model.js';
import { InputError } from '../../units/input-error.js';

/** One memory of one core: what it holds and what of it this network uses. */
export interface MemoryUse {
  /** Null: all cores share it. */
  readonly core: number | null;
  readonly component: Memory;
  readonly capacityBits: number;
  readonly usedBits: number;
  readonly wordBits: number;
  /** It exists only because the chip learns. */
  readonly isTrainingOnly: boolean;
}

/** Use of a core's memories by the part it holds; `needed`: words per memory. */
export function memoryUse(
  core: number,
  needed: Readonly<Record<CoreMemory, number>>,
  { memories }: CoreModel,
): readonly MemoryUse[] {
  return coreMemories.map((component) => {
    const memory = memories[component];
    return {
      core,
      component,
      capacityBits: memoryCapacityBits(memory),
      usedBits: needed[component] * memory.wordBits,
      wordBits: memory.wordBits,
      isTrainingOnly: isTrainingOnly(component),
    };
  });
}

/**
 * What rule DEFP uses of the delayed-error memory; nothing for the other rules.
 * @throws InputError when it has fewer words than the rule needs.
 */
export function delayedErrorUse(
  rule: RuleSpec,
  classCount: number,
  format: FixedPointFormat,
  chip: ChipModel,
): readonly MemoryUse[] {
  if (!keepsDelayedErrors(rule)) return [];
  const { sampleCount, wordBits, delayedErrorsPerWord } = rule;
  if (delayedErrorsPerWord < 1) {
    throw new InputError(
      `${chip.name}: a word of the delayedError memory has ${wordBits} bits and does not hold one value of the delayedError format; use a narrower format`,
    );
  }
  const words = delayedErrorWords(rule, classCount, format);
  const usedBits = (keepsOneError(rule) ? 1 : sampleCount) * words * wordBits;
  const capacityBits = memoryCapacityBits(chip.delayedErrorMemory);
  if (usedBits > capacityBits) {
    throw new InputError(
      `rule defp needs ${usedBits} bits of delayedError memory, ${chip.name} has ${capacityBits}; train on fewer samples, use variant aggregated, or a larger chip`,
    );
  }
  const component = 'delayedError';
  return [{ core: null, component, capacityBits, usedBits, wordBits, isTrainingOnly: true }];
}
