import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { environmentIn, program } from '../cli/spikeledger.js';
import { statFields } from '../support/process-stat.js';

/** How a process ended. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** A call of the program that goes on. */
interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<End>;
}

/** Calls the program in a folder and does not wait for it. */
export function started(words: readonly string[], cwd: string): Started {
  const env = { ...process.env, ...environmentIn(cwd) };
  const child = spawn(process.execPath, [program, ...words], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const ended = new Promise<End>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stderr });
    });
  });
  return { child, pid: child.pid ?? 0, ended };
}

/** Asks until there is an answer, a minute at most, and no longer than the process lives. */
async function answered<Answer>(
  { child, ended }: Started,
  ask: () => Promise<Answer | null>,
): Promise<Answer> {
  for (let asked = 0; asked < 3000; asked += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the program ended before that: ${(await ended).stderr}`);
    }
    await setTimeout(20);
  }
  throw new Error('not within a minute');
}

/** Waits until a running program has made a file. */
export async function made(run: Started, file: string): Promise<void> {
  await answered(run, async () => {
    const names = await readdir(path.dirname(file)).catch((): string[] => []);
    return names.includes(path.basename(file)) ? file : null;
  });
}

/** Process that a parent has started with an entry of the program; null: none (now). Linux only. */
export async function childNow(parent: number, entry: string): Promise<number | null> {
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8')),
    ).catch(() => []);
    const [, its] = statFields(stat ?? '');
    if (its === String(parent) && command?.includes(entry) === true) return Number(name);
  }
  return null;
}

/** Number of the process that a running program has started with this entry file; Linux only. */
export function childOf(run: Started, entry: string): Promise<number> {
  return answered(run, () => childNow(run.pid, entry));
}
