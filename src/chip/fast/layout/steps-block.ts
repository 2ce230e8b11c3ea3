import type { ChipImage } from '../../image/chip-image.js';
import { learnsInSteps } from '../../image/layer-geometry.js';

/** Optimizers in the order of the compiled engine. */
export const optimizers = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam'] as const;
/** Fraction bits of decays, ratios and adam's r (docs/spec.md §2.11). */
const decayBits = 16;
/** Bytes of `Steps` in `assembly/parameters.ts` before its counters of 64 bits. */
const stateOffset = 48;
/** 1 with 31 fraction bits: p before the first step. */
const wholePower = 1n << 31n;

/** What of the steps is carried from one sample to the next. */
export interface StepsCheckpoint {
  /** Training samples of the batch so far, and those of them that are learned from. */
  readonly sampleCount: number;
  readonly learnedCount: number;
  readonly stepCount: number;
  /** adam's p₁ and p₂, with 31 fraction bits. */
  readonly firstPowerRaw: number;
  readonly secondPowerRaw: number;
}

function optimizerNumber({ optimizer }: ChipImage): number {
  const isNesterov = optimizer.kind === 'momentum' && optimizer.isNesterov;
  return optimizers.indexOf(isNesterov ? 'nesterov' : optimizer.kind);
}

/** Decay of momenta and decay of second moments; 0 where the optimizer has none. */
function decaysOf({ optimizer }: ChipImage): readonly [number, number] {
  switch (optimizer.kind) {
    case 'sgd':
      return [0, 0];
    case 'momentum':
      return [optimizer.decayRaw, 0];
    case 'rmsprop':
      return [0, optimizer.decayRaw];
    case 'adam':
      return [optimizer.firstDecayRaw, optimizer.secondDecayRaw];
  }
}

/** Where the binary point moves inside a step (docs/spec.md §2.11). */
function alignmentsOf({ optimizer, numerics }: ChipImage) {
  const gradientBits = numerics.formats.gradient.fractionBits;
  const momentumBits = numerics.formats.momentum.fractionBits;
  const secondBits = numerics.formats.secondMoment.fractionBits;
  const isAdam = optimizer.kind === 'adam';
  // adam multiplies the gradient with a decay too, momentum adds it as it is.
  const decayedBits = momentumBits + decayBits;
  const addedBits = gradientBits + (isAdam ? decayBits : 0);
  const commonBits = Math.max(decayedBits, addedBits);
  const varianceBits = secondBits + (isAdam ? decayBits : 0);
  const isVarianceDoubled = varianceBits % 2 !== 0;
  const rootBits = (varianceBits + (isVarianceDoubled ? 1 : 0)) >> 1;
  return {
    momentumShift: commonBits - decayedBits,
    momentumGradientShift: commonBits - addedBits,
    momentumDropBits: commonBits - momentumBits,
    squareShift: secondBits - 2 * gradientBits,
    isVarianceDoubled,
    ratioShift: decayBits + rootBits - (isAdam ? momentumBits : gradientBits),
  };
}

/** Fields of `Steps` in `assembly/parameters.ts`, in its order; what the run counts is written by `StepsState`. */
export function stepsFields(image: ChipImage): readonly number[] {
  const { optimizer, batchSize } = image;
  const alignments = alignmentsOf(image);
  const hasEpsilon = optimizer.kind === 'rmsprop' || optimizer.kind === 'adam';
  const halvesOfCounters = new Array<number>(14).fill(0);
  return [
    image.layers.some((layer) => learnsInSteps(image, layer)) ? 1 : 0,
    batchSize,
    optimizerNumber(image),
    ...decaysOf(image),
    hasEpsilon ? optimizer.epsilonRaw : 0,
    alignments.momentumShift,
    alignments.momentumGradientShift,
    alignments.momentumDropBits,
    alignments.squareShift,
    alignments.isVarianceDoubled ? 1 : 0,
    alignments.ratioShift,
    ...halvesOfCounters,
  ];
}

/** The state that steps of all layers share, seen from the driver. */
export class StepsState {
  /** Samples since the last step, steps, p₁, p₂. */
  readonly #values: BigInt64Array;
  /** adam's r₁ and r₂. */
  readonly #corrections: BigInt64Array;
  readonly #learnedCount: BigInt64Array;

  constructor(buffer: ArrayBuffer, block: number) {
    this.#values = new BigInt64Array(buffer, block + stateOffset, 4);
    this.#values.set([0n, 0n, wholePower, wholePower]);
    const correctionsAt = block + stateOffset + this.#values.byteLength;
    this.#corrections = new BigInt64Array(buffer, correctionsAt, 2);
    const learnedAt = correctionsAt + this.#corrections.byteLength;
    this.#learnedCount = new BigInt64Array(buffer, learnedAt, 1);
  }

  /** What the step opened last has in common for all layers. */
  corrections(): BigInt64Array {
    return this.#corrections.slice();
  }

  /** Goes back to an earlier step, for a layer that takes it later than the others. */
  useCorrections(corrections: BigInt64Array): void {
    this.#corrections.set(corrections);
  }

  /** Steps taken so far. */
  get stepCount(): number {
    return this.checkpoint().stepCount;
  }

  checkpoint(): StepsCheckpoint {
    const [sampleCount = 0, stepCount = 0, firstPowerRaw = 0, secondPowerRaw = 0] = Array.from(
      this.#values,
      Number,
    );
    const learnedCount = Number(this.#learnedCount[0]);
    return { sampleCount, learnedCount, stepCount, firstPowerRaw, secondPowerRaw };
  }

  restore(checkpoint: StepsCheckpoint): void {
    const { sampleCount, learnedCount, stepCount, firstPowerRaw, secondPowerRaw } = checkpoint;
    this.#values.set([sampleCount, stepCount, firstPowerRaw, secondPowerRaw].map(BigInt));
    this.#learnedCount[0] = BigInt(learnedCount);
  }
}
