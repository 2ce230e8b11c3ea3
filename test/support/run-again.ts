import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { packageRoot } from '../../src/package-root.js';

/** Environment variable that `holds` reads: `seed:path` of a failed property. */
export const replayVariable = 'SPIKELEDGER_REPLAY';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that runs a test alone; `replay`: the seed and path of the case that failed. */
export function runAgain({ title }: Pick<ExecutionContext, 'title'>, replay?: string): string {
  const file = relative(packageRoot, fileURLToPath(test.meta.file));
  const variable = replay === undefined ? '' : `${replayVariable}=${replay} `;
  return `${variable}npx ava ${file} --match ${quoted(title)}`;
}
