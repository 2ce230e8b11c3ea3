import { elementAt } from '../../numerics/integer.js';
import { passes, type StepArithmetic, type StepSample } from '../engine.js';
import type { DelayedErrorState } from './delayed-error-state.js';
import type { CompiledEngine } from './compiled-engine.js';
import type { FeedbackState } from './feedback-state.js';
import type { LayerState } from './layer-state.js';
import type { StepsState } from './layout/steps-block.js';
import type { PlacedChip } from './place-chip.js';

/**
 * The parts of a sample as calls into the compiled engine. The batch run of the fast engine is made of the same parts.
 *
 * Implements: docs/spec.md §2.6, §2.9–2.13. Layers are counted from 0.
 */
export class SingleSteps implements StepArithmetic {
  readonly #compiled: CompiledEngine;
  readonly #chip: number;
  readonly #layers: readonly LayerState[];
  readonly #steps: StepsState;
  readonly #delayedErrors: DelayedErrorState | null;
  readonly #feedback: FeedbackState;
  readonly #inputs: number;
  readonly #sampleIndex: Uint32Array;
  #openedStepCount = 0;
  /** adam's r₁ and r₂ of the last steps, by step modulo their number: layers in a pipeline are at different ones. */
  readonly #corrections: BigInt64Array[] = [];

  constructor({ compiled, staging, layers, steps, delayedErrors, feedback }: PlacedChip) {
    this.#feedback = feedback;
    this.#compiled = compiled;
    this.#chip = staging.chip;
    this.#layers = layers;
    this.#steps = steps;
    this.#delayedErrors = delayedErrors;
    this.#inputs = staging.inputs;
    this.#sampleIndex = new Uint32Array(compiled.memory.buffer, staging.sampleIndices, 1);
  }

  forward(layer: number, valuesRaw: Int32Array, { pass, trainingOrdinal }: StepSample): void {
    new Int32Array(this.#compiled.memory.buffer, this.#inputs, valuesRaw.length).set(valuesRaw);
    const passNumber = passes.indexOf(pass);
    this.#compiled.forwardLayer(this.#chip, layer, this.#inputs, passNumber, trainingOrdinal);
    if (pass === 'training') this.#feedback.observe(layer);
  }

  leaving(layer: number, outputCount: number): Int32Array {
    const address = this.#compiled.leavingAddress(this.#chip, layer);
    return new Int32Array(this.#compiled.memory.buffer, address, outputCount);
  }

  latchOutputs({ pass, label, trainingOrdinal }: StepSample): boolean {
    const passNumber = passes.indexOf(pass);
    return this.#compiled.latchOutputs(this.#chip, label, passNumber, trainingOrdinal) === 1;
  }

  error(layer: number, word: number, { label, trainingOrdinal }: StepSample): void {
    this.#sampleIndex[0] = word;
    this.#compiled.errorLayer(this.#chip, layer, 0, label, trainingOrdinal);
  }

  update(layer: number, { trainingOrdinal }: StepSample): void {
    this.#compiled.updateLayer(this.#chip, layer, trainingOrdinal);
  }

  step(layer: number, stepNumber: number, trainingOrdinal: number): void {
    // No layer is further ahead of another than there are layers.
    const keptCount = this.#layers.length + 1;
    while (this.#openedStepCount <= stepNumber) {
      this.#compiled.openStep(this.#chip);
      this.#corrections[this.#openedStepCount % keptCount] = this.#steps.corrections();
      this.#openedStepCount += 1;
    }
    this.#steps.useCorrections(elementAt(this.#corrections, stepNumber % keptCount, 'steps'));
    this.#compiled.stepLayer(this.#chip, layer, trainingOrdinal);
  }

  latchDelayedError(sampleIndex: number, register: number): number {
    return this.#delayedErrors?.latch(sampleIndex, register) ?? 0;
  }

  keepDelayedError(sampleIndex: number, { label, trainingOrdinal }: StepSample): void {
    this.#sampleIndex[0] = sampleIndex;
    this.#compiled.keepDelayedError(this.#chip, 0, label, trainingOrdinal);
  }

  endEpoch(): void {
    this.#compiled.endEpoch(this.#chip);
    this.#feedback.endEpoch();
  }

  writtenWordCounts(layer: number): readonly number[] {
    const activity = elementAt(this.#layers, layer, 'layers').activity('training');
    return (activity.parts ?? [activity]).map(({ writtenWordCount }) => writtenWordCount);
  }
}
