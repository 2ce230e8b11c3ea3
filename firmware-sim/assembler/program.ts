/** A line of source, for listings, traces and traps. */
export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** As written, without spaces at its end. */
  readonly text: string;
}

/** What the assembler makes of a source text. */
export interface Program {
  readonly file: string;
  /** Memory image from address 0 to the last word that was written; gaps are 0, which is no instruction. */
  readonly words: Uint32Array;
  /** Where each word comes from; null in gaps. Shape (words). */
  readonly sourceMap: readonly (SourceLine | null)[];
  /** Labels (addresses in bytes) and constants of the source, in order of definition. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** `file:line` of a source line, for messages. */
export function printPlace({ file, line }: SourceLine): string {
  return `${file}:${line}`;
}
