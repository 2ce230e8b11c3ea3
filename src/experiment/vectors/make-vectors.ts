import { beginsWithMeasuring } from '../file/training-schema.js';
import {
  comparesErrors,
  keepsDelayedErrors,
  keepsOneError,
} from '../../chip/image/learning-layers.js';
import type { ChipImage, DefpSpec } from '../../chip/image/chip-image.js';
import { sampleOrder } from '../../time/seeded-order.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import { InputError } from '../../units/input-error.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { layerFolder, layerVectors } from './layer-vectors.js';
import { memoryFile, numberFile, type VectorFile } from './memory-words.js';
import { traceTraining, type TrainingTrace } from './training-trace.js';
import { verilogPackage } from './verilog-package.js';

/** A file of text beside those of words. */
export interface TextFile {
  readonly path: string;
  readonly meaning: string;
  readonly text: string;
}

/** Everything in a folder of vectors but its manifest and README. */
export interface Vectors {
  readonly wordFiles: readonly VectorFile[];
  readonly textFiles: readonly TextFile[];
}

/** What the vectors of a chip are limited to. @throws InputError */
export function checkVectorImage(image: ChipImage): void {
  const { layers, optimizer, batchSize } = image;
  if (comparesErrors(image)) {
    throw new InputError(
      'vectors: training.updateSkip leaves samples out; vectors show every sample being learned from, leave it out',
    );
  }
  const convolution = layers.find((layer) => layer.convolution !== null);
  if (convolution !== undefined) {
    throw new InputError(
      `vectors: layer ${convolution.layer} is a CONV layer; vectors are written for fully-connected layers, use FC_<neurons> only`,
    );
  }
  const split = layers.find(({ parts }) => parts !== null && parts.length > 1);
  if (split !== undefined) {
    throw new InputError(
      `vectors: layer ${split.layer} lies on ${split.parts?.length ?? 0} cores; vectors are written for layers of one core, use a chip with larger cores or leave mapping out`,
    );
  }
  if (optimizer.kind !== 'sgd') {
    throw new InputError(
      `vectors: training.optimizer is ${optimizer.kind}; vectors are written for plain SGD, set it to sgd`,
    );
  }
  if (batchSize !== 1) {
    throw new InputError(
      `vectors: training.batch is ${batchSize}; vectors are written for an update after every sample, set it to 1`,
    );
  }
}

/** @throws InputError where the training cannot be shown by its first samples, or has fewer of them. */
function checkTraining({ experiment, data }: PreparedExperiment, sampleCount: number): void {
  if (beginsWithMeasuring(experiment.training)) {
    throw new InputError(
      'vectors: training.defp.init is measure; vectors begin with an empty delayed-error memory, set it to targets',
    );
  }
  const available = data.train.sampleCount;
  if (!Number.isSafeInteger(sampleCount) || sampleCount < 1 || sampleCount > available) {
    throw new InputError(
      `vectors: --samples ${sampleCount} is outside 1..${available}, the training samples of ${data.train.name}; ask for at most ${available}`,
    );
  }
}

/** The delayed errors, a row for each training sample (`aggregated`: one in all), and which of them are valid. */
function delayedErrorFiles(
  image: ChipImage,
  trace: TrainingTrace,
  rule: DefpSpec,
): readonly VectorFile[] {
  const { variant, wordBits, delayedErrorsPerWord } = rule;
  const isVector = variant === 'fullVector';
  const shape = {
    wordBits,
    valuesPerWord: isVector ? delayedErrorsPerWord : 1,
    columnCount: isVector ? image.classCount : 1,
    format: image.numerics.formats.delayedError,
  };
  return (['initial', 'expected'] as const).flatMap((when) => {
    const { raw, isValid } = trace[when].delayedErrors ?? { raw: [], isValid: [] };
    const time = when === 'initial' ? 'before the first sample' : 'after the last sample';
    const rows = keepsOneError(rule) ? 'one value' : 'row = place in the training set';
    return [
      memoryFile(`delayed-errors.${when}.hex`, `delayed-error memory ${time}, ${rows}`, raw, shape),
      numberFile(
        `delayed-errors-valid.${when}.hex`,
        `valid bits of the delayed errors ${time}`,
        isValid,
        1,
      ),
    ];
  });
}

/** What all layers share. */
function sharedFiles(image: ChipImage, trace: TrainingTrace): readonly VectorFile[] {
  const { labels, sampleIndices } = trace.batch;
  return [
    numberFile('labels.hex', 'label of each sample', labels, image.labelBits),
    numberFile('samples.hex', 'place of each sample in the training set', sampleIndices, 32),
    ...(keepsDelayedErrors(image.rule) ? delayedErrorFiles(image, trace, image.rule) : []),
  ];
}

/** Samples that vectors show unless another number is asked for. */
export const usualVectorSamples = 16;

/**
 * Golden vectors of an experiment: what its chip holds, is shown and must hold after the first samples of its first
 * epoch, in the order in which a run would show them. The oracle makes them.
 *
 * Implements: docs/spec.md §10.
 * @throws InputError for what has no vectors, before anything is computed.
 */
export function makeVectors(
  prepared: PreparedExperiment,
  sampleCount: number = usualVectorSamples,
): Vectors {
  const { data, experiment, imageOfEpoch, inputQuantiser, chip } = prepared;
  const image = imageOfEpoch(1);
  checkVectorImage(image);
  checkTraining(prepared, sampleCount);
  const { seed, shuffle } = experiment.training;
  const order = sampleOrder(data.train.sampleCount, seed, 1, shuffle).slice(0, sampleCount);
  const encoded = new InputEncoder(data.train, inputQuantiser).encode(order, 0, sampleCount);
  const trace = traceTraining(image, { ...encoded, sampleIndices: order });
  const { valueBits } = chip.events;
  const layers = image.layers.map((layer) => {
    const files = layerVectors({ image, layer, trace, eventValueBits: valueBits });
    const events = files.find(({ path }) => path.endsWith('/events.hex'));
    const counts = { sampleCount, eventCount: events?.words.length ?? 0 };
    const parameters: TextFile = {
      path: `${layerFolder(layer)}layer_parameters.v`,
      meaning: `geometry, formats and modes of layer ${layer.layer}, as a SystemVerilog package`,
      text: verilogPackage(image, layer, counts, valueBits),
    };
    return { files, parameters };
  });
  return {
    wordFiles: [...sharedFiles(image, trace), ...layers.flatMap(({ files }) => files)],
    textFiles: layers.map(({ parameters }) => parameters),
  };
}
