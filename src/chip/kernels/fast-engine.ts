import { maximumRaw, minimumRaw, printFormat } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';
import { type LedgerRow, type RunKind, runKinds } from '../../ledger/ledger-row.js';
import type { ChipImage } from '../chip-image.js';
import { closedFormCounts, type RunActivity } from '../closed-form-counts.js';
import type {
  ChipEngine,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from '../engine.js';
import { layerAlignments } from './alignments.js';
import { checkImage } from './image-check.js';
import { type Kernel, loadKernel } from './kernel-module.js';
import { type LayerCheckpoint, LayerState } from './layer-state.js';
import { MemoryPlan, reserveLayer } from './memory-plan.js';
import {
  chipFields,
  formatBlockBytes,
  kernelTensors,
  layerFields,
  writeFormat,
} from './parameter-blocks.js';
import { chooseVectors, type EnginePath } from './vector-choice.js';

/** Samples staged in the kernel's memory at a time. */
const stagedSampleCount = 256;

export interface FastEngineOptions {
  /** `general` forbids the vector path; the results are the same. */
  readonly path?: EnginePath;
}

/** Everything a run carries from one sample to the next: restored into an engine of the same image, it goes on alike. */
export interface FastEngineCheckpoint {
  readonly trainedSampleCount: number;
  readonly inferredSampleCount: number;
  readonly layers: readonly LayerCheckpoint[];
}

/** Addresses of the areas that batches pass through. */
interface Staging {
  readonly chip: number;
  readonly inputs: number;
  readonly labels: number;
  readonly outputs: number;
}

function growTo(kernel: Kernel, pageCount: number): void {
  const missingPages = pageCount - (kernel.memory.buffer.byteLength >>> 16);
  if (missingPages > 0) kernel.memory.grow(missingPages);
}

function writeBlock(
  view: DataView,
  address: number,
  fields: readonly number[],
  expectedBytes: number,
): void {
  if (4 * fields.length !== expectedBytes) {
    throw new RangeError(
      `fast engine: the driver has ${4 * fields.length} bytes of parameters, the kernel expects ${expectedBytes}; run npm run build`,
    );
  }
  // The mask of a 32-bit generator has its top bit set: ToInt32 keeps the bits.
  fields.forEach((field, index) => {
    view.setInt32(address + 4 * index, field, true);
  });
}

/**
 * The chip as a compiled kernel: 8-bit layers on vectors, all others one weight after the other; counts are analytic,
 * from measured activity. Implements: docs/spec.md §2, §3; counts §4 by `closed-form-counts.ts`.
 */
export class FastEngine implements ChipEngine {
  readonly #image: ChipImage;
  readonly #kernel: Kernel;
  readonly #staging: Staging;
  readonly #layers: readonly LayerState[];
  readonly #sampleCounts: Record<RunKind, number> = { inference: 0, training: 0 };

  private constructor(
    image: ChipImage,
    kernel: Kernel,
    staging: Staging,
    layers: readonly LayerState[],
  ) {
    this.#image = image;
    this.#kernel = kernel;
    this.#staging = staging;
    this.#layers = layers;
  }

  /** @throws RangeError when the datapath cannot carry the image (docs/spec.md §2.4). */
  static async create(image: ChipImage, options: FastEngineOptions = {}): Promise<FastEngine> {
    checkImage(image);
    const kernel = await loadKernel();
    const plan = new MemoryPlan(kernel.firstFreeAddress());
    const inputCount = elementAt(image.layers, 0, 'layers').inputCount;
    const staging = {
      chip: plan.reserve(kernel.chipBytes()),
      inputs: plan.reserve(4 * stagedSampleCount * inputCount),
      labels: plan.reserve(stagedSampleCount),
      outputs: plan.reserve(4 * stagedSampleCount * image.classCount),
    };
    const formats = plan.reserve(formatBlockBytes * kernelTensors.length);
    const layerBlocks = plan.reserve(kernel.layerBytes() * image.layers.length);
    const layers = image.layers.map((layer) => {
      const alignments = layerAlignments(image, layer);
      const choice = chooseVectors(image, layer, alignments, options.path ?? 'vector');
      return { layer, alignments, choice, memory: reserveLayer(plan, image, layer, choice) };
    });
    growTo(kernel, plan.pageCount);
    const { buffer } = kernel.memory;
    const view = new DataView(buffer);
    kernelTensors.forEach((tensor, index) => {
      writeFormat(view, formats + formatBlockBytes * index, image, tensor);
    });
    const shared = { formats, layers: layerBlocks, ...staging };
    writeBlock(view, staging.chip, chipFields(image, shared), kernel.chipBytes());
    const states = layers.map(({ layer, alignments, choice, memory }, index) => {
      const fields = layerFields(image, layer, alignments, choice, memory);
      const address = layerBlocks + index * kernel.layerBytes();
      writeBlock(view, address, fields, kernel.layerFieldBytes());
      const state = new LayerState(buffer, image, layer, choice, memory);
      state.initialise(buffer, alignments, memory);
      return state;
    });
    return new FastEngine(image, kernel, staging, states);
  }

  train(batch: SampleBatch): Int32Array {
    return this.#run(batch, 'training');
  }

  infer(batch: SampleBatch): Int32Array {
    return this.#run(batch, 'inference');
  }

  ledgerRows(): readonly LedgerRow[] {
    return closedFormCounts(this.#image, this.activity());
  }

  /** Measured totals per kind of run: what the closed forms of counts and cycles are made from. */
  activity(): readonly RunActivity[] {
    return runKinds.map((run) => ({
      run,
      sampleCount: this.#sampleCounts[run],
      layers: this.#layers.map((layer) => layer.activity(run)),
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
    };
  }

  checkpoint(): FastEngineCheckpoint {
    return {
      trainedSampleCount: this.#sampleCounts.training,
      inferredSampleCount: this.#sampleCounts.inference,
      layers: this.#layers.map((layer) => layer.checkpoint()),
    };
  }

  /** @throws RangeError when the checkpoint is of an image of another shape. */
  restore(checkpoint: FastEngineCheckpoint): void {
    if (checkpoint.layers.length !== this.#layers.length) {
      throw new RangeError(
        `checkpoint: ${checkpoint.layers.length} layers do not fit an image of ${this.#layers.length}; restore into an engine of the image it was taken from`,
      );
    }
    for (const [index, layer] of this.#layers.entries()) {
      layer.restore(elementAt(checkpoint.layers, index, 'checkpoint layers'));
    }
    this.#sampleCounts.training = checkpoint.trainedSampleCount;
    this.#sampleCounts.inference = checkpoint.inferredSampleCount;
  }

  #run(batch: SampleBatch, run: RunKind): Int32Array {
    this.#check(batch);
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
    const outputs = new Int32Array(sampleCount * classCount);
    for (let first = 0; first < sampleCount; first += stagedSampleCount) {
      const end = Math.min(first + stagedSampleCount, sampleCount);
      stagedInputs.set(batch.inputsRaw.subarray(first * inputCount, end * inputCount));
      this.#checkRange(stagedInputs.subarray(0, (end - first) * inputCount));
      stagedLabels.set(batch.labels.subarray(first, end));
      const ordinal = run === 'training' ? BigInt(this.#sampleCounts.training) : -1n;
      this.#kernel.run(this.#staging.chip, end - first, ordinal);
      const length = (end - first) * classCount;
      outputs.set(new Int32Array(buffer, this.#staging.outputs, length), first * classCount);
      this.#sampleCounts[run] += end - first;
    }
    return outputs;
  }

  /** The kernel trusts what is staged, so shapes and labels are checked here. */
  #check({ inputsRaw, labels }: SampleBatch): void {
    const { inputCount } = elementAt(this.#image.layers, 0, 'layers');
    if (inputsRaw.length !== labels.length * inputCount) {
      throw new RangeError(
        `batch: ${inputsRaw.length} input values do not make ${labels.length} samples of ${inputCount}`,
      );
    }
    const { classCount } = this.#image;
    for (const label of labels) {
      if (label >= classCount) {
        throw new RangeError(`batch: label ${label} is outside 0..${classCount - 1}`);
      }
    }
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
