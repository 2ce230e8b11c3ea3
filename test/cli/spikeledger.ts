import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from '../../src/cli/program.js';
import { resultSchema } from '../../src/experiment/record/result-record.js';
import { packageRoot } from '../../src/package-root.js';
import { capturing } from '../support/capturing.js';

/** The program as npm's bin entry names it. */
export const program = path.join(packageRoot, 'dist/src/cli/main.js');

/** How a call of the program ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder stands for the cache and the data sets of a call too. */
export function environmentIn(cwd: string): { XDG_CACHE_HOME: string; SPIKELEDGER_DATA: string } {
  return { XDG_CACHE_HOME: cwd, SPIKELEDGER_DATA: path.join(cwd, 'data') };
}

function executed(file: string, words: readonly string[], cwd: string): Promise<Outcome> {
  const env = { ...process.env, ...environmentIn(cwd) };
  return new Promise((resolve) => {
    const options = { cwd, env, maxBuffer: 2 ** 26 };
    const child = execFile(file, [...words], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** Calls the program in a folder as a shell does, in a process of its own. */
export function spawned(words: readonly string[], cwd: string): Promise<Outcome> {
  return executed(process.execPath, [program, ...words], cwd);
}

/** The same where no file may grow beyond `blocks`, of 512 or 1024 bytes each as the shell counts: a disk that is full. */
export function spawnedOnFullDisk(
  blocks: number,
  words: readonly string[],
  cwd: string,
): Promise<Outcome> {
  const script = `ulimit -f ${blocks} && exec "$0" "$@"`;
  return executed('sh', ['-c', script, process.execPath, program, ...words], cwd);
}

/** The same with standard output on a device that is always full, `/dev/full` of Linux. */
export function spawnedIntoFullDevice(words: readonly string[], cwd: string): Promise<Outcome> {
  return executed(
    'sh',
    ['-c', 'exec "$0" "$@" >/dev/full', process.execPath, program, ...words],
    cwd,
  );
}

/**
 * Calls the program in a folder, in this process: a second less than `spawned`. One call at a time (`test.serial`), since
 * folder, environment and streams are the process's.
 */
export async function spikeledger(words: readonly string[], cwd: string): Promise<Outcome> {
  const folder = process.cwd();
  const { XDG_CACHE_HOME, SPIKELEDGER_DATA } = process.env;
  process.chdir(cwd);
  Object.assign(process.env, environmentIn(cwd));
  try {
    const { result, ...said } = await capturing(() =>
      runProgram([process.execPath, program, ...words]),
    );
    return { code: result, ...said };
  } finally {
    process.chdir(folder);
    for (const [name, value] of Object.entries({ XDG_CACHE_HOME, SPIKELEDGER_DATA })) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
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

/** Files of a result, sorted. */
export const resultFiles = [
  'ledger.csv',
  'phases.csv',
  'report.html',
  'result.json',
  'schedule.trace.json',
];

/** Names of what lies in a folder, sorted. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort();
}

/** What the record holds but for its timing. */
export async function recordIn(folder: string): Promise<unknown> {
  const text = await readFile(path.join(folder, 'result.json'), 'utf8');
  const { timing, ...record } = resultSchema.parse(JSON.parse(text));
  return timing.wallSeconds > 0 ? record : null;
}
