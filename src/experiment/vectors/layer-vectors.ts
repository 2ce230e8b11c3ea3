import { factsOf } from '../../network/rule-facts.js';
import { AccessLedger } from '../../ledger/access-ledger.js';
import { eventsOf } from '../../chip/oracle/units/address-event.js';
import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import { LearningEngine } from '../../chip/oracle/learning/learning-engine.js';
import type { LayerObservation } from '../../chip/oracle/observe-sample.js';
import { RandomLanes } from '../../chip/oracle/learning/random-lanes.js';
import { makeTensorChecks } from '../../chip/oracle/units/tensor-check.js';
import { elementAt } from '../../numerics/integer.js';
import {
  type MemoryShape,
  memoryFile,
  numberFile,
  valueFile,
  type VectorFile,
} from './memory-words.js';
import type { TrainingTrace } from './training-trace.js';

/** Addresses of events and places of samples: wide enough for any file. */
const addressBits = 32;

/** One layer, and where its vectors come from. */
interface LayerSource {
  readonly image: ChipImage;
  readonly layer: LayerImage;
  readonly trace: TrainingTrace;
  /** Width of the value in an event's word; the axon lies above it. */
  readonly eventValueBits: number;
}

/** Folder of a layer's vectors, with its slash. */
export function layerFolder({ layer }: LayerImage): string {
  return `layer${layer}/`;
}

/** What the samples of a trace were in this layer. */
function observationsOf({ layer, trace }: LayerSource): readonly LayerObservation[] {
  return trace.observations.map((layers) => elementAt(layers, layer.layer - 1, 'layers'));
}

/** The values that enter a layer, by sample. */
function incomingValues({ layer, trace }: LayerSource): readonly (readonly bigint[])[] {
  const { inputsRaw } = trace.batch;
  const { inputCount } = layer;
  return trace.observations.map((layers, sample) => {
    const values =
      layer.layer === 1
        ? inputsRaw.subarray(sample * inputCount, (sample + 1) * inputCount)
        : elementAt(layers, layer.layer - 2, 'layers').outputsRaw;
    return Array.from(values, BigInt);
  });
}

/** The events of all samples, one after the other, and where each sample's begin (with the end as a last entry). */
function eventFiles(source: LayerSource): readonly VectorFile[] {
  const { image, layer, eventValueBits: valueBits } = source;
  const folder = layerFolder(layer);
  const condition = { thresholdRaw: BigInt(layer.eventThresholdRaw), isDense: image.isDense };
  const words: bigint[] = [];
  const starts = [0];
  for (const values of incomingValues(source)) {
    for (const { axon, valueRaw } of eventsOf(values, condition)) {
      words.push((BigInt(axon) << BigInt(valueBits)) | BigInt.asUintN(valueBits, valueRaw));
    }
    starts.push(words.length);
  }
  const wordBits = layer.organisation.wordBits.eventBuffer;
  return [
    {
      path: `${folder}events.hex`,
      meaning: `the events that enter the layer, all samples one after the other: value in the low ${valueBits} bits, axon above it`,
      layout: { wordBits, valueBits: wordBits, valuesPerWord: 1, columnCount: 1 },
      format: null,
      words,
    },
    numberFile(
      `${folder}event-starts.hex`,
      'index in events.hex of the first event of each sample, and the number of events as the last entry',
      starts,
      addressBits,
    ),
  ];
}

/** g = η·δz of every sample, by the oracle's own learning engine (docs/spec.md §2.6 step 4). */
function scaledErrors({ image, layer }: LayerSource, deltaZ: readonly Float64Array[]): number[] {
  const { numerics, generator } = image;
  const { layer: number, core, inputFormat, learningRate } = layer;
  const place = { layer: number, core };
  const ledger = new AccessLedger();
  const engine = new LearningEngine(
    { layer: number, rounding: numerics.rounding, inputFormat, learningRate },
    {
      randomLanes: new RandomLanes(generator, layer.laneSeeds, place, ledger),
      checks: makeTensorChecks(number, numerics, { trainingOrdinal: null }),
    },
    place,
    ledger,
  );
  return deltaZ.flatMap((errors) => engine.scale(Array.from(errors, BigInt)).map(Number));
}

