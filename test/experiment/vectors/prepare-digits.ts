import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type PreparedExperiment,
  prepareExperiment,
} from '../../../src/experiment/file/prepare-experiment.js';
import { writeVectors } from '../../../src/experiment/vectors/write-vectors.js';
import { packageRoot } from '../../../src/package-root.js';

/** A small DRTP experiment on the packaged digits. */
const experimentText = `name: small
dataset: { name: digits, trainSamples: 100, testSamples: 10 }
network: FC_24_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: chip.yaml
reference: { enabled: false }
`;

/** What a test changes of edge-28nm: a text in its chip file, and what stands there instead. */
export type ChipChange = readonly [from: string, to: string];

/** The experiment with these settings, as `--set` takes them, on edge-28nm with changes. */
export async function prepareDigits(
  settings: readonly string[] = [],
  chipChanges: readonly ChipChange[] = [],
): Promise<PreparedExperiment> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  let chip = await readFile(path.join(packageRoot, 'hardware-models/chips/edge-28nm.yaml'), 'utf8');
  for (const [from, to] of chipChanges) {
    if (!chip.includes(from)) throw new Error(`edge-28nm.yaml has no "${from}"`);
    chip = chip.replace(from, to);
  }
  await writeFile(path.join(folder, 'chip.yaml'), chip);
  const file = path.join(folder, 'small.yaml');
  await writeFile(file, experimentText);
  return prepareExperiment(file, settings, folder);
}

/** Writes the vectors of an experiment into a new folder. */
export async function vectorFolder(
  prepared: PreparedExperiment,
  sampleCount: number,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-vectors-'));
  await writeVectors(prepared, folder, sampleCount);
  return folder;
}

/** The words of a file of vectors. */
export async function readWords(folder: string, file: string): Promise<readonly bigint[]> {
  const text = await readFile(path.join(folder, file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((word) => BigInt(`0x${word}`));
}
