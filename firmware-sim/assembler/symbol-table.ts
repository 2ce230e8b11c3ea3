import { instructionNamed } from '../isa/instruction-set.js';
import { predefinedSymbols } from '../registers/register-map.js';
import type { Operand } from './statement.js';
import { SourceFault } from './source-fault.js';
import { numberOf, type Token } from './tokens.js';

/** r0…r15, and names that look like registers and are none. */
export const registerPattern = /^r(?<number>\d+)$/;

/** Names of a program and of the register map, with their values. */
export class SymbolTable {
  readonly #predefined = predefinedSymbols();
  readonly #own = new Map<string, number>();
  readonly #lines = new Map<string, number>();

  /** @throws SourceFault where the name is taken. */
  define({ text, column }: Token, value: number, line: number): void {
    const knownLine = this.#lines.get(text);
    if (knownLine !== undefined) {
      throw new SourceFault(
        column,
        `"${text}" is defined in line ${knownLine} already; choose another name`,
      );
    }
    if (this.#predefined.has(text)) {
      throw new SourceFault(column, `"${text}" belongs to the register map; choose another name`);
    }
    if (instructionNamed(text) !== undefined || registerPattern.test(text)) {
      throw new SourceFault(
        column,
        `"${text}" names an instruction or a register; choose another name`,
      );
    }
    this.#own.set(text, value);
    this.#lines.set(text, line);
  }

  /** Labels and constants of the source, in order of definition. */
  own(): ReadonlyMap<string, number> {
    return this.#own;
  }

  /**
   * Value of an expression: numbers and symbols joined from left to right by +, − and | (or of 32 bits), with an
   * optional sign before the first. @throws SourceFault
   */
  evaluate({ tokens, column }: Operand): number {
    let value = 0;
    let operator = '+';
    let isTermNext = true;
    for (const token of tokens) {
      if (isTermNext && token.kind !== 'mark') {
        value = combine(value, operator, this.#valueOf(token), token.column);
        isTermNext = false;
      } else if (
        isOperator(token) &&
        (!isTermNext || (token === tokens[0] && token.text === '-'))
      ) {
        operator = token.text;
        isTermNext = true;
      } else {
        throw new SourceFault(
          token.column,
          `"${token.text}" does not fit here; allowed are numbers and symbols joined by +, - or |`,
        );
      }
    }
    if (isTermNext) throw new SourceFault(column, 'the expression ends before its last number');
    return value;
  }

  #valueOf(token: Token): number {
    if (token.kind === 'number') return numberOf(token);
    const value = this.#own.get(token.text) ?? this.#predefined.get(token.text);
    if (value !== undefined) return value;
    throw new SourceFault(
      token.column,
      registerPattern.test(token.text)
        ? `register ${token.text} stands where a number is needed`
        : `"${token.text}" is not defined; allowed are labels, .equ constants and names of the register map (.equ and .org need them defined above)`,
    );
  }
}

const isOperator = ({ kind, text }: Token): boolean => kind === 'mark' && '+-|'.includes(text);

function combine(left: number, operator: string, right: number, column: number): number {
  if (operator !== '|') return operator === '-' ? left - right : left + right;
  for (const value of [left, right]) {
    if (value < 0 || value > 0xffffffff) {
      throw new SourceFault(column, `${value} does not fit the 32 bits that | joins`);
    }
  }
  return (left | right) >>> 0;
}
