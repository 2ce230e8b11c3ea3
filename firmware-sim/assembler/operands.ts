import { encode } from '../isa/encoding.js';
import {
  bytesPerWord,
  generalRegisterCount,
  immediateBits,
  type InstructionSpec,
  type Instruction,
  type OperandSpec,
} from '../isa/instruction-set.js';
import type { Operand } from './statement.js';
import { SourceFault } from './source-fault.js';
import { registerPattern, type SymbolTable } from './symbol-table.js';
import type { Token } from './tokens.js';

const offsetMinimum = -(1 << (immediateBits - 1));
const offsetMaximum = (1 << (immediateBits - 1)) - 1;

/** `a, b, address`: how the operands of an instruction are written. */
export function operandSyntax({ operands }: InstructionSpec): string {
  const written = (operand: OperandSpec): string => {
    switch (operand.kind) {
      case 'register':
        return operand.field;
      case 'immediate':
        return 'immediate';
      case 'target':
        return 'target';
      case 'location':
        return 'immediate(b)';
    }
  };
  return operands.map(written).join(', ');
}

function registerNumber(token: Token | undefined, column: number): number {
  const digits = registerPattern.exec(token?.text ?? '')?.groups?.['number'];
  const number = Number(digits ?? generalRegisterCount);
  if (number >= generalRegisterCount) {
    throw new SourceFault(
      token?.column ?? column,
      `"${token?.text ?? ''}" is not a register; allowed are r0..r${generalRegisterCount - 1}`,
    );
  }
  return number;
}

function confined(value: number, minimum: number, maximum: number, column: number): number {
  if (value < minimum || value > maximum) {
    throw new SourceFault(
      column,
      `${value} is outside ${minimum}..${maximum}, what the instruction holds`,
    );
  }
  return value;
}

/** Distance in words from an instruction to its target. */
function distance(target: number, address: number, column: number): number {
  if (target < 0 || target % bytesPerWord !== 0) {
    throw new SourceFault(
      column,
      `target ${target} is not the address of an instruction; addresses are multiples of ${bytesPerWord} from 0`,
    );
  }
  const reach = [offsetMinimum * bytesPerWord, offsetMaximum * bytesPerWord] as const;
  return confined(target - address, ...reach, column) >> 2;
}

/** Takes `OFFSET(rN)` apart; without brackets the base is r0, without offset the offset is 0. */
function location(operand: Operand, symbols: SymbolTable): { base: number; offset: number } {
  const { tokens, column } = operand;
  const opening = tokens.findIndex(({ text }) => text === '(');
  if (opening < 0) return { base: 0, offset: offsetOf(symbols.evaluate(operand), column) };
  const [, base, closing, surplus] = tokens.slice(opening);
  if (closing?.text !== ')' || surplus !== undefined) {
    throw new SourceFault(
      surplus?.column ?? closing?.column ?? column,
      'a location is written OFFSET(rN), OFFSET or (rN)',
    );
  }
  const offsetTokens = tokens.slice(0, opening);
  const offset = offsetTokens.length === 0 ? 0 : symbols.evaluate({ tokens: offsetTokens, column });
  return { base: registerNumber(base, column), offset: offsetOf(offset, column) };
}

const offsetOf = (offset: number, column: number): number =>
  confined(offset, offsetMinimum, offsetMaximum, column);

/** The word of an instruction at `address` (bytes). @throws SourceFault where an operand is not what it takes. */
export function encodeStatement(
  instruction: Instruction,
  head: Token,
  operands: readonly Operand[],
  address: number,
  symbols: SymbolTable,
): number {
  const expected = instruction.operands.length;
  if (operands.length !== expected) {
    const syntax = operandSyntax(instruction);
    throw new SourceFault(
      operands[expected]?.column ?? head.column,
      `${head.text} has ${operands.length} operands; it takes ${expected === 0 ? 'none' : `${expected}: ${head.text} ${syntax}`}`,
    );
  }
  const fields = { a: 0, b: 0, c: 0, immediate: 0 };
  for (const [index, spec] of instruction.operands.entries()) {
    const operand = operands[index];
    if (operand === undefined) continue;
    const { tokens, column } = operand;
    switch (spec.kind) {
      case 'register':
        if (tokens[1] !== undefined) {
          throw new SourceFault(
            tokens[1].column,
            `"${tokens[1].text}" after a register; write a comma between operands`,
          );
        }
        fields[spec.field] = registerNumber(tokens[0], column);
        break;
      case 'immediate':
        fields.immediate = confined(symbols.evaluate(operand), spec.minimum, spec.maximum, column);
        break;
      case 'target':
        fields.immediate = distance(symbols.evaluate(operand), address, column);
        break;
      case 'location': {
        const { base, offset } = location(operand, symbols);
        fields.b = base;
        fields.immediate = offset;
      }
    }
  }
  return encode(instruction, fields);
}