/** The error signals of every sample, as far as the layer makes them. */
function errorFiles(source: LayerSource): readonly VectorFile[] {
  const { image, layer } = source;
  const { neuronCount } = layer;
  const { delta, update } = image.numerics.formats;
  const folder = layerFolder(layer);
  const observed = observationsOf(source);
  const deltaH = observed.flatMap(({ deltaHRaw }) => deltaHRaw ?? []);
  const deltaZ = observed.flatMap(({ deltaZRaw }) => deltaZRaw ?? []);
  const isShift = layer.learningRate.kind === 'shift';
  const scaled = isShift
    ? { ...delta, fractionBits: delta.fractionBits + layer.learningRate.shiftBits }
    : update;
  const list = (name: string, meaning: string, values: Iterable<number>, format = delta) =>
    valueFile(`${folder}${name}.hex`, meaning, values, format, neuronCount);
  const flat = (rows: readonly Float64Array[]): number[] => rows.flatMap((row) => [...row]);
  return [
    list('delta-h', 'δh of each sample, after rounding to delta', flat(deltaH)),
    list('delta-z', 'δz of each sample', flat(deltaZ)),
    list('scaled', 'g = η·δz of each sample', scaledErrors(source, deltaZ), scaled),
  ].filter(({ words }) => words.length > 0);
}

/** The memories that training changes, before the first sample and after the last. */
function learnedFiles(
  { image, layer, trace }: LayerSource,
  when: 'initial' | 'expected',
): readonly VectorFile[] {
  const { organisation, neuronCount: columnCount } = layer;
  const { wordBits, weightsPerWord, biasesPerWord } = organisation;
  const { formats } = image.numerics;
  const folder = layerFolder(layer);
  const index = layer.layer - 1;
  const state = trace[when];
  const time = when === 'initial' ? 'before the first sample' : 'after the last sample';
  const synapses: MemoryShape = {
    wordBits: wordBits.synapses,
    valuesPerWord: weightsPerWord,
    columnCount,
    format: formats.weight,
  };
  const biases: MemoryShape = {
    wordBits: wordBits.bias,
    valuesPerWord: biasesPerWord,
    columnCount,
    format: formats.bias,
  };
  return [
    memoryFile(
      `${folder}synapses.${when}.hex`,
      `synapse array ${time}, row = axon`,
      elementAt(state.weightsRaw, index, 'weights'),
      synapses,
    ),
    memoryFile(
      `${folder}bias.${when}.hex`,
      `bias memory ${time}`,
      elementAt(state.biasesRaw, index, 'biases'),
      biases,
    ),
    numberFile(
      `${folder}lanes.${when}.hex`,
      `random generator of each learning lane ${time}`,
      elementAt(state.laneStates, index, 'lanes'),
      image.generator.widthBits,
    ),
  ];
}

/** Memories that training only reads. */
function constantFiles({ image, layer }: LayerSource): readonly VectorFile[] {
  const { activationUnit, feedbackRaw, organisation, neuronCount, outputFormat } = layer;
  const folder = layerFolder(layer);
  const files: VectorFile[] = [];
  if (feedbackRaw !== null && image.feedbackSource === 'memory') {
    const isByNeuron = factsOf(image.rule.kind).feedback === 'weights';
    // B_i has the shape of the next layer's weights (docs/spec.md §2.9).
    const above = isByNeuron ? elementAt(image.layers, layer.layer, 'layers') : layer;
    const shape: MemoryShape = {
      wordBits: organisation.wordBits.feedback,
      valuesPerWord: organisation.feedbacksPerWord,
      columnCount: isByNeuron ? above.neuronCount : neuronCount,
      format: image.numerics.formats.feedback,
    };
    const rows = isByNeuron ? 'row = neuron' : 'row = class';
    const meaning = `feedback memory, ${rows}`;
    files.push(memoryFile(`${folder}feedback.hex`, meaning, feedbackRaw, shape));
  }
  if (activationUnit.kind === 'table') {
    const { entriesRaw } = activationUnit;
    const meaning = `table of the activation unit (${activationUnit.function}), by index`;
    files.push(valueFile(`${folder}activation.hex`, meaning, entriesRaw, outputFormat, 1));
  }
  return files;
}

/** h of every sample as the neuron memory holds it. */
function outputFile(source: LayerSource): VectorFile {
  const { layer } = source;
  const { wordBits, outputsPerWord } = layer.organisation;
  const shape: MemoryShape = {
    wordBits: wordBits.neurons,
    valuesPerWord: outputsPerWord,
    columnCount: layer.neuronCount,
    format: layer.outputFormat,
  };
  const outputs = observationsOf(source).flatMap(({ outputsRaw }) => [...outputsRaw]);
  const meaning = 'h of the layer in the neuron memory, row = sample, before its update';
  return memoryFile(`${layerFolder(layer)}outputs.hex`, meaning, outputs, shape);
}

/** All vectors of one layer. */
export function layerVectors(source: LayerSource): readonly VectorFile[] {
  return [
    ...learnedFiles(source, 'initial'),
    ...constantFiles(source),
    ...eventFiles(source),
    outputFile(source),
    ...errorFiles(source),
    ...learnedFiles(source, 'expected'),
  ];
}
