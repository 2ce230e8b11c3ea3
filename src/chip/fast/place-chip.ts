import { keepsDelayedErrors } from '../image/learning-layers.js';
import { elementAt } from '../../numerics/integer.js';
import type { ChipImage } from '../image/chip-image.js';
import { columnCount } from '../image/layer-geometry.js';
import {
  delayedErrorFields,
  DelayedErrorState,
  reserveDelayedErrors,
} from './delayed-error-state.js';
import type { CompiledEngine } from './compiled-engine.js';
import { FeedbackState } from './feedback-state.js';
import { LayerState } from './layer-state.js';
import { dividedParts } from './layout/layer-memory.js';
import { MemoryPlan } from './layout/memory-plan.js';
import {
  chipFields,
  formatBlockBytes,
  formatTensors,
  layerFields,
  writeBlock,
  writeFormat,
} from './layout/parameter-blocks.js';
import { placeLayer, type PlacedLayer } from './layout/placed-layer.js';
import { partBlocks, type PlacedBlock, wholeBlock } from './layout/placed-part.js';
import { softmaxEntryCount, softmaxTable as makeSoftmaxTable } from './layout/softmax-table.js';
import { stepsFields, StepsState } from './layout/steps-block.js';
import type { EnginePath } from './layout/vector-choice.js';

/** Samples staged in the compiled engine's memory at a time. */
export const stagedSampleCount = 256;
/** Room for the zeros that fill a vector of signals to whole vectors. */
const vectorBytes = 32;

/** Addresses of the chip's block, of the areas that batches pass through, and of the block that steps share. */
interface Staging {
  readonly chip: number;
  readonly inputs: number;
  readonly labels: number;
  readonly outputs: number;
  readonly verdicts: number;
  readonly sampleIndices: number;
  readonly steps: number;
}

/** A chip in the memory of its compiled engine. */
export interface PlacedChip {
  readonly compiled: CompiledEngine;
  readonly staging: Staging;
  readonly layers: readonly LayerState[];
  readonly steps: StepsState;
  /** Null for all rules but `defp`. */
  readonly delayedErrors: DelayedErrorState | null;
  /** B over the epochs. */
  readonly feedback: FeedbackState;
}

function reserveStaging(
  plan: MemoryPlan,
  compiled: CompiledEngine,
  { layers, classCount }: ChipImage,
): Staging {
  const inputCounts = layers.map(({ inputCount }) => inputCount);
  const inputCount = elementAt(inputCounts, 0, 'layers');
  return {
    chip: plan.reserve(compiled.chipBytes()),
    // Single steps pass the values that enter any layer through here.
    inputs: plan.reserve(4 * Math.max(stagedSampleCount * inputCount, ...inputCounts)),
    labels: plan.reserve(stagedSampleCount),
    outputs: plan.reserve(4 * stagedSampleCount * classCount),
    verdicts: plan.reserve(stagedSampleCount),
    sampleIndices: plan.reserve(4 * stagedSampleCount),
    steps: plan.reserve(compiled.stepsBytes()),
  };
}

/** What all layers share. */
function reserveShared(
  plan: MemoryPlan,
  compiled: CompiledEngine,
  { layers, classCount }: ChipImage,
) {
  // Of CONV layers no vector is taken; the output layer is none (image-check.ts).
  const signalCounts = layers.map((layer) => columnCount(layer));
  return {
    formats: plan.reserve(formatBlockBytes * formatTensors.length),
    layers: plan.reserve(compiled.layerBytes() * layers.length),
    signal: plan.reserve(8 * classCount),
    softmaxTable: plan.reserve(4 * softmaxEntryCount),
    probabilities: plan.reserve(4 * classCount),
    vectorSignal: plan.reserve(2 * Math.max(...signalCounts) + vectorBytes),
  };
}

function growTo(compiled: CompiledEngine, pageCount: number): void {
  const missingPages = pageCount - (compiled.memory.buffer.byteLength >>> 16);
  if (missingPages > 0) compiled.memory.grow(missingPages);
}

/** Writes the block of every layer, and those of its parts, and fills its memories. */
function writeLayers(
  image: ChipImage,
  compiled: CompiledEngine,
  layers: readonly PlacedLayer[],
  layerBlocks: number,
  partBlocksOf: readonly number[],
): readonly LayerState[] {
  const { buffer } = compiled.memory;
  const view = new DataView(buffer);
  return layers.map((placed, index) => {
    const address = layerBlocks + index * compiled.layerBytes();
    const parts = partBlocks(placed);
    const firstPart = elementAt(partBlocksOf, index, 'part blocks');
    const own = wholeBlock(image, placed, parts.length === 0 ? address : firstPart);
    const writeFields = ({ placed: shown, share }: PlacedBlock, blockAddress: number) => {
      const fields = layerFields(image, shown, layers[index + 1], share);
      writeBlock(view, blockAddress, fields, compiled.layerFieldBytes());
    };
    writeFields(own, address);
    parts.forEach((part, place) => {
      writeFields(part, firstPart + place * compiled.layerBytes());
    });
    const state = new LayerState(buffer, image, placed);
    state.initialise(buffer);
    return state;
  });
}

/** Lays an image out in the compiled engine's memory and writes it there. */
export function placeChip(
  image: ChipImage,
  compiled: CompiledEngine,
  path: EnginePath,
): PlacedChip {
  const plan = new MemoryPlan(compiled.firstFreeAddress());
  const staging = reserveStaging(plan, compiled, image);
  const shared = reserveShared(plan, compiled, image);
  const { rule } = image;
  const delayed = keepsDelayedErrors(rule) ? reserveDelayedErrors(plan, image, rule) : null;
  const placedLayers = image.layers.map((layer) => placeLayer(plan, image, layer, path));
  const partBlocksOf = image.layers.map((layer) =>
    plan.reserve(compiled.layerBytes() * dividedParts(layer).length),
  );
  growTo(compiled, plan.pageCount);
  const { buffer } = compiled.memory;
  const view = new DataView(buffer);
  formatTensors.forEach((tensor, index) => {
    writeFormat(view, shared.formats + formatBlockBytes * index, image, tensor);
  });
  const addresses = { ...shared, delayedErrors: delayed?.block ?? 0, ...staging };
  writeBlock(view, staging.chip, chipFields(image, addresses), compiled.chipBytes());
  writeBlock(view, staging.steps, stepsFields(image), compiled.stepsBytes());
  if (image.loss === 'ce') {
    new Int32Array(buffer, shared.softmaxTable, softmaxEntryCount).set(makeSoftmaxTable());
  }
  const layers = writeLayers(image, compiled, placedLayers, shared.layers, partBlocksOf);
  const steps = new StepsState(buffer, staging.steps);
  const feedback = new FeedbackState(image, layers);
  if (!keepsDelayedErrors(rule) || delayed === null) {
    return { compiled, staging, layers, steps, delayedErrors: null, feedback };
  }
  const fields = delayedErrorFields(image, rule, delayed);
  writeBlock(view, delayed.block, fields, compiled.delayedErrorsBytes());
  const delayedErrors = new DelayedErrorState(buffer, image, rule, delayed);
  return { compiled, staging, layers, steps, delayedErrors, feedback };
}
