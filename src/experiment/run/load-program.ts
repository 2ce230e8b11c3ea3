import {
  assemble,
  loadShippedProgram,
  type Program,
  shippedPrograms,
} from '../../../firmware-sim/index.js';
import { readGivenText } from '../../units/given-file.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { largestFileBytes } from '../../units/limits.js';

/** A shipped program by its name, or any by its file. @throws InputError */
export async function loadProgram(nameOrFile: string): Promise<Program> {
  const shipped = shippedPrograms.find((name) => name === nameOrFile);
  if (shipped !== undefined) return loadShippedProgram(shipped);
  let text: string;
  try {
    text = readGivenText(nameOrFile, largestFileBytes.text);
  } catch (error) {
    throw new InputError(
      `${nameOrFile}: the program cannot be read (${reasonOf(error)}); give a file, or one of ${shippedPrograms.join(', ')}`,
    );
  }
  return assemble(text, nameOrFile);
}
