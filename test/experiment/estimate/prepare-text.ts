import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type EstimateRequest,
  type PreparedEstimate,
  prepareEstimate,
} from '../../../src/experiment/estimate/prepare-estimate.js';

/** A network of 3, 2 and 2 on edge-28nm, of which shape and activity are stated. */
export const smallText = `name: small
dataset: { inputShape: [1, 1, 3], classCount: 2, trainSamples: 1 }
network: FC_2_FC_2
activity: { input: 1, layers: [1] }
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
`;

/** Prepares an estimate of an experiment in a folder of its own. */
export async function prepareText(
  text: string,
  request: Partial<EstimateRequest> = {},
): Promise<PreparedEstimate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, text);
  return prepareEstimate(file, {
    overrides: [],
    dataFolder: folder,
    rules: null,
    coreCount: null,
    result: null,
    ...request,
  });
}
