import { maximumRaw, minimumRaw, printFormat } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
import type { ChipImage } from '../image/chip-image.js';
import { closedFormCounts, type RunActivity } from '../counts/counts.js';
import type {
  ChipEngine,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from '../engine.js';
import { columnCount } from '../image/layer-geometry.js';
import { checkBatch, sampleIndicesOf } from './batch-check.js';
import {
  type DelayedErrorCheckpoint,
  delayedErrorFields,
  DelayedErrorState,
  reserveDelayedErrors,
} from './delayed-error-state.js';
import { checkImage } from './image-check.js';
import { type Kernel, loadKernel, type Pass, passes } from './kernel-module.js';
import { KernelSteps } from './kernel-steps.js';
import { type LayerCheckpoint, LayerState } from './layer-state.js';
import { dividedParts } from './layout/layer-memory.js';
import { MemoryPlan } from './layout/memory-plan.js';
import {
  chipFields,
  formatBlockBytes,
  kernelTensors,
  layerFields,
  writeBlock,
  writeFormat,
} from './layout/parameter-blocks.js';
import { placeLayer } from './layout/placed-layer.js';
import { partBlocks, type PlacedBlock, wholeBlock } from './layout/placed-part.js';
import { softmaxEntryCount, softmaxTable as makeSoftmaxTable } from './layout/softmax-table.js';
import { type StepsCheckpoint, stepsFields, StepsState } from './layout/steps-block.js';
import type { EnginePath } from './layout/vector-choice.js';

/** Samples staged in the kernel's memory at a time. */
const stagedSampleCount = 256;
/** Room for the zeros that fill a vector of signals to whole vectors. */
const vectorBytes = 32;

export interface FastEngineOptions {
  /** `general` forbids the vector path; the results are the same. */
  readonly path?: EnginePath;
}

/** Everything a run carries from one sample to the next: restored into an engine of the same image, it goes on alike. */
export interface FastEngineCheckpoint {
  readonly trainedSampleCount: number;
  readonly inferredSampleCount: number;
  readonly measuredSampleCount: number;
  readonly layers: readonly LayerCheckpoint[];
  readonly steps: StepsCheckpoint;
  /** Null for all rules but `defp`. */
  readonly delayedErrors: DelayedErrorCheckpoint | null;
}

/** Addresses of the areas that batches pass through, and of the block that steps share. */
interface Staging {
  readonly chip: number;
  readonly inputs: number;
  readonly labels: number;
  readonly outputs: number;
  readonly sampleIndices: number;
  readonly steps: number;
}

function growTo(kernel: Kernel, pageCount: number): void {
  const missingPages = pageCount - (kernel.memory.buffer.byteLength >>> 16);
  if (missingPages > 0) kernel.memory.grow(missingPages);
}

/**
 * The chip as a compiled kernel: 8-bit layers on vectors, all others one weight after the other; counts are analytic,
 * from measured activity. Implements: docs/spec.md §2, §3; counts §4 by `closed-forms/counts.ts`.
 */
export class FastEngine implements ChipEngine {
  readonly #image: ChipImage;
  readonly #kernel: Kernel;
  readonly #staging: Staging;
  readonly #layers: readonly LayerState[];
  readonly #steps: StepsState;
  readonly #delayedErrors: DelayedErrorState | null;
  readonly #sampleCounts: Record<Pass, number> = { inference: 0, training: 0, measuring: 0 };

  private constructor(
    image: ChipImage,
    kernel: Kernel,
    staging: Staging,
    layers: readonly LayerState[],
    delayedErrors: DelayedErrorState | null,
  ) {
    this.#image = image;
    this.#kernel = kernel;
    this.#staging = staging;
    this.#layers = layers;
    this.#steps = new StepsState(kernel.memory.buffer, staging.steps);
    this.#delayedErrors = delayedErrors;
  }

  /** @throws RangeError when the datapath cannot carry the image (docs/spec.md §2.4). */
  static async create(image: ChipImage, options: FastEngineOptions = {}): Promise<FastEngine> {
    checkImage(image);
    const kernel = await loadKernel();
    const plan = new MemoryPlan(kernel.firstFreeAddress());
    const inputCounts = image.layers.map((layer) => layer.inputCount);
    const inputCount = elementAt(inputCounts, 0, 'layers');
    const staging = {
      chip: plan.reserve(kernel.chipBytes()),
      // Single steps pass the values that enter any layer through here.
      inputs: plan.reserve(4 * Math.max(stagedSampleCount * inputCount, ...inputCounts)),
      labels: plan.reserve(stagedSampleCount),
      outputs: plan.reserve(4 * stagedSampleCount * image.classCount),
      sampleIndices: plan.reserve(4 * stagedSampleCount),
      steps: plan.reserve(kernel.stepsBytes()),
    };
    const formats = plan.reserve(formatBlockBytes * kernelTensors.length);
    const layerBlocks = plan.reserve(kernel.layerBytes() * image.layers.length);
    // Of CONV layers no vector is taken; the output layer is none (image-check.ts).
    const signalCounts = image.layers.map((layer) => columnCount(layer));
    const signal = plan.reserve(8 * image.classCount);
    const softmaxTable = plan.reserve(4 * softmaxEntryCount);
    const probabilities = plan.reserve(4 * image.classCount);
    const vectorSignal = plan.reserve(2 * Math.max(...signalCounts) + vectorBytes);
    const { rule } = image;
    const delayed = rule.kind === 'defp' ? reserveDelayedErrors(plan, image, rule) : null;
    const layers = image.layers.map((layer) =>
      placeLayer(plan, image, layer, options.path ?? 'vector'),
    );
    const partAddresses = image.layers.map((layer) =>
      plan.reserve(kernel.layerBytes() * dividedParts(layer).length),
    );
    growTo(kernel, plan.pageCount);
    const { buffer } = kernel.memory;
    const view = new DataView(buffer);
    kernelTensors.forEach((tensor, index) => {
      writeFormat(view, formats + formatBlockBytes * index, image, tensor);
    });
    const shared = {
      formats,
      layers: layerBlocks,
      signal,
      vectorSignal,
      delayedErrors: delayed?.block ?? 0,
      softmaxTable,
      probabilities,
      ...staging,
    };
    writeBlock(view, staging.chip, chipFields(image, shared), kernel.chipBytes());
    writeBlock(view, staging.steps, stepsFields(image), kernel.stepsBytes());
    if (image.loss === 'ce') {
      new Int32Array(buffer, softmaxTable, softmaxEntryCount).set(makeSoftmaxTable());
    }
    const states = layers.map((placed, index) => {
      const address = layerBlocks + index * kernel.layerBytes();
      const parts = partBlocks(placed);
      const firstPart = elementAt(partAddresses, index, 'part blocks');
      const own = wholeBlock(image, placed, parts.length === 0 ? address : firstPart);
      const writeFields = ({ placed: shown, share }: PlacedBlock, blockAddress: number) => {
        const fields = layerFields(image, shown, layers[index + 1], share);
        writeBlock(view, blockAddress, fields, kernel.layerFieldBytes());
      };
      writeFields(own, address);
      parts.forEach((part, place) => {
        writeFields(part, firstPart + place * kernel.layerBytes());
      });
      const state = new LayerState(buffer, image, placed);
      state.initialise(buffer);
      return state;
    });
    if (rule.kind !== 'defp' || delayed === null) {
      return new FastEngine(image, kernel, staging, states, null);
    }
    const fields = delayedErrorFields(image, rule, delayed);
    writeBlock(view, delayed.block, fields, kernel.delayedErrorsBytes());
    const kept = new DelayedErrorState(buffer, image, rule, delayed);
    return new FastEngine(image, kernel, staging, states, kept);
  }

  train(batch: SampleBatch): Int32Array {
    return this.#run(batch, 'training');
  }

  infer(batch: SampleBatch): Int32Array {
    return this.#run(batch, 'inference');
  }

  /** @throws RangeError for every rule but `defp`: no other keeps delayed errors. */
  measure(batch: SampleBatch): Int32Array {
    if (this.#delayedErrors === null) {
      throw new RangeError(
        `measure: rule ${this.#image.rule.kind} keeps no delayed errors; measure with rule defp, or start training at once`,
      );
    }
    return this.#run(batch, 'measuring');
  }

  /** The same chip one part of a sample at a time, for an engine that moves it through time. */
  singleSteps(): KernelSteps {
    return new KernelSteps({
      kernel: this.#kernel,
      staging: this.#staging,
      layers: this.#layers,
      steps: this.#steps,
      delayedErrors: this.#delayedErrors,
    });
  }

  endEpoch(): void {
    this.#kernel.endEpoch(this.#staging.chip);
  }

  ledgerRows(): readonly LedgerRow[] {
    return closedFormCounts(this.#image, this.activity());
  }

  /** Measured totals per kind of pass: what the closed forms of counts and cycles are made from. */
  activity(): readonly RunActivity[] {
    return passes.map((pass) => ({
      run: pass === 'inference' ? 'inference' : 'training',
      isMeasuring: pass === 'measuring',
      sampleCount: this.#sampleCounts[pass],
      stepCount: pass === 'training' ? this.#steps.stepCount : 0,
      layers: this.#layers.map((layer) => layer.activity(pass)),
    }));
  }

  tensorHealth(): readonly TensorHealth[] {
    return this.#layers.flatMap((layer) => layer.tensorHealth());
  }

  updateHealth(): readonly UpdateHealth[] {
    return this.#layers.map((layer) => layer.updateHealth());
  }

  wear(): readonly WearFigure[] {
    return this.#layers.map((layer) => layer.wear());
  }

  learnedState(): LearnedState {
    return {
      weightsRaw: this.#layers.map((layer) => layer.weightsRaw()),
      biasesRaw: this.#layers.map((layer) => layer.biasesRaw()),
      laneStates: this.#layers.map((layer) => layer.laneStates()),
      gradientsRaw: this.#layers.map((layer) => layer.gradientsRaw()),
      momentaRaw: this.#layers.map((layer) => layer.momentaRaw()),
      secondMomentsRaw: this.#layers.map((layer) => layer.secondMomentsRaw()),
      delayedErrors: this.#delayedErrors?.learned() ?? null,
    };
  }

  checkpoint(): FastEngineCheckpoint {
    return {
      trainedSampleCount: this.#sampleCounts.training,
      inferredSampleCount: this.#sampleCounts.inference,
      measuredSampleCount: this.#sampleCounts.measuring,
      layers: this.#layers.map((layer) => layer.checkpoint()),
      steps: this.#steps.checkpoint(),
      delayedErrors: this.#delayedErrors?.checkpoint() ?? null,
    };
  }

  /** @throws RangeError when the checkpoint is of an image of another shape. */
  restore(checkpoint: FastEngineCheckpoint): void {
    if (checkpoint.layers.length !== this.#layers.length) {
      throw new RangeError(
        `checkpoint: ${checkpoint.layers.length} layers do not fit an image of ${this.#layers.length}; restore into an engine of the image it was taken from`,
      );
    }
    if ((checkpoint.delayedErrors === null) !== (this.#delayedErrors === null)) {
      throw new RangeError(
        `checkpoint: it has ${checkpoint.delayedErrors === null ? 'no ' : ''}delayed errors, which does not fit rule ${this.#image.rule.kind}; restore into an engine of the image it was taken from`,
      );
    }
    for (const [index, layer] of this.#layers.entries()) {
      layer.restore(elementAt(checkpoint.layers, index, 'checkpoint layers'));
    }
    this.#steps.restore(checkpoint.steps);
    if (checkpoint.delayedErrors !== null) this.#delayedErrors?.restore(checkpoint.delayedErrors);
    this.#sampleCounts.training = checkpoint.trainedSampleCount;
    this.#sampleCounts.inference = checkpoint.inferredSampleCount;
    this.#sampleCounts.measuring = checkpoint.measuredSampleCount;
  }

  #run(batch: SampleBatch, pass: Pass): Int32Array {
    checkBatch(this.#image, batch);
    const sampleIndices = pass === 'inference' ? null : sampleIndicesOf(this.#image, batch);
    const { classCount } = this.#image;
    const { buffer } = this.#kernel.memory;
    const inputCount = elementAt(this.#image.layers, 0, 'layers').inputCount;
    const sampleCount = batch.labels.length;
    const stagedInputs = new Int32Array(
      buffer,
      this.#staging.inputs,
      stagedSampleCount * inputCount,
    );
    const stagedLabels = new Uint8Array(buffer, this.#staging.labels, stagedSampleCount);
    const stagedIndices = new Uint32Array(buffer, this.#staging.sampleIndices, stagedSampleCount);
    const outputs = new Int32Array(sampleCount * classCount);
    for (let first = 0; first < sampleCount; first += stagedSampleCount) {
      const end = Math.min(first + stagedSampleCount, sampleCount);
      stagedInputs.set(batch.inputsRaw.subarray(first * inputCount, end * inputCount));
      this.#checkRange(stagedInputs.subarray(0, (end - first) * inputCount));
      stagedLabels.set(batch.labels.subarray(first, end));
      if (sampleIndices !== null) stagedIndices.set(sampleIndices.subarray(first, end));
      const ordinal = BigInt(this.#sampleCounts.training);
      this.#kernel.run(this.#staging.chip, end - first, passes.indexOf(pass), ordinal);
      const length = (end - first) * classCount;
      outputs.set(new Int32Array(buffer, this.#staging.outputs, length), first * classCount);
      this.#sampleCounts[pass] += end - first;
    }
    return outputs;
  }

  /** Refuses staged values outside the input's format; one of 32 bits uses the whole of a stored element. */
  #checkRange(values: Int32Array): void {
    const { inputFormat } = elementAt(this.#image.layers, 0, 'layers');
    if (inputFormat.totalBits === 32) return;
    const lowest = Number(minimumRaw(inputFormat));
    const highest = Number(maximumRaw(inputFormat));
    if (this.#kernel.areWithin(values.byteOffset, values.length, lowest, highest) === 1) return;
    const misfit = values.find((value) => value < lowest || value > highest);
    throw new RangeError(
      `batch: input value ${misfit ?? ''} is outside ${lowest}..${highest} of ${printFormat(inputFormat)}; quantise it first`,
    );
  }
}
