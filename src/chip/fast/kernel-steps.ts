import { elementAt } from '../../numerics/integer.js';
import type { DelayedErrorState } from './delayed-error-state.js';
import { type Kernel, type Pass, passes } from './kernel-module.js';
import type { LayerState } from './layer-state.js';
import type { StepsState } from './layout/steps-block.js';

/** A placed chip: the kernel and what of its memory single steps touch. */
export interface PlacedChip {
  readonly kernel: Kernel;
  /** Addresses of the chip's block and of the areas that samples pass through. */
  readonly staging: {
    readonly chip: number;
    readonly inputs: number;
    readonly sampleIndices: number;
  };
  readonly layers: readonly LayerState[];
  readonly steps: StepsState;
  readonly delayedErrors: DelayedErrorState | null;
}

/** A sample as the steps know it. */
export interface StepSample {
  readonly pass: Pass;
  readonly label: number;
  /** Ordinal among the training samples; −1 where the sample does not train. */
  readonly trainingOrdinal: number;
}

/**
 * The parts of a sample, one call each, in whatever order time brings them: those of one layer in the order forward, error,
 * update, layers of several samples mixed. The batch run of the fast engine is made of the same parts.
 *
 * Implements: docs/spec.md §2.6, §2.9–2.13. Layers are counted from 0.
 */
export class KernelSteps {
  readonly #kernel: Kernel;
  readonly #chip: number;
  readonly #layers: readonly LayerState[];
  readonly #steps: StepsState;
  readonly #delayedErrors: DelayedErrorState | null;
  readonly #inputs: number;
  readonly #sampleIndex: Uint32Array;
  #openedStepCount = 0;
  /** adam's r₁ and r₂ of the last steps, by step modulo their number: layers in a pipeline are at different ones. */
  readonly #corrections: BigInt64Array[] = [];

  constructor({ kernel, staging, layers, steps, delayedErrors }: PlacedChip) {
    this.#kernel = kernel;
    this.#chip = staging.chip;
    this.#layers = layers;
    this.#steps = steps;
    this.#delayedErrors = delayedErrors;
    this.#inputs = staging.inputs;
    this.#sampleIndex = new Uint32Array(kernel.memory.buffer, staging.sampleIndices, 1);
  }

  /** h of a layer. `valuesRaw`: what its axons received, 0 where nothing did; shape (inputCount). */
  forward(layer: number, valuesRaw: Int32Array, { pass, trainingOrdinal }: StepSample): void {
    new Int32Array(this.#kernel.memory.buffer, this.#inputs, valuesRaw.length).set(valuesRaw);
    const passNumber = passes.indexOf(pass);
    this.#kernel.forwardLayer(this.#chip, layer, this.#inputs, passNumber, trainingOrdinal);
  }

  /** The values that leave a layer, as its last forward pass made them; shape (outputCount), seen in the kernel's memory. */
  leaving(layer: number, outputCount: number): Int32Array {
    const address = this.#kernel.leavingAddress(this.#chip, layer);
    return new Int32Array(this.#kernel.memory.buffer, address, outputCount);
  }

  /** Once a sample, after the forward pass of the last layer. */
  latchOutputs({ pass, label, trainingOrdinal }: StepSample): void {
    this.#kernel.latchOutputs(this.#chip, label, passes.indexOf(pass), trainingOrdinal);
  }

  /** δz of a layer; `word`: where the delayed error of the sample lies, as `latchDelayedError` said. */
  error(layer: number, word: number, { label, trainingOrdinal }: StepSample): void {
    this.#sampleIndex[0] = word;
    this.#kernel.errorLayer(this.#chip, layer, 0, label, trainingOrdinal);
  }

  /** New weights and biases, or gradients, of a layer. */
  update(layer: number, { trainingOrdinal }: StepSample): void {
    this.#kernel.updateLayer(this.#chip, layer, trainingOrdinal);
  }

  /** The layer's step with this number (0, 1, …; docs/spec.md §2.11). */
  step(layer: number, stepNumber: number, trainingOrdinal: number): void {
    // No layer is further ahead of another than there are layers.
    const keptCount = this.#layers.length + 1;
    while (this.#openedStepCount <= stepNumber) {
      this.#kernel.openStep(this.#chip);
      this.#corrections[this.#openedStepCount % keptCount] = this.#steps.corrections();
      this.#openedStepCount += 1;
    }
    this.#steps.useCorrections(elementAt(this.#corrections, stepNumber % keptCount, 'steps'));
    this.#kernel.stepLayer(this.#chip, layer, trainingOrdinal);
  }

  /** Reads the delayed error of a sample into a register (0…layers − 1); returns the word to give to `error`. */
  latchDelayedError(sampleIndex: number, register: number): number {
    return this.#delayedErrors?.latch(sampleIndex, register) ?? 0;
  }

  /** Keeps the delayed error of the sample whose outputs the last layer holds. */
  keepDelayedError(sampleIndex: number, { label, trainingOrdinal }: StepSample): void {
    this.#sampleIndex[0] = sampleIndex;
    this.#kernel.keepDelayedError(this.#chip, 0, label, trainingOrdinal);
  }

  /** The mean error of the epoch becomes the delayed error of the next, where the rule keeps a mean. */
  endEpoch(): void {
    this.#kernel.endEpoch(this.#chip);
  }

  /** Synapse words that each core of a layer has written in training, in the order of its parts. */
  writtenWordCounts(layer: number): readonly number[] {
    const activity = elementAt(this.#layers, layer, 'layers').activity('training');
    return (activity.parts ?? [activity]).map(({ writtenWordCount }) => writtenWordCount);
  }
}
