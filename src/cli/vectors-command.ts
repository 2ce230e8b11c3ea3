import { resolveDataFolder } from '../datasets/data-folder.js';
import { prepareExperiment } from '../experiment/file/prepare-experiment.js';
import { writeVectors } from '../experiment/vectors/write-vectors.js';
import { InputError } from '../units/input-error.js';
import { printLine } from './output.js';

/** Options of `vectors`. */
export interface VectorsOptions {
  readonly out: string;
  readonly samples: string;
  readonly data?: string;
  readonly set: readonly string[];
  readonly overwrite?: boolean;
}

/** @throws InputError */
function sampleCountOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InputError(
    `--samples "${text}" is no number of samples; write a whole number from 1 to the size of the training set`,
  );
}

/** `spikeledger vectors`: golden vectors of an experiment's first training samples, for RTL test benches. */
export async function vectorsCommand(file: string, options: VectorsOptions): Promise<void> {
  const sampleCount = sampleCountOf(options.samples);
  const dataFolder = resolveDataFolder(options.data);
  const prepared = await prepareExperiment(file, options.set, dataFolder);
  const vectors = await writeVectors(prepared, options.out, sampleCount, {
    overwrite: options.overwrite === true,
  });
  const fileCount = vectors.wordFiles.length + vectors.textFiles.length;
  printLine(
    `${options.out}: ${fileCount} files of vectors, ${sampleCount} samples of ${prepared.data.train.name}; README.txt says what they are`,
  );
}
