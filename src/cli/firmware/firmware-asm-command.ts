import { formatListing, hexWords } from '../../../firmware-sim/index.js';
import { writeWhole } from '../../experiment/file/output-folder.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { loadProgram } from '../../experiment/run/load-program.js';
import { printLine } from '../output.js';

/** Options of `firmware asm`. */
export interface FirmwareAsmOptions {
  readonly out?: string;
  readonly listing?: boolean;
}

/** `spikeledger firmware asm`: assembles a program; its words to a file, or on stdout where no listing is asked for. */
export async function firmwareAsmCommand(
  nameOrFile: string,
  { out, listing }: FirmwareAsmOptions,
): Promise<void> {
  const program = await loadProgram(nameOrFile);
  if (out !== undefined) {
    try {
      await writeWhole(out, hexWords(program));
    } catch (error) {
      throw new InputError(
        `${out}: the words cannot be written (${reasonOf(error)}); give another file with --out`,
      );
    }
  }
  if (listing === true) printLine(formatListing(program).trimEnd());
  else if (out === undefined) process.stdout.write(hexWords(program));
  else printLine(`${out}: ${program.words.length} words of ${program.file}`);
}
