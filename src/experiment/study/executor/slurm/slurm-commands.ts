import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codeOf, InputError, reasonOf } from '../../../../units/input-error.js';

/* The commands of Slurm that a study calls: sbatch, squeue, scontrol, scancel. Written for Slurm 22.05 (slurm.schedmd.com). */

/** A task of an array, as Slurm knows it. */
export interface SlurmTask {
  readonly index: number;
  /** `RUNNING`, `TIMEOUT`, … */
  readonly state: string;
  /** Why it waits. */
  readonly reason: string;
}

/** States from which no task comes back (squeue(1), "JOB STATE CODES"). */
const endStates = new Set([
  ...['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'NODE_FAIL'],
  ...['OUT_OF_MEMORY', 'PREEMPTED', 'REVOKED', 'TIMEOUT'],
]);

/** Whether a task waits, runs, or is about to. */
export function isActive({ state }: SlurmTask): boolean {
  return !endStates.has(state);
}

/** A controller that does not answer within this time is asked again later. */
const answerMs = 60_000;
/** Bytes of an answer about an array of a million tasks. */
const longestAnswer = 2 ** 26;

const execute = promisify(execFile);

/** The user's environment without what would change the form of an answer. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SQUEUE|SCONTROL|SLURM_TIME_FORMAT)/.test(name),
    ),
  );
}

/** A command of Slurm failed. */
export class SlurmRefusal extends Error {
  override readonly name = 'SlurmRefusal';
  /** It said no; false: it did not answer, and what was asked may have been done. */
  readonly isAnswer: boolean;

  constructor(message: string, isAnswer: boolean) {
    super(message);
    this.isAnswer = isAnswer;
  }
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** @throws InputError where the command is not there, SlurmRefusal where it fails */
async function call(command: string, words: readonly string[]): Promise<string> {
  try {
    const options = { timeout: answerMs, maxBuffer: longestAnswer, env: environment() };
    return (await execute(command, [...words], options)).stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new InputError(
        `--executor slurm: there is no command ${command} here; start the sweep on a machine that submits jobs to Slurm, or leave --executor out to run it on this one`,
      );
    }
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    const reason = said.trim() === '' ? reasonOf(error) : said.trim().replaceAll('\n', '; ');
    const isKilled = error instanceof Error && 'killed' in error && error.killed === true;
    throw new SlurmRefusal(
      isKilled ? `${command} did not answer` : reason,
      !isKilled && !/timed out|Unable to contact/i.test(said),
    );
  }
}

/** Submits an array. @param words options and the script @returns its number */
export async function submitArray(words: readonly string[]): Promise<string> {
  // `--parsable` prints the number, and behind a semicolon the cluster where there are several.
  const answer = await call('sbatch', ['--parsable', ...words]);
  return lastLineOf(answer).split(';')[0] ?? '';
}

/** Tasks of an array; null: Slurm has forgotten it, or never knew it. @throws SlurmRefusal where Slurm does not answer */
export async function tasksOf(array: string): Promise<readonly SlurmTask[] | null> {
  let answer: string;
  try {
    answer = await call('squeue', ['-h', '-r', '-t', 'all', '-j', array, '-o', '%K|%T|%r']);
  } catch (error) {
    if (error instanceof SlurmRefusal && /Invalid job id/i.test(error.message)) return null;
    throw error;
  }
  const lines = answer.split('\n').filter((line) => line.includes('|'));
  if (lines.length === 0) return null;
  return lines.map((line) => {
    const [index = '', state = '', reason = ''] = line.trim().split('|');
    return { index: Number(index), state, reason };
  });
}

/** Number of the array of this name that is still in Slurm's queue; null: there is none. */
export async function arrayNamed(name: string): Promise<string | null> {
  const line = lastLineOf(await call('squeue', ['-h', '-n', name, '-o', '%F']));
  return line === '' ? null : line;
}

/** Most tasks that an array may have (`MaxArraySize`, scontrol(1)). */
export async function mostTasks(): Promise<number> {
  const answer = await call('scontrol', ['show', 'config']);
  // The size that is shown is one more than the largest index, so it is the number of tasks from 0 on.
  const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(answer)?.[1];
  return size === undefined ? 1 : Number(size);
}

/** Takes the tasks of an array that wait out of the queue. */
export async function cancelWaiting(array: string): Promise<void> {
  await call('scancel', ['--state=PENDING', array]);
}
