import { type DecodedInstruction, decode } from '../isa/encoding.js';
import { bytesPerWord, instructionBits, type OperandSpec } from '../isa/instruction-set.js';
import { maximumProgramWords } from './assemble.js';

const hexDigits = instructionBits >> 2;

/** `0x` and lower-case digits, at least `digits` of them. */
export function printHex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function operandText(spec: OperandSpec, decoded: DecodedInstruction, address: number): string {
  switch (spec.kind) {
    case 'register':
      return `r${decoded[spec.field]}`;
    case 'immediate':
      return `${decoded.immediate}`;
    case 'target':
      return printHex(address + decoded.immediate * bytesPerWord, 4);
    case 'location': {
      const offset =
        decoded.immediate < 0 ? `${decoded.immediate}` : printHex(decoded.immediate, 3);
      return `${offset}(r${decoded.b})`;
    }
  }
}

/** The target of a jump as an address; null where the instruction has none. */
function targetAddress(
  { instruction, immediate }: DecodedInstruction,
  address: number,
): number | null {
  const hasTarget = instruction.operands.some(({ kind }) => kind === 'target');
  return hasTarget ? address + immediate * bytesPerWord : null;
}

/**
 * One word at `address` (bytes) as a statement that assembles to the same word: an instruction, or `.word` where it is
 * none or jumps below address 0.
 */
export function disassembleWord(word: number, address: number): string {
  const decoded = decode(word);
  if (decoded === null || (targetAddress(decoded, address) ?? 0) < 0) {
    return `.word ${printHex(word, hexDigits)}`;
  }
  const { instruction } = decoded;
  const operands = instruction.operands.map((spec) => operandText(spec, decoded, address));
  return operands.length === 0
    ? instruction.mnemonic
    : `${instruction.mnemonic} ${operands.join(', ')}`;
}

/** A whole memory image from address 0 as source text. @throws RangeError where it is larger than any memory. */
export function disassemble(words: Uint32Array): string {
  if (words.length > maximumProgramWords) {
    throw new RangeError(
      `disassemble: ${words.length} words are more than a memory holds; at most ${maximumProgramWords}`,
    );
  }
  const lines = Array.from(words, (word, index) => disassembleWord(word, index * bytesPerWord));
  return lines.map((line) => `${line}\n`).join('');
}
