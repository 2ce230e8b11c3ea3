import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { exitCodes, reportFailure } from '../../src/cli/exit.js';
import { type Outcome, spikeledger } from '../cli/spikeledger.js';
import { capturing } from '../support/capturing.js';

/* What must be true whatever was read. */

const allowedCodes: readonly (number | null)[] = [
  exitCodes.done,
  exitCodes.wrongInput,
  exitCodes.checkFailed,
];

/** Reads as the program does: what is thrown becomes an exit code and a sentence. */
export async function outcomeOf(read: () => unknown): Promise<Outcome> {
  const {
    result: code,
    stdout,
    stderr,
  } = await capturing(async () => {
    try {
      await read();
      return exitCodes.done;
    } catch (error) {
      return reportFailure(error);
    }
  });
  return { code, stdout, stderr };
}

const nonsense = /\b(?:NaN|Infinity|undefined)\b|\[object /;
/** Figures that cannot be below 0: energies, times, counts, sizes, areas. */
const unsigned =
  /(?:Nj|Uj|Pj|Us|Uw|Mm2|Bits|Cycles|Days|Bytes)$|^(?:count|samples|saturations|wraps|events|visits|words)$|Count$|ErrorPercent$/;

/** A figure of a page that cannot be below 0. */
const negativeOnPage =
  /(?<![\w\d.^)])[-−]\d[\d.,]*(?:e-?\d+)?\s?(?:[fpnµm]?J|[pnµm]?s|cycles?|mm²|µm²|[KMG]iB|[pnµm]?W|bits?|events?|samples?)\b/;

/** Text leaves of a record: names and descriptions may say anything. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

function negativeFigures(value: unknown, where = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) =>
    typeof entry === 'number' && entry < 0 && unsigned.test(key)
      ? [`${where}.${key} is ${entry}`]
      : negativeFigures(entry, `${where}.${key}`),
  );
}

/** What is wrong with how a call ended, whatever it was given. */
export function outcomeProblems({ code, stdout, stderr }: Outcome): readonly string[] {
  const problems: string[] = [];
  const said = `${stdout}\n${stderr}`;
  if (!allowedCodes.includes(code))
    problems.push(`exit code ${String(code)}: ${stderr.slice(0, 1200)}`);
  else if (/^\s+at \S+.*:\d+:\d+\)?$/m.test(said))
    problems.push(`stack trace: ${said.slice(0, 1200)}`);
  if (/(?!\n)[\p{Cc}\u202e]/u.test(said))
    problems.push(`raw control characters: ${JSON.stringify(said.slice(0, 300))}`);
  if (code === exitCodes.wrongInput && stderr.trim() === '')
    problems.push('refused without a sentence');
  if (said.length > 100_000) problems.push(`prints ${said.length} characters`);
  if (code !== exitCodes.wrongInput && nonsense.test(stdout))
    problems.push(`nonsense on stdout: ${nonsenseIn(stdout)}`);
  return problems;
}

/** @throws Error where a line of a table holds what is no figure */
export function checkFigures(lines: readonly string[]): void {
  const line = lines.find((one) => nonsense.test(one));
  if (line !== undefined) throw new Error(`nonsense in a table: ${nonsenseIn(line)}`);
}

function nonsenseIn(text: string): string {
  const at = text.search(nonsense);
  return text.slice(Math.max(0, at - 120), at + 60);
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What is wrong with the files that a call left where there were those of `before`. */
function folderProblems(
  folder: string,
  before: readonly string[],
  { code, stderr }: Outcome,
): readonly string[] {
  const names = namesIn(folder);
  if (code === exitCodes.wrongInput) {
    const left = names.filter((name) => !before.includes(name));
    return left.length === 0 ? [] : [`left after a refusal: ${left.join()}: ${stderr}`];
  }
  const problems: string[] = [];
  const texts: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const record: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    problems.push(...negativeFigures(record));
    texts.push(...textsOf(record).filter((text) => nonsense.test(text)));
  }
  for (const name of names.filter((one) => /\.(?:json|html|csv)$/.test(one))) {
    const page = texts.reduce(
      (text, own) => text.replaceAll(own, ''),
      readFileSync(path.join(folder, name), 'utf8'),
    );
    if (nonsense.test(page)) problems.push(`nonsense in ${name}: ${nonsenseIn(page)}`);
    const below = name.endsWith('.html') ? page.search(negativeOnPage) : -1;
    if (below >= 0)
      problems.push(`below 0 in ${name}: ${page.slice(Math.max(0, below - 80), below + 40)}`);
  }
  return problems;
}

/** What came of using a legal input. */
interface Use {
  readonly problems: readonly string[];
  /** Whether every command did its work, and what it left was looked at. */
  readonly isDone: boolean;
}

/** The folder that a command line leaves its files in, below that in which it is called. */
function outOf(words: readonly string[]): string {
  const at = words.indexOf('--out');
  return (at < 0 ? null : words[at + 1]?.split('/')[0]) ?? 'out';
}

/** Runs command lines one after the other in a folder; what is wrong with how they ended, and with what they left. */
export async function useOf(
  commands: readonly (readonly string[])[],
  folder: string,
): Promise<Use> {
  let isDone = true;
  const problems: string[] = [];
  for (const words of commands) {
    const out = path.join(folder, outOf(words));
    const before = namesIn(out);
    const outcome = await spikeledger(words, folder);
    problems.push(...outcomeProblems(outcome), ...folderProblems(out, before, outcome));
    isDone &&= outcome.code === exitCodes.done;
    if (!isDone) break;
  }
  for (const words of commands)
    rmSync(path.join(folder, outOf(words)), { recursive: true, force: true });
  return { problems, isDone };
}
