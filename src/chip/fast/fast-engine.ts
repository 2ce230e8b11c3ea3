import { maximumRaw, minimumRaw, printFormat } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
import type { ChipImage } from '../image/chip-image.js';
import type { RunActivity } from '../image/activity.js';
import {
  type ChipEngine,
  type CountRows,
  type FeedbackUpdate,
  type LearnedState,
  type NeuronSight,
  type Pass,
  passes,
  type SampleBatch,
  type TensorHealth,
  type TimelessChip,
  type UpdateHealth,
  type WearFigure,
  type StepArithmetic,
} from '../engine.js';
import { comparesErrors } from '../image/learning-layers.js';
import { checkBatch, sampleIndicesOf } from './batch-check.js';
import type { DelayedErrorCheckpoint } from './delayed-error-state.js';
import { checkImage } from './image-check.js';
import type { FeedbackCheckpoint } from './feedback-state.js';
import { loadCompiledEngine } from './compiled-engine.js';
import { observeOn } from './observe-sample.js';
import { SingleSteps } from './single-steps.js';
import type { LayerCheckpoint } from './layer-state.js';
import type { EnginePathCount } from './layout/engine-paths.js';
import type { StepsCheckpoint } from './layout/steps-block.js';
import type { EnginePath } from './layout/vector-choice.js';
import { placeChip, type PlacedChip, stagedSampleCount } from './place-chip.js';

/** How the compiled engine runs; no choice changes a result. */
export interface FastEngineOptions {
  /** `general` forbids the vector path; the results are the same. */
  readonly path?: EnginePath;
}

/** Everything a run carries from one sample to the next: restored into an engine of the same image, it goes on alike. */
export interface FastEngineCheckpoint {
  readonly trainedSampleCount: number;
  readonly inferredSampleCount: number;
  readonly measuredSampleCount: number;
  /** Training samples that were not learned from (docs/spec.md §2.15). */
  readonly skippedSampleCount: number;
  readonly flushCount: number;
  /** Training samples since the last flush; 0 where the last one was not learned from, so that nothing of it waits. */
  readonly unflushedCount: number;
  readonly layers: readonly LayerCheckpoint[];
  readonly steps: StepsCheckpoint;
  /** Null for all rules but `defp`. */
  readonly delayedErrors: DelayedErrorCheckpoint | null;
  readonly feedback: FeedbackCheckpoint;
}

/**
 * The chip compiled to WebAssembly: 8-bit layers on vectors, all others one weight after the other. It measures activity; the
 * ledger is what it is given to count that by.
 *
 * Implements: docs/spec.md §2, §3.
 */
export class FastEngine implements ChipEngine, TimelessChip {
  readonly #image: ChipImage;
  readonly #placed: PlacedChip;
  readonly #countRows: CountRows;
  readonly #sampleCounts: Record<Pass, number> = { inference: 0, training: 0, measuring: 0 };
  #skippedCount = 0;
  #flushCount = 0;
  /** Training samples since the last flush: the last one's update may wait (docs/spec.md §5.1). */
  #unflushedCount = 0;

  private constructor(image: ChipImage, placed: PlacedChip, countRows: CountRows) {
    this.#image = image;
    this.#placed = placed;
    this.#countRows = countRows;
  }

  /** @throws RangeError when the datapath cannot carry the image (docs/spec.md §2.4). */
  static async create(
    image: ChipImage,
    countRows: CountRows,
    { path = 'vector' }: FastEngineOptions = {},
  ): Promise<FastEngine> {
    checkImage(image);
    return new FastEngine(image, placeChip(image, await loadCompiledEngine(), path), countRows);
  }

  train(batch: SampleBatch): Int32Array {
    return this.#run(batch, 'training');
  }

  infer(batch: SampleBatch): Int32Array {
    return this.#run(batch, 'inference');
  }

  /** @throws RangeError for every rule but `defp`: no other keeps delayed errors. */
  measure(batch: SampleBatch): Int32Array {
    if (this.#placed.delayedErrors === null) {
      throw new RangeError(
        `measure: rule ${this.#image.rule.kind} keeps no delayed errors; measure with rule defp, or start training at once`,
      );
    }
    return this.#run(batch, 'measuring');
  }

