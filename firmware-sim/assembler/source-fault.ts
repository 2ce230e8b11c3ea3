import { InputError } from '../../src/units/input-error.js';

/** One thing wrong with one statement; caught by `Diagnostics`, which knows the line. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  /** From 1. */
  readonly column: number;

  constructor(column: number, sentence: string) {
    super(sentence);
    this.column = column;
  }
}

/** Collects what is wrong with a source, so that one run of the assembler shows all of it. */
export class Diagnostics {
  readonly #file: string;
  readonly #lines: { readonly line: number; readonly column: number; readonly text: string }[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** Runs one statement's work; null where a fault in it was noted. */
  attempt<Result>(line: number, work: () => Result): Result | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      const text = `${this.#file}:${line}:${error.column}: ${error.message}`;
      this.#lines.push({ line, column: error.column, text });
      return null;
    }
  }

  /** @throws InputError with one `file:line:column: sentence` a fault, in the order of the source. */
  throwIfAny(): void {
    if (this.#lines.length === 0) return;
    const inOrder = this.#lines.toSorted(
      (left, right) => left.line - right.line || left.column - right.column,
    );
    throw new InputError(inOrder.map(({ text }) => text).join('\n'));
  }
}
