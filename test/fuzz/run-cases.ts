import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataReaders } from './data-readers.js';
import { modelReaders } from './model-readers.js';
import { Draws } from './mutations.js';
import { outcomeOf, outcomeProblems, useOf } from './outcomes.js';
import type { Reader } from './reader.js';
import { stateReaders } from './state-readers.js';
import { storeReaders } from './store-readers.js';
import { validationReaders } from './validation-readers.js';

/** Everything that reads what somebody wrote. */
export const readers: readonly Reader[] = [
  ...modelReaders,
  ...dataReaders,
  ...validationReaders,
  ...stateReaders,
  ...storeReaders,
];

/** Which cases of a reader: those of `seed` from number `from` on. */
interface CaseRange {
  readonly seed: string;
  readonly from: number;
  readonly count: number;
  /** Share of the legal mutants that are used too: trained with, rendered, executed; five times as many of those meant to be legal. */
  readonly useShare: number;
}

/** What came of one case. */
export interface CaseOutcome {
  readonly index: number;
  readonly what: string;
  readonly isLegal: boolean;
  readonly isUsed: boolean;
  /** Used, and what came of it looked at: a page, a summary, an execution. */
  readonly isDone: boolean;
  readonly problems: readonly string[];
}

async function runCase(
  reader: Reader,
  folder: string,
  index: number,
  range: CaseRange,
): Promise<CaseOutcome> {
  const draws = new Draws(`${range.seed}:${reader.name}:${index}`);
  const { what, read, use, isMeantLegal = false } = reader.make(draws, folder);
  const outcome = await outcomeOf(read);
  const isLegal = outcome.code === 0;
  const share = isMeantLegal ? 5 * range.useShare : range.useShare;
  const isUsed = isLegal && use.length > 0 && draws.hits(share);
  const used = isUsed ? await useOf(use, folder) : { problems: [], isDone: false };
  const problems = [...outcomeProblems(outcome), ...used.problems];
  rmSync(path.join(folder, 'out'), { recursive: true, force: true });
  return { index, what: what.slice(0, 2000), isLegal, isUsed, isDone: used.isDone, problems };
}

/** Runs cases one after the other in a folder of their own; `onBegin` is told the number of each before it begins. */
export async function runCases(
  reader: Reader,
  range: CaseRange,
  onEnd: (outcome: CaseOutcome) => void,
  onBegin: (index: number) => void = () => undefined,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), `fuzz-${reader.name}-`));
  try {
    await reader.prepare(folder);
    for (let index = range.from; index < range.from + range.count; index += 1) {
      onBegin(index);
      onEnd(await runCase(reader, folder, index, range));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
