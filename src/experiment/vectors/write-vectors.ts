import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import { isPutOff } from '../../chip/image/update-order.js';
import { printFormat } from '../../numerics/format.js';
import { toolCommit, toolVersion } from '../../tool-version.js';
import { InputError } from '../../units/input-error.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { recordIn } from '../output/record-in-folder.js';
import { StagedFiles } from '../output/staged-files.js';
import { layerFolder } from './layer-vectors.js';
import { makeVectors, type TextFile, usualVectorSamples, type Vectors } from './make-vectors.js';
import { hexText, type VectorFile, wordsPerRow } from './memory-words.js';

const manifestName = 'manifest.json';
const manifestSchema = 'spikeledger.vectors/1';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the manifest says of a file of words. */
function wordEntry({ path: file, meaning, layout, format, words }: VectorFile, text: string) {
  return {
    path: file,
    meaning,
    wordBits: layout.wordBits,
    wordCount: words.length,
    wordsPerRow: wordsPerRow(layout),
    valuesPerWord: layout.valuesPerWord,
    valueBits: layout.valueBits,
    format,
    sha256: sha256(text),
  };
}

function layerEntry(layer: LayerImage) {
  const { inputCount, neuronCount, isOutput, activationUnit, organisation, learningRate } = layer;
  return {
    layer: layer.layer,
    folder: layerFolder(layer),
    inputCount,
    neuronCount,
    isOutput,
    isTrainable: layer.isTrainable,
    learningLanes: organisation.learningLaneCount,
    eventThresholdRaw: layer.eventThresholdRaw,
    inputFormat: printFormat(layer.inputFormat),
    outputFormat: printFormat(layer.outputFormat),
    activation:
      activationUnit.kind === 'table'
        ? {
            function: activationUnit.function,
            inputFormat: printFormat(activationUnit.inputFormat),
            indexBits: activationUnit.indexBits,
            interpolation: activationUnit.interpolation,
          }
        : { function: activationUnit.function },
    learningRate,
  };
}

function numericsEntry({ numerics, generator }: ChipImage) {
  const formats = Object.entries(numerics.formats).map(
    ([tensor, format]) => [tensor, printFormat(format)] as const,
  );
  return {
    formats: Object.fromEntries(formats),
    rounding: numerics.rounding,
    overflow: numerics.overflow,
    generator: {
      widthBits: generator.widthBits,
      polynomialMask: `0x${generator.polynomialMask.toString(16)}`,
    },
  };
}

/** What the files mean where rows wait for the next sample (docs/spec.md §5.1); empty where none do. */
function putOffText(image: ChipImage): string {
  const layer = image.layers.find((one) => isPutOff(image, one));
  if (layer === undefined) return '';
  return `
The chip learns by schedule ${layer.organisation.updateSchedule}: rows of a sample change while the next one goes forward. *.expected.hex is what it holds
when the rows of the last sample have changed too (a flush); events, errors, updates and generators are those of
schedule serial, sample by sample, because a schedule changes no bit. Section 5.1 says which row changes when.
`;
}

function readmeText(
  { experiment, experimentHash, data, placement }: PreparedExperiment,
  sampleCount: number,
  entries: readonly { readonly path: string; readonly meaning: string }[],
): string {
  const width = Math.max(...entries.map((entry) => entry.path.length));
  const list = entries.map((entry) => `  ${entry.path.padEnd(width)}  ${entry.meaning}`);
  return `Golden vectors of experiment ${experiment.name}
(experiment hash ${experimentHash})

What a chip of this description must hold after it has learned from ${sampleCount} training samples of ${data.train.name}, to the bit.
Load the memories of *.initial.hex and the lane seeds of lanes.initial.hex into your design, show it each sample's
events and label in order, and compare its memories and generators with *.expected.hex.
${putOffText(placement.image)}
Every .hex file is for $readmemh: one word a line, highest digit first. Values are two's complement; the lowest
column (neuron) lies in the lowest bits of a word, a row begins with a new word, and what is left of a row's last
word is 0. Address of a word: row * wordsPerRow + word. Widths, formats and checksums are in manifest.json.
Section numbers and arithmetic: docs/spec.md of Spikeledger, sections 2.2, 2.5, 2.6 and 11. A test bench that reads
such a folder is in examples/rtl of the same package.

${list.join('\n')}
`;
}

