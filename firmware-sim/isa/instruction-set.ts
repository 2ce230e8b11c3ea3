import { eventLines } from '../registers/event-lines.js';

/** Places of a word that an operand can take (firmware-sim/README.md §2): a 25–22, b 21–18, c 17–14, immediate 17–0. */
export type OperandField = 'a' | 'b' | 'c';

/**
 * One operand of an instruction, as it is written.
 * `immediate`: a number inside `range`. `target`: address of an instruction, stored as a distance in words from the
 * instruction itself. `location`: `OFFSET(rN)`, offset in the immediate, rN in b; `(r0)` may be left out.
 */
export type OperandSpec =
  | { readonly kind: 'register'; readonly field: OperandField }
  | { readonly kind: 'immediate'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'target' }
  | { readonly kind: 'location' };

/** One instruction of the controller: what the assembler writes, the machine does and the datasheet says. */
export interface InstructionSpec {
  readonly mnemonic: string;
  /** What it does: a result from words, a choice or a change of the next address, or something with the hardware. */
  readonly kind: 'arithmetic' | 'branch' | 'jump' | 'hardware';
  /** Bits 31–26; 0 is no instruction, so that empty memory traps. */
  readonly opcode: number;
  readonly operands: readonly OperandSpec[];
  /** Clock cycles, without those of sleep. */
  readonly cycles: number;
  /** Clock cycles where a branch is taken; equal to `cycles` where there is no choice. */
  readonly takenCycles: number;
  readonly effect: string;
}

/** General registers r0…r15 of 32 bits; r0 reads 0 and ignores writes. */
export const generalRegisterCount = 16;
export const instructionBits = 32;
/** The program counter and register addresses count bytes. */
export const bytesPerWord = 4;
/** Immediates and distances are two's complement of this many bits. */
export const immediateBits = 18;
const immediateMinimum = -(1 << (immediateBits - 1));
const immediateMaximum = (1 << (immediateBits - 1)) - 1;

const a: OperandSpec = { kind: 'register', field: 'a' };
const b: OperandSpec = { kind: 'register', field: 'b' };
const c: OperandSpec = { kind: 'register', field: 'c' };
const signed: OperandSpec = {
  kind: 'immediate',
  minimum: immediateMinimum,
  maximum: immediateMaximum,
};
const halfWord: OperandSpec = { kind: 'immediate', minimum: 0, maximum: 0xffff };
/** At least one line: a wait for none would last for ever. */
const eventMask: OperandSpec = {
  kind: 'immediate',
  minimum: 1,
  maximum: (1 << eventLines.length) - 1,
};
const target: OperandSpec = { kind: 'target' };
const location: OperandSpec = { kind: 'location' };

const kindOf =
  <const Kind extends InstructionSpec['kind']>(kind: Kind) =>
  <const Name extends string>(
    mnemonic: Name,
    opcode: number,
    operands: readonly OperandSpec[],
    cycles: number | readonly [notTaken: number, taken: number],
    effect: string,
  ): InstructionSpec & { readonly mnemonic: Name; readonly kind: Kind } => {
    const [notTaken, taken] = typeof cycles === 'number' ? [cycles, cycles] : cycles;
    return { mnemonic, kind, opcode, operands, cycles: notTaken, takenCycles: taken, effect };
  };
const arithmetic = kindOf('arithmetic');
const branch = kindOf('branch');
const jump = kindOf('jump');
const hardware = kindOf('hardware');

/** The instruction set, in the order of the datasheet. Arithmetic is modulo 2^32; comparisons are unsigned. */
export const instructions = [
  hardware('nop', 0x01, [], 1, 'nothing'),
  arithmetic('li', 0x02, [a, signed], 1, 'a ← immediate, sign extended'),
  arithmetic('lih', 0x03, [a, halfWord], 1, 'upper 16 bits of a ← immediate'),
  arithmetic('addi', 0x04, [a, b, signed], 1, 'a ← b + immediate'),
  arithmetic('add', 0x08, [a, b, c], 1, 'a ← b + c'),
  arithmetic('sub', 0x09, [a, b, c], 1, 'a ← b − c'),
  arithmetic('and', 0x0a, [a, b, c], 1, 'a ← b and c'),
  arithmetic('or', 0x0b, [a, b, c], 1, 'a ← b or c'),
  arithmetic('xor', 0x0c, [a, b, c], 1, 'a ← b exclusive or c'),
  arithmetic('shl', 0x0d, [a, b, c], 1, 'a ← b shifted left by c mod 32'),
  arithmetic('shr', 0x0e, [a, b, c], 1, 'a ← b shifted right by c mod 32, zeros enter'),
  branch('beq', 0x10, [a, b, target], [1, 2], 'jumps if a = b'),
  branch('bne', 0x11, [a, b, target], [1, 2], 'jumps if a ≠ b'),
  branch('bltu', 0x12, [a, b, target], [1, 2], 'jumps if a < b'),
  branch('bgeu', 0x13, [a, b, target], [1, 2], 'jumps if a ≥ b'),
  jump('jmp', 0x14, [target], 2, 'jumps'),
  jump('jal', 0x15, [a, target], 2, 'a ← address of the next instruction; jumps'),
  jump('jr', 0x16, [a], 2, 'jumps to the address in a'),
  jump('loop', 0x17, [a, target], [1, 2], 'a ← a − 1; jumps if a ≠ 0'),
  hardware('ld', 0x20, [a, location], 2, 'a ← mapped register at b + immediate'),
  hardware('st', 0x21, [a, location], 2, 'mapped register at b + immediate ← a'),
  hardware(
    'wait',
    0x28,
    [a, eventMask],
    1,
    'sleeps until an event line of the mask is up; a ← the lines that are up, masked',
  ),
  hardware(
    'sync',
    0x29,
    [a, b],
    1,
    'sleeps until no core of mask a is busy in the bank with offset b (4 × bank)',
  ),
  hardware('count', 0x2a, [], 1, 'SAMPLE_COUNT ← SAMPLE_COUNT + 1'),
  hardware('trap', 0x3e, [halfWord], 1, 'stops with trap `software` and the code of the program'),
  hardware('halt', 0x3f, [], 1, 'stops: the program is done'),
] as const;
/** An instruction of the set, with its name as a literal type. */
export type Instruction = (typeof instructions)[number];
/** An instruction of one kind. */
export type InstructionOf<Kind extends Instruction['kind']> = Extract<
  Instruction,
  { readonly kind: Kind }
>;

const byMnemonic: ReadonlyMap<string, Instruction> = new Map(
  instructions.map((instruction) => [instruction.mnemonic, instruction]),
);
const byOpcode: ReadonlyMap<number, Instruction> = new Map(
  instructions.map((instruction) => [instruction.opcode, instruction]),
);

/** The instruction of this name, or undefined. */
export function instructionNamed(mnemonic: string): Instruction | undefined {
  return byMnemonic.get(mnemonic);
}

/** The instruction with this opcode, or undefined. */
export function instructionWithOpcode(opcode: number): Instruction | undefined {
  return byOpcode.get(opcode);
}
