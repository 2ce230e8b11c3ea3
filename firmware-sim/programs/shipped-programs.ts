import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { assemble } from '../assembler/assemble.js';
import type { Program } from '../assembler/program.js';

/** Programs that come with the package, in `firmware-sim/programs/`. */
export const shippedPrograms = [
  'inference',
  'train-drtp',
  'train-drtp-pipelined',
  'train-defp',
  'train-dfa',
  'train-bp',
] as const;
/** Name of a shipped program. */
export type ShippedProgram = (typeof shippedPrograms)[number];

/** Source text of a shipped program. */
export async function readShippedSource(name: ShippedProgram): Promise<string> {
  return readFile(path.join(packageRoot, 'firmware-sim', 'programs', `${name}.s`), 'utf8');
}

/** A shipped program, assembled. */
export async function loadShippedProgram(name: ShippedProgram): Promise<Program> {
  return assemble(await readShippedSource(name), `firmware-sim/programs/${name}.s`);
}