/** What matters here of the manifest of older vectors: whose they are, and the paths inside the folder that such files can have. */
const olderSchema = z.object({
  schema: z.literal(manifestSchema),
  experiment: z.object({ hash: z.string() }),
  sampleCount: z.number(),
  files: z.array(z.object({ path: z.string().regex(/^(?:layer\d+\/)?\w[\w.-]*$/) })),
});

/** @throws InputError where the folder holds the vectors of another experiment, or of another number of samples. */
function assertOwn(
  folder: string,
  older: z.infer<typeof olderSchema> | 'unknown',
  { experimentHash }: PreparedExperiment,
  sampleCount: number,
): void {
  const isOwn =
    older !== 'unknown' &&
    older.experiment.hash === experimentHash &&
    older.sampleCount === sampleCount;
  if (isOwn) return;
  throw new InputError(
    `${folder}: holds the vectors of another experiment, or of another number of samples; give another folder with --out, or replace them with --overwrite`,
  );
}

/** How vectors are written. */
export interface WriteVectorsOptions {
  /** Vectors of another experiment, or of another number of samples, are replaced. Left out: no. */
  readonly overwrite?: boolean;
}

/**
 * Makes golden vectors of an experiment's first training samples and writes them, all at once and in place of older ones of
 * the same; the manifest comes last: where there is one, the folder is whole. The folder is made.
 * @throws InputError for what has no vectors, where the folder holds others and `overwrite` is not set, and where it cannot be
 * written: then it is as it was.
 */
export async function writeVectors(
  prepared: PreparedExperiment,
  folder: string,
  sampleCount: number = usualVectorSamples,
  { overwrite = false }: WriteVectorsOptions = {},
): Promise<Vectors> {
  const vectors = makeVectors(prepared, sampleCount);
  const { wordFiles, textFiles } = vectors;
  const { image } = prepared.placement;
  const older = await recordIn(path.join(folder, manifestName), olderSchema);
  if (!overwrite && older !== null) assertOwn(folder, older, prepared, sampleCount);
  const files = await StagedFiles.open(folder);
  if (older !== null && older !== 'unknown')
    for (const file of older.files) files.remove(file.path);
  const entries = [];
  for (const file of wordFiles) {
    const text = hexText(file.words, file.layout.wordBits);
    entries.push(wordEntry(file, text));
    await files.add(file.path, text);
  }
  for (const { path: name, meaning, text } of textFiles) {
    entries.push({ path: name, meaning, sha256: sha256(text) });
    await files.add(name, text);
  }
  const readme: TextFile = {
    path: 'README.txt',
    meaning: 'this list in plain words',
    text: readmeText(prepared, sampleCount, entries),
  };
  await files.add(readme.path, readme.text);
  const { experiment, experimentHash, data, chip } = prepared;
  const manifest = {
    schema: manifestSchema,
    tool: { version: toolVersion(), commit: toolCommit() },
    experiment: { hash: experimentHash, settings: experiment },
    dataset: data.train.name,
    sampleCount,
    classCount: image.classCount,
    rule: image.rule,
    loss: image.loss,
    isDense: image.isDense,
    eventWord: { axonBits: chip.events.addressBits, valueBits: chip.events.valueBits },
    ...numericsEntry(image),
    layers: image.layers.map(layerEntry),
    files: [
      ...entries,
      { path: readme.path, meaning: readme.meaning, sha256: sha256(readme.text) },
    ],
  };
  await files.add(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
  await files.commit(manifestName);
  return vectors;
}
