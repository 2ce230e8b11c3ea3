import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { replayVariable, runAgain } from './run-again.js';

/** Lines and characters of a report at most: a failing property is read, not searched. */
const largestReport = { lineCount: 17, lineLength: 200 };

/** Parameters of a property: a seed, so that every run is the same, and how many cases it draws. */
type Runs = Pick<fc.Parameters, 'seed' | 'numRuns' | 'endOnFailure'> & {
  /** Cases that are tried before the drawn ones. */
  readonly examples?: readonly (readonly unknown[])[];
};

/** What a failed property is told with: the command that runs its test again is added. */
type Told = Pick<ExecutionContext, 'title' | 'log'>;

/** Seed and path of a failed case, where the environment names one to run alone. */
function replayed(): { readonly seed: number; readonly path: string } | null {
  const match = /^(-?\d+):(.+)$/.exec(process.env[replayVariable] ?? '');
  return match === null ? null : { seed: Number(match[1]), path: match[2] ?? '' };
}

function shortened(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*:\d+:\d+\)?$/.test(line))
    .map((line) =>
      line.length > largestReport.lineLength
        ? `${line.slice(0, largestReport.lineLength)} …`
        : line,
    );
  const { lineCount } = largestReport;
  if (lines.length <= lineCount) return lines.join('\n');
  return [...lines.slice(0, lineCount), `… ${lines.length - lineCount} lines more`].join('\n');
}

/** A property that failed: the case, what was thrown, and the command that runs it again; no frames of the library. */
class PropertyFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PropertyFailed';
    this.stack = `PropertyFailed: ${message}`;
  }
}

function reportFailure<Drawn>(t: Told, details: fc.RunDetails<Drawn>, called: Error): void {
  if (!details.failed) return;
  const replay =
    details.counterexamplePath === null
      ? undefined
      : `${details.seed}:${details.counterexamplePath}`;
  const report = shortened(fc.defaultReportMessage(details) ?? 'no report');
  const told = `${report.replace(/\n *run it again.*/, '')}\nrun it again: ${runAgain(t, replay, called.stack)}`;
  // A failed assertion of AVA is shown by AVA, without the drawn case.
  if (details.errorInstance instanceof Error && details.errorInstance.name === 'AssertionError') {
    t.log(told);
  }
  throw new PropertyFailed(told);
}

/**
 * Checks a property on drawn cases. A failure says the case after shrinking, what was thrown, and how to run that case
 * alone.
 * @throws PropertyFailed when a case fails, or too few cases meet the preconditions
 */
export function holds<Drawn>(
  t: Told,
  property: fc.IAsyncProperty<Drawn>,
  runs?: Runs,
): Promise<void>;
export function holds<Drawn>(t: Told, property: fc.IProperty<Drawn>, runs?: Runs): void;
export function holds<Drawn>(
  t: Told,
  property: fc.IRawProperty<Drawn>,
  runs: Runs = {},
): Promise<void> | undefined {
  const parameters = { ...runs, ...replayed(), includeErrorInReport: true };
  // Its stack, which names the test file, is written out only where the property fails.
  const called = new Error('called from');
  const details = fc.check(property, parameters as fc.Parameters<Drawn>);
  if (details instanceof Promise) {
    return details.then((settled) => {
      reportFailure(t, settled, called);
    });
  }
  reportFailure(t, details, called);
  return undefined;
}
