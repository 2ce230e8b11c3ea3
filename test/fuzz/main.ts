import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../src/units/input-error.js';
import { statFields } from '../support/process-stat.js';
import { type CaseOutcome, readers, runCases } from './run-cases.js';

/*
 * `npm run fuzz -- [--count N] [--seed S] [--reader NAME]… [--from N] [--use SHARE]`: mutants of every kind of input. Each reader works in
 * a process of its own, whose heap is limited; one that is silent for too long is ended, and its case is a failure.
 */

/** Of the processor. */
const longestSeconds = 10;
/** Of the clock: how often it is asked whether a process that says nothing hangs. */
const askSeconds = 180;
/** Of the processor: who was silent for so long hangs. Where the system does not say what a process took, who was silent at all. */
const hangSeconds = 60;
/** Of the clock, however little of the processor it got. */
const longestSilenceSeconds = 3600;
const mostHeapMebi = 1024;

/** What a reader's process tells: a case begins, or has ended; all are done. */
type Message =
  | { readonly begins: number }
  | { readonly ended: CaseOutcome & { readonly seconds: number } }
  | { readonly isFinished: true };

interface Request {
  readonly reader: string;
  readonly seed: string;
  readonly from: number;
  readonly count: number;
  readonly useShare: number;
}

/** The process of one reader. */
async function work({ reader: name, ...range }: Request): Promise<void> {
  const reader = readers.find((one) => one.name === name);
  if (reader === undefined) throw new Error(`there is no reader ${name}`);
  // What is not written when the process disconnects is lost.
  let told: Promise<unknown> = Promise.resolve();
  const tell = (message: Message): void => {
    told = new Promise((resolve) => process.send?.(message, resolve));
  };
  let begun = process.cpuUsage();
  await runCases(
    reader,
    range,
    (ended) => {
      const { user, system } = process.cpuUsage(begun);
      const seconds = (user + system) / 1e6;
      const rssMebi = process.memoryUsage.rss() / 2 ** 20;
      const large = rssMebi > mostHeapMebi ? [`${rssMebi.toFixed(0)} MiB in use`] : [];
      tell({ ended: { ...ended, problems: [...ended.problems, ...large], seconds } });
    },
    (begins) => {
      begun = process.cpuUsage();
      tell({ begins });
    },
  );
  tell({ isFinished: true });
  await told;
  process.disconnect();
}

function report(request: Request, index: number, problem: string, what: string): void {
  const { reader, seed } = request;
  process.stdout.write(
    `FAILED ${reader} ${index} (npm run fuzz -- --reader ${reader} --seed ${seed} --from ${index} --count 1 --use 1): ${problem}\n  ${what.slice(0, 600).replaceAll('\n', '\n  ')}\n`,
  );
}

/** Cases done by one process, until it ends by itself or is ended. */
interface Progress {
  done: number;
  legal: number;
  used: number;
  finished: number;
  failed: number;
  /** Of the processor, set-up left out. */
  seconds: number;
}

/** Seconds of the processor that a process took so far, in ticks of 10 ms as Linux tells them; Infinity elsewhere. */
function processorSeconds(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 14 and 15: user and system time.
    const [user = NaN, system = NaN] = statFields(stat).slice(11, 13).map(Number);
    return (user + system) / 100;
  } catch {
    return Infinity;
  }
}

/** Ends a process that hangs. @returns whom to call when it has said something, and when it has ended */
function watch(child: ChildProcess): { readonly heard: () => void; readonly end: () => void } {
  let [since, taken] = [Date.now(), processorSeconds(child.pid)];
  const alarm = setInterval(() => {
    const silence = (Date.now() - since) / 1000;
    if (silence < askSeconds) return;
    // Infinity − Infinity is no number, and not below the limit.
    const isStarved = processorSeconds(child.pid) - taken < hangSeconds;
    if (!isStarved || silence > longestSilenceSeconds) child.kill('SIGKILL');
  }, 1000 * 10);
  return {
    heard: () => {
      [since, taken] = [Date.now(), processorSeconds(child.pid)];
    },
    end: () => {
      clearInterval(alarm);
    },
  };
}

/** One process on the cases that are left; resolves with the case at which it died, or null where all are done. */
function attempt(request: Request, progress: Progress): Promise<number | null> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(request)], {
    execArgv: [`--max-old-space-size=${mostHeapMebi}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve) => {
    // The case that is under way, or the next one.
    let current = request.from;
    let isFinished = false;
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2000);
    });
    const watched = watch(child);
    child.on('message', (message: Message) => {
      watched.heard();
      if ('isFinished' in message) {
        isFinished = true;
        return;
      }
      if ('begins' in message) {
        current = message.begins;
        return;
      }
      const { index, what, isLegal, isUsed, isDone, problems, seconds } = message.ended;
      current = index + 1;
      progress.done += 1;
      progress.legal += isLegal ? 1 : 0;
      progress.used += isUsed ? 1 : 0;
      progress.finished += isDone ? 1 : 0;
      progress.seconds += seconds;
      const slow = seconds > longestSeconds ? [`${seconds.toFixed(1)} s of the processor`] : [];
      for (const problem of [...problems, ...slow]) report(request, index, problem, what);
      if (problems.length + slow.length > 0) progress.failed += 1;
    });
    // What was told may still be under way when the process has ended.
    let isRead = false;
    const finish = (): void => {
      watched.end();
      if (!isRead || (child.exitCode === null && child.signalCode === null)) return;
      if (isFinished) {
        resolve(null);
        return;
      }
      progress.failed += 1;
      const how = child.signalCode ?? `code ${String(child.exitCode)}`;
      report(request, current, `ended with ${how}: too long, too much memory or thrown`, said);
      resolve(current);
    };
    child.on('disconnect', () => {
      isRead = true;
      finish();
    });
    child.on('exit', finish);
  });
}

async function fuzz(request: Request): Promise<Progress> {
  const progress: Progress = { done: 0, legal: 0, used: 0, finished: 0, failed: 0, seconds: 0 };
  const end = request.from + request.count;
  let from = request.from;
  while (from < end) {
    const diedAt = await attempt({ ...request, from, count: end - from }, progress);
    if (diedAt === null) break;
    from = diedAt + 1;
  }
  return progress;
}

/** What was asked for. @throws Error, a sentence: an option or a reader that there is not */
function requested() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      from: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      use: { type: 'string', default: '0.05' },
      reader: { type: 'string', multiple: true },
    },
  });
  const known = readers.map(({ name }) => name);
  const unknown = (values.reader ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(
      `--reader ${unknown.join(', ')}: there is no such reader; there are ${known.join(', ')}`,
    );
  }
  return { ...values, readers: values.reader ?? known };
}

async function main(): Promise<void> {
  let values: ReturnType<typeof requested>;
  try {
    values = requested();
  } catch (error) {
    process.stderr.write(`fuzz: ${reasonOf(error)}\n`);
    process.exitCode = 2;
    return;
  }
  let failed = 0;
  for (const reader of values.readers) {
    const request = {
      reader,
      seed: values.seed,
      from: Number(values.from),
      count: Number(values.count),
      useShare: Number(values.use),
    };
    const progress = await fuzz(request);
    failed += progress.failed;
    process.stdout.write(
      `${reader}: ${progress.done} cases, ${progress.legal} legal, ${progress.used} used, ${progress.finished} to the end, ${progress.failed} failed, ${progress.seconds.toFixed(1)} s of the processor\n`,
    );
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

const [given] = process.argv.slice(2);
if (process.send !== undefined && given !== undefined) await work(JSON.parse(given) as Request);
else await main();