  /** The same chip one part of a sample at a time, for an engine that moves it through time. */
  singleSteps(): StepArithmetic {
    return new SingleSteps(this.#placed);
  }

  /**
   * What every layer makes of training samples with the weights as they are, per sample and layer. Nothing is learned, but
   * activity and overflows are counted: to be asked of a copy of the chip.
   */
  observe(batch: SampleBatch): readonly (readonly NeuronSight[])[] {
    checkBatch(this.#image, batch);
    const sampleIndices = sampleIndicesOf(this.#image, batch) ?? undefined;
    const steps = new SingleSteps(this.#placed);
    return observeOn(this.#image, this.#placed, steps, {
      ...batch,
      ...(sampleIndices && { sampleIndices }),
    });
  }

  endEpoch(): void {
    this.#flush();
    this.#placed.compiled.endEpoch(this.#placed.staging.chip);
    this.#placed.feedback.endEpoch();
  }

  updateFeedback(update: FeedbackUpdate): void {
    this.#flush();
    this.#placed.feedback.update(update);
  }

  ledgerRows(): readonly LedgerRow[] {
    return this.#countRows(this.#image, this.activity());
  }

  /** Measured totals per kind of pass: the arguments of the closed forms of counts and cycles. */
  activity(): readonly RunActivity[] {
    this.#flush();
    return this.counters();
  }

  /** The same as the counters stand: what waits of an update goes on waiting, and is not in them. */
  counters(): readonly RunActivity[] {
    const { redrawn, transported } = this.#placed.feedback.updates;
    return passes.map((pass) => ({
      run: pass === 'inference' ? 'inference' : 'training',
      isMeasuring: pass === 'measuring',
      sampleCount: this.#sampleCounts[pass],
      ...(pass === 'training' && comparesErrors(this.#image)
        ? { skippedSampleCount: this.#skippedCount }
        : {}),
      stepCount: pass === 'training' ? this.#placed.steps.stepCount : 0,
      flushCount: pass === 'training' ? this.#flushCount : 0,
      ...(pass === 'training' && (redrawn > 0 || transported > 0)
        ? { feedbackUpdates: { redrawn, transported } }
        : {}),
      layers: this.#placed.layers.map((layer) => layer.activity(pass)),
    }));
  }

  tensorHealth(): readonly TensorHealth[] {
    this.#flush();
    return this.#placed.layers.flatMap((layer) => layer.tensorHealth());
  }

  updateHealth(): readonly UpdateHealth[] {
    this.#flush();
    return this.#placed.layers.map((layer) => layer.updateHealth());
  }

  /** Which loops of the compiled engine did the work: each gives the same bits, not all are as fast. */
  paths(): readonly EnginePathCount[] {
    return this.#placed.layers.flatMap((layer) => layer.paths());
  }

  wear(): readonly WearFigure[] {
    this.#flush();
    return this.#placed.layers.map((layer) => layer.wear());
  }

  learnedState(): LearnedState {
    this.#flush();
    this.#placed.compiled.settleGradients(this.#placed.staging.chip);
    return {
      weightsRaw: this.#placed.layers.map((layer) => layer.weightsRaw()),
      biasesRaw: this.#placed.layers.map((layer) => layer.biasesRaw()),
      laneStates: this.#placed.layers.map((layer) => layer.laneStates()),
      gradientsRaw: this.#placed.layers.map((layer) => layer.gradientsRaw()),
      momentaRaw: this.#placed.layers.map((layer) => layer.momentaRaw()),
      secondMomentsRaw: this.#placed.layers.map((layer) => layer.secondMomentsRaw()),
      delayedErrors: this.#placed.delayedErrors?.learned() ?? null,
      feedbackRaw: this.#placed.feedback.contents(),
    };
  }

  /** Copy of everything that `restore` needs to go on from here. */
  checkpoint(): FastEngineCheckpoint {
    return {
      trainedSampleCount: this.#sampleCounts.training,
      inferredSampleCount: this.#sampleCounts.inference,
      measuredSampleCount: this.#sampleCounts.measuring,
      skippedSampleCount: this.#skippedCount,
      flushCount: this.#flushCount,
      unflushedCount: this.#unflushedCount,
      layers: this.#placed.layers.map((layer) => layer.checkpoint()),
      steps: this.#placed.steps.checkpoint(),
      delayedErrors: this.#placed.delayedErrors?.checkpoint() ?? null,
      feedback: this.#placed.feedback.checkpoint(),
    };
  }

  /** @throws RangeError when the checkpoint is of an image of another shape. */
  restore(checkpoint: FastEngineCheckpoint): void {
    if (checkpoint.layers.length !== this.#placed.layers.length) {
      throw new RangeError(
        `checkpoint: ${checkpoint.layers.length} layers do not fit an image of ${this.#placed.layers.length}; restore into an engine of the image it was taken from`,
      );
    }
    if ((checkpoint.delayedErrors === null) !== (this.#placed.delayedErrors === null)) {
      throw new RangeError(
        `checkpoint: it has ${checkpoint.delayedErrors === null ? 'no ' : ''}delayed errors, which does not fit rule ${this.#image.rule.kind}; restore into an engine of the image it was taken from`,
      );
    }
    for (const [index, layer] of this.#placed.layers.entries()) {
      layer.restore(elementAt(checkpoint.layers, index, 'checkpoint layers'));
    }
    this.#placed.steps.restore(checkpoint.steps);
    this.#placed.feedback.restore(checkpoint.feedback);
    if (checkpoint.delayedErrors !== null)
      this.#placed.delayedErrors?.restore(checkpoint.delayedErrors);
    this.#sampleCounts.training = checkpoint.trainedSampleCount;
    this.#sampleCounts.inference = checkpoint.inferredSampleCount;
    this.#sampleCounts.measuring = checkpoint.measuredSampleCount;
    this.#skippedCount = checkpoint.skippedSampleCount;
    this.#flushCount = checkpoint.flushCount;
    this.#unflushedCount = checkpoint.unflushedCount;
  }

  /** What waits of an update is done: to whoever looks, and before what is no training. The arithmetic has been done at once. */
  #flush(): void {
    if (this.#unflushedCount === 0) return;
    this.#unflushedCount = 0;
    this.#flushCount += 1;
    this.#placed.compiled.flushUpdates(this.#placed.staging.chip);
  }

  #run(batch: SampleBatch, pass: Pass): Int32Array {
    checkBatch(this.#image, batch);
    if (pass !== 'training') this.#flush();
    const sampleIndices = pass === 'inference' ? null : sampleIndicesOf(this.#image, batch);
    const { classCount } = this.#image;
    const { buffer } = this.#placed.compiled.memory;
    const inputCount = elementAt(this.#image.layers, 0, 'layers').inputCount;
    const sampleCount = batch.labels.length;
    const stagedInputs = new Int32Array(
      buffer,
      this.#placed.staging.inputs,
      stagedSampleCount * inputCount,
    );
    const stagedLabels = new Uint8Array(buffer, this.#placed.staging.labels, stagedSampleCount);
    const stagedIndices = new Uint32Array(
      buffer,
      this.#placed.staging.sampleIndices,
      stagedSampleCount,
    );
    const outputs = new Int32Array(sampleCount * classCount);
    // Gates look at h of every training sample.
    const isLookedAt = pass === 'training' && this.#placed.feedback.hasGates;
    const stride = isLookedAt ? 1 : stagedSampleCount;
    for (let first = 0; first < sampleCount; first += stride) {
      const end = Math.min(first + stride, sampleCount);
      stagedInputs.set(batch.inputsRaw.subarray(first * inputCount, end * inputCount));
      this.#checkRange(stagedInputs.subarray(0, (end - first) * inputCount));
      stagedLabels.set(batch.labels.subarray(first, end));
      if (sampleIndices !== null) stagedIndices.set(sampleIndices.subarray(first, end));
      const ordinal = BigInt(this.#sampleCounts.training);
      this.#placed.compiled.run(
        this.#placed.staging.chip,
        end - first,
        passes.indexOf(pass),
        ordinal,
      );
      const length = (end - first) * classCount;
      outputs.set(new Int32Array(buffer, this.#placed.staging.outputs, length), first * classCount);
      this.#sampleCounts[pass] += end - first;
      if (pass === 'training') this.#takeVerdicts(end - first);
      if (isLookedAt) this.#placed.feedback.observeAll();
    }
    return outputs;
  }

  /** How many of the staged samples were not learned from, and whether the last one waits for its update. */
  #takeVerdicts(sampleCount: number): void {
    const { compiled, staging } = this.#placed;
    const verdicts = new Uint8Array(compiled.memory.buffer, staging.verdicts, sampleCount);
    this.#skippedCount += verdicts.reduce((sum, isSkipped) => sum + isSkipped, 0);
    this.#unflushedCount = verdicts.at(-1) === 1 ? 0 : this.#unflushedCount + sampleCount;
  }

  /** Refuses staged values outside the input's format; one of 32 bits uses the whole of a stored element. */
  #checkRange(values: Int32Array): void {
    const { inputFormat } = elementAt(this.#image.layers, 0, 'layers');
    if (inputFormat.totalBits === 32) return;
    const lowest = Number(minimumRaw(inputFormat));
    const highest = Number(maximumRaw(inputFormat));
    if (this.#placed.compiled.areWithin(values.byteOffset, values.length, lowest, highest) === 1)
      return;
    const misfit = values.find((value) => value < lowest || value > highest);
    throw new RangeError(
      `batch: input value ${misfit ?? ''} is outside ${lowest}..${highest} of ${printFormat(inputFormat)}; quantise it first`,
    );
  }
}
