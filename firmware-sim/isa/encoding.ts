import {
  immediateBits,
  type Instruction,
  instructionWithOpcode,
  type OperandField,
} from './instruction-set.js';

/** Fields of a word; those an instruction does not use are 0. */
interface Fields {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Signed, 18 bits; of targets the distance in words. */
  readonly immediate: number;
}

/** A word that is an instruction. */
export interface DecodedInstruction extends Fields {
  readonly instruction: Instruction;
}

const opcodeShift = 26;
const fieldShifts: Readonly<Record<OperandField, number>> = { a: 22, b: 18, c: 14 };
const registerMask = 0xf;
const immediateMask = (1 << immediateBits) - 1;
const signShift = 32 - immediateBits;

/** Bits of the word that the operands of an instruction occupy. */
function operandMask({ operands }: Instruction): number {
  let mask = 0;
  for (const operand of operands) {
    if (operand.kind === 'register') mask |= registerMask << fieldShifts[operand.field];
    else mask |= immediateMask;
    if (operand.kind === 'location') mask |= registerMask << fieldShifts.b;
  }
  return mask;
}

/** The word of an instruction; field c and the immediate share bits, and no instruction has both. */
export function encode(instruction: Instruction, fields: Fields): number {
  const registers =
    (fields.a << fieldShifts.a) | (fields.b << fieldShifts.b) | (fields.c << fieldShifts.c);
  return (
    ((instruction.opcode << opcodeShift) | registers | (fields.immediate & immediateMask)) >>> 0
  );
}

/**
 * What a word says, or null where it is no instruction: unknown opcode, a bit set that no operand occupies, or an
 * immediate outside its range. Every word that is decoded encodes to itself.
 */
export function decode(word: number): DecodedInstruction | null {
  const instruction = instructionWithOpcode(word >>> opcodeShift);
  if (instruction === undefined) return null;
  const occupied = operandMask(instruction);
  if ((word & ((1 << opcodeShift) - 1) & ~occupied) !== 0) return null;
  const usesC = instruction.operands.some(
    (operand) => operand.kind === 'register' && operand.field === 'c',
  );
  const immediate = usesC ? 0 : (word << signShift) >> signShift;
  for (const operand of instruction.operands) {
    if (operand.kind !== 'immediate') continue;
    if (immediate < operand.minimum || immediate > operand.maximum) return null;
  }
  return {
    instruction,
    a: (word >>> fieldShifts.a) & registerMask,
    b: (word >>> fieldShifts.b) & registerMask,
    c: usesC ? (word >>> fieldShifts.c) & registerMask : 0,
    immediate,
  };
}
