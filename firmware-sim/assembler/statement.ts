import { SourceFault } from './source-fault.js';
import { type Token, tokenise } from './tokens.js';

/** One line of source, taken apart: labels, what it does, and the tokens of each operand. */
export interface Statement {
  /** From 1. */
  readonly line: number;
  readonly labels: readonly Token[];
  /** Mnemonic or directive; null on a line of labels or comment only. */
  readonly head: Token | null;
  readonly operands: readonly Operand[];
}

/** The tokens between two commas; never empty. */
export interface Operand {
  readonly tokens: readonly Token[];
  /** Where it begins. */
  readonly column: number;
}

const isMark = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'mark' && token.text === text;

/** @throws SourceFault at an operand with nothing in it. */
function splitOperands(tokens: readonly Token[]): readonly Operand[] {
  if (tokens.length === 0) return [];
  const operands: Operand[] = [];
  let current: Token[] = [];
  const close = (column: number): void => {
    const [first] = current;
    if (first === undefined) {
      throw new SourceFault(
        column,
        'an operand is missing here; write one on each side of a comma',
      );
    }
    operands.push({ tokens: current, column: first.column });
    current = [];
  };
  let endColumn = 1;
  for (const token of tokens) {
    if (isMark(token, ',')) close(token.column);
    else current.push(token);
    endColumn = token.column + token.text.length;
  }
  close(endColumn);
  return operands;
}

/** Takes one line apart: `label: mnemonic operand, operand ; comment`. @throws SourceFault */
export function parseStatement(text: string, line: number): Statement {
  let tokens = tokenise(text);
  const labels: Token[] = [];
  for (;;) {
    const [first, second] = tokens;
    if (first === undefined || !isMark(second, ':')) break;
    if (first.kind !== 'name') {
      throw new SourceFault(first.column, `"${first.text}" cannot be a label; a label is a name`);
    }
    labels.push(first);
    tokens = tokens.slice(2);
  }
  const [head, ...rest] = tokens;
  if (head === undefined) return { line, labels, head: null, operands: [] };
  if (head.kind !== 'name' && head.kind !== 'directive') {
    throw new SourceFault(
      head.column,
      `"${head.text}" cannot begin a statement; allowed are a label, an instruction or a directive`,
    );
  }
  return { line, labels, head, operands: splitOperands(rest) };
}
