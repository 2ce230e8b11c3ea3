import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { packageRoot } from '../../src/package-root.js';

/** Environment variable that `holds` reads: `seed:path` of a failed property. */
export const replayVariable = 'SPIKELEDGER_REPLAY';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where the stack of a call is needed to its end: more frames than a property and its drawn values have. */
function deepStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  const { stack } = new Error('called from');
  Error.stackTraceLimit = stackTraceLimit;
  return stack ?? '';
}

/** The compiled test file that a call came from. AVA knows only the room, whose files share a process (`.ci/rooms.mjs`). */
function testFile(stack: string): string {
  const calls = [...stack.matchAll(/\/test\/(\S+\.test)\.[jt]s:\d+/g)];
  const outermost = calls.at(-1)?.[1];
  return outermost === undefined
    ? relative(packageRoot, fileURLToPath(test.meta.file))
    : `dist/test/${outermost}.js`;
}

/**
 * The command that runs a test alone. `replay`: the seed and path of the case that failed; `stack`: of a call from the test,
 * where this is not one.
 */
export function runAgain(
  { title }: Pick<ExecutionContext, 'title'>,
  replay?: string,
  stack = deepStack(),
): string {
  const variable = replay === undefined ? '' : `${replayVariable}=${replay} `;
  return `${variable}npx ava ${testFile(stack)} --match ${quoted(title)}`;
}
