import type { InstructionOf } from '../isa/instruction-set.js';

/** Result of an arithmetic instruction on words b and c (or the immediate), modulo 2^32. */
export function arithmeticResult(
  mnemonic: InstructionOf<'arithmetic'>['mnemonic'],
  { a, b, c }: { readonly a: number; readonly b: number; readonly c: number },
  immediate: number,
): number {
  switch (mnemonic) {
    case 'li':
      return immediate >>> 0;
    case 'lih':
      return ((immediate << 16) | (a & 0xffff)) >>> 0;
    case 'addi':
      return (b + immediate) >>> 0;
    case 'add':
      return (b + c) >>> 0;
    case 'sub':
      return (b - c) >>> 0;
    case 'and':
      return (b & c) >>> 0;
    case 'or':
      return (b | c) >>> 0;
    case 'xor':
      return (b ^ c) >>> 0;
    case 'shl':
      return (b << (c & 31)) >>> 0;
    case 'shr':
      return b >>> (c & 31);
  }
}

/** Whether a branch on words a and b is taken. */
export function isBranchTaken(
  mnemonic: InstructionOf<'branch'>['mnemonic'],
  a: number,
  b: number,
): boolean {
  switch (mnemonic) {
    case 'beq':
      return a === b;
    case 'bne':
      return a !== b;
    case 'bltu':
      return a < b;
    case 'bgeu':
      return a >= b;
  }
}
