import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/** The program as npm's bin entry names it. */
export const program = path.join(packageRoot, 'dist/src/cli/main.js');

/** How a call of the program ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the program in a folder, which stands for its cache and its data sets too. */
export function spikeledger(words: readonly string[], cwd: string): Promise<Outcome> {
  const env = { ...process.env, XDG_CACHE_HOME: cwd, SPIKELEDGER_DATA: path.join(cwd, 'data') };
  return new Promise((resolve) => {
    const options = { cwd, env, maxBuffer: 2 ** 26 };
    const child = execFile(process.execPath, [program, ...words], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

export function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

/** As small as a run can be that still learns. */
const experimentText = `name: small
dataset: { name: digits, trainSamples: 50, testSamples: 10 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;

/** A new folder with this experiment in `small.yaml`. */
export async function makeExperiment(text = experimentText): Promise<string> {
  const folder = await makeFolder();
  await writeFile(path.join(folder, 'small.yaml'), text);
  return folder;
}
