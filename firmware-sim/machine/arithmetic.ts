import type { Mnemonic } from '../isa/instruction-set.js';

/** Result of an arithmetic instruction on words b and c (or the immediate), modulo 2^32; null where it is none. */
export function arithmeticResult(
  mnemonic: Mnemonic,
  { a, b, c }: { readonly a: number; readonly b: number; readonly c: number },
  immediate: number,
): number | null {
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
    default:
      return null;
  }
}

/** Whether a branch on words a and b is taken; null where the instruction is none. */
export function isBranchTaken(mnemonic: Mnemonic, a: number, b: number): boolean | null {
  switch (mnemonic) {
    case 'beq':
      return a === b;
    case 'bne':
      return a !== b;
    case 'bltu':
      return a < b;
    case 'bgeu':
      return a >= b;
    default:
      return null;
  }
}
