import { bytesPerWord, instructionNamed } from '../isa/instruction-set.js';
import { encodeStatement } from './operands.js';
import type { Program, SourceLine } from './program.js';
import { Diagnostics, SourceFault } from './source-fault.js';
import { type Operand, parseStatement, type Statement } from './statement.js';
import { SymbolTable } from './symbol-table.js';
import type { Token } from './tokens.js';

/** Largest program memory: every target is within the reach of a branch. */
export const maximumProgramWords = 65_536;

/** A statement that fills a word, and where. */
interface PlacedStatement {
  readonly statement: Statement;
  readonly head: Token;
  readonly address: number;
}

const wordMinimum = -0x80000000;
const wordMaximum = 0xffffffff;

function exactly(count: number, head: Token, operands: readonly Operand[], syntax: string): void {
  if (operands.length === count) return;
  throw new SourceFault(
    operands[count]?.column ?? head.column,
    `${head.text} has ${operands.length} operands; write ${syntax}`,
  );
}

/** Gives every statement its address and every label its value; the first of the assembler's two passes. */
class Layout {
  readonly symbols = new SymbolTable();
  readonly placed: PlacedStatement[] = [];
  #address = 0;
  readonly #linesByAddress = new Map<number, number>();

  /** @throws SourceFault */
  place(statement: Statement): void {
    const { head, operands, line } = statement;
    if (head?.text === '.org') this.#moveTo(head, operands);
    for (const label of statement.labels) this.symbols.define(label, this.#address, line);
    if (head === null || head.text === '.org') return;
    if (head.text === '.equ') this.#define(head, operands, line);
    else this.#fill(statement, head);
  }

  #moveTo(head: Token, operands: readonly Operand[]): void {
    exactly(1, head, operands, '.org ADDRESS');
    for (const operand of operands) {
      const address = this.symbols.evaluate(operand);
      const limit = maximumProgramWords * bytesPerWord;
      if (address < 0 || address >= limit || address % bytesPerWord !== 0) {
        throw new SourceFault(
          operand.column,
          `.org ${address} is no address of a word; allowed are multiples of ${bytesPerWord} from 0 to ${limit - bytesPerWord}`,
        );
      }
      this.#address = address;
    }
  }

  #define(head: Token, operands: readonly Operand[], line: number): void {
    exactly(2, head, operands, '.equ NAME, VALUE');
    const [name, value] = operands;
    const [token, surplus] = name?.tokens ?? [];
    if (token?.kind !== 'name' || surplus !== undefined || value === undefined) {
      throw new SourceFault(
        name?.column ?? head.column,
        '.equ needs a name first: .equ NAME, VALUE',
      );
    }
    this.symbols.define(token, this.symbols.evaluate(value), line);
  }

  #fill(statement: Statement, head: Token): void {
    const address = this.#address;
    if (head.text !== '.word' && instructionNamed(head.text) === undefined) {
      throw new SourceFault(
        head.column,
        head.kind === 'directive'
          ? `"${head.text}" is not a directive; allowed are .equ, .org and .word`
          : `"${head.text}" is not an instruction; the instruction set is in firmware-sim/README.md`,
      );
    }
    if (address >= maximumProgramWords * bytesPerWord) {
      throw new SourceFault(
        head.column,
        `the program goes beyond address ${address - bytesPerWord}, the last word of the largest memory`,
      );
    }
    const otherLine = this.#linesByAddress.get(address);
    if (otherLine !== undefined) {
      throw new SourceFault(
        head.column,
        `address ${address} is taken by line ${otherLine}; move one of them with .org`,
      );
    }
    this.#linesByAddress.set(address, statement.line);
    this.placed.push({ statement, head, address });
    this.#address += bytesPerWord;
  }
}

/** The value of `.word` as 32 bits. @throws SourceFault */
function wordValue(head: Token, operands: readonly Operand[], symbols: SymbolTable): number {
  exactly(1, head, operands, '.word VALUE');
  let word = 0;
  for (const operand of operands) {
    const value = symbols.evaluate(operand);
    if (value < wordMinimum || value > wordMaximum) {
      throw new SourceFault(
        operand.column,
        `.word ${value} does not fit 32 bits; allowed are ${wordMinimum}..${wordMaximum}`,
      );
    }
    word = value >>> 0;
  }
  return word;
}

function encodePlaced({ statement, head, address }: PlacedStatement, symbols: SymbolTable): number {
  const instruction = instructionNamed(head.text);
  return instruction === undefined
    ? wordValue(head, statement.operands, symbols)
    : encodeStatement(instruction, head, statement.operands, address, symbols);
}

/**
 * Assembles a source text.
 * @param file name that messages bear
 * @throws InputError with every fault found, one `file:line:column: what is wrong, what is allowed` a line
 */
export function assemble(text: string, file = 'program.s'): Program {
  const diagnostics = new Diagnostics(file);
  const layout = new Layout();
  const lines = text.split(/\r?\n/);
  for (const [index, lineText] of lines.entries()) {
    const line = index + 1;
    diagnostics.attempt(line, () => {
      layout.place(parseStatement(lineText, line));
    });
  }
  const words: number[] = [];
  const sourceMap: (SourceLine | null)[] = [];
  for (const placed of layout.placed) {
    const { line } = placed.statement;
    const index = placed.address >> 2;
    while (words.length <= index) {
      words.push(0);
      sourceMap.push(null);
    }
    words[index] = diagnostics.attempt(line, () => encodePlaced(placed, layout.symbols)) ?? 0;
    sourceMap[index] = { file, line, text: (lines[line - 1] ?? '').trimEnd() };
  }
  diagnostics.throwIfAny();
  return { file, words: Uint32Array.from(words), sourceMap, symbols: layout.symbols.own() };
}
