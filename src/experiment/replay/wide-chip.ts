import { coreMemories, type CoreMemory } from '../../ledger/components.js';
/*
 * The wide witness: a chip of formats so fine that its arithmetic is nearly that of real numbers, and so large that any
 * network fits. It is no product and is never priced; it shows that the fixed-point chip follows the learning rules.
 */
import { type ChipNumerics, everyTensor, type TensorName } from '../../chip/image/chip-image.js';
import { type ChipModel } from '../../hardware/chip-model.js';
import { loadChip } from '../../hardware/load-chip.js';
import type { NetworkTopology } from '../../network/topology.js';
import { maximumTensorBits } from '../../numerics/format.js';

/** F of every tensor. All are `maximumTensorBits` wide, so ±2^(31 − F) is their range. */
export type FractionBits = Readonly<Record<TensorName, number>>;

/**
 * Fewest fraction bits a tensor keeps, however far its values reach: ±2^23 is beyond any training that still learns.
 */
const fewestFractionBits = 8;
/** Fraction bits given up at a time: a range 16 times as large. */
const bitsToWiden = 4;

/**
 * The formats with a larger range for the tensors that left theirs. h of linear units is as large as z and saturates
 * without being counted (docs/spec.md §2.12), so that the formats of h go with that of z.
 */
export function widened(
  fractionBits: FractionBits,
  overflowed: ReadonlySet<TensorName>,
): FractionBits {
  const followsSums: readonly TensorName[] = ['activation', 'output'];
  return everyTensor((tensor) => {
    const source = followsSums.includes(tensor) ? 'accumulator' : tensor;
    const isTooNarrow = overflowed.has(tensor) || overflowed.has(source);
    const bits = fractionBits[tensor];
    return isTooNarrow ? Math.max(Math.min(bits, fewestFractionBits), bits - bitsToWiden) : bits;
  });
}

/** Every tensor 32 bits wide with these fraction bits, rounded to nearest, saturating. */
export function wideNumerics(fractionBits: FractionBits): ChipNumerics {
  return {
    formats: everyTensor((tensor) => {
      const isSigned = tensor !== 'secondMoment';
      const totalBits = isSigned ? maximumTensorBits : maximumTensorBits - 1;
      return { isSigned, totalBits, fractionBits: fractionBits[tensor] };
    }),
    overflow: everyTensor(() => 'saturate'),
    rounding: everyTensor(() => 'nearest'),
  };
}

/** More of anything than a network needs. */
const plenty = 2 ** 30;
/** Two values of any tensor but optimizer states, which plain SGD has not. */
const valuesPerWord = 2;
const wordBits = valuesPerWord * maximumTensorBits;

/** How the delayed errors of rule DEFP lie in their memory. */
export const wideDelayedErrorWords = { wordBits, delayedErrorsPerWord: valuesPerWord } as const;

/** A chip with a core for each layer and room for all of it; blocks that decide no result are those of edge-28nm. */
export function wideChip({ layers }: NetworkTopology): ChipModel {
  const chip = loadChip('edge-28nm');
  const memory = { bankCount: 1, wordsPerBank: plenty, wordBits };
  return {
    ...chip,
    name: 'the wide chip',
    coreCount: layers.length,
    events: { ...chip.events, addressBits: maximumTensorBits, valueBits: maximumTensorBits },
    core: {
      ...chip.core,
      axonCount: plenty,
      neuronCount: plenty,
      memories: Object.fromEntries(coreMemories.map((component) => [component, memory])) as Record<
        CoreMemory,
        typeof memory
      >,
    },
    delayedErrorMemory: { ...memory, placement: 'onChip' },
  };
}
