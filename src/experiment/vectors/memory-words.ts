import { type FixedPointFormat, printFormat } from '../../numerics/format.js';
import { ceilDiv } from '../../numerics/integer.js';

/** What lies in a file of words. */
export interface WordLayout {
  readonly wordBits: number;
  readonly valueBits: number;
  /** Whole values in a word. */
  readonly valuesPerWord: number;
  /** Values of a row; every row begins with a new word. */
  readonly columnCount: number;
}

/** A file of vectors: words in hexadecimal, as `$readmemh` reads them. */
export interface VectorFile {
  /** Path in the folder of vectors, with forward slashes. */
  readonly path: string;
  /** One sentence for manifest and README. */
  readonly meaning: string;
  readonly layout: WordLayout;
  /** Format of the values; null where they are no fixed-point numbers. */
  readonly format: string | null;
  readonly words: readonly bigint[];
}

/** Words a row takes. */
export function wordsPerRow({ columnCount, valuesPerWord }: WordLayout): number {
  return ceilDiv(columnCount, valuesPerWord);
}

/**
 * Values as they lie in a memory: the lowest column in the lowest bits of a row's first word, two's complement, what is
 * left of a word 0.
 *
 * Implements: docs/spec.md §10.
 */
export function packRows(valuesRaw: Iterable<number>, layout: WordLayout): readonly bigint[] {
  const { valueBits, valuesPerWord, columnCount } = layout;
  const words: bigint[] = [];
  let column = 0;
  let word = 0n;
  for (const raw of valuesRaw) {
    const place = column % valuesPerWord;
    word |= BigInt.asUintN(valueBits, BigInt(raw)) << BigInt(place * valueBits);
    column += 1;
    if (place === valuesPerWord - 1 || column === columnCount) {
      words.push(word);
      word = 0n;
    }
    if (column === columnCount) column = 0;
  }
  return words;
}

/** One word per line, every digit of its width, lower case. */
export function hexText(words: readonly bigint[], wordBits: number): string {
  const digitCount = ceilDiv(wordBits, 4);
  return words.map((word) => `${word.toString(16).padStart(digitCount, '0')}\n`).join('');
}

/** How a memory of the chip holds a tensor. */
export interface MemoryShape extends Omit<WordLayout, 'valueBits'> {
  readonly format: FixedPointFormat;
}

/** The words of a memory. */
export function memoryFile(
  path: string,
  meaning: string,
  valuesRaw: Iterable<number>,
  { format, ...shape }: MemoryShape,
): VectorFile {
  const layout = { ...shape, valueBits: format.totalBits };
  const words = packRows(valuesRaw, layout);
  return { path, meaning, layout, format: printFormat(format), words };
}

/** Values that lie in no memory, one per line. */
export function valueFile(
  path: string,
  meaning: string,
  valuesRaw: Iterable<number>,
  format: FixedPointFormat,
  columnCount: number,
): VectorFile {
  const shape = { wordBits: format.totalBits, valuesPerWord: 1, columnCount, format };
  return memoryFile(path, meaning, valuesRaw, shape);
}

/** Numbers that stand for themselves (addresses, labels, generator states), one per line. */
export function numberFile(
  path: string,
  meaning: string,
  numbers: Iterable<number>,
  bits: number,
): VectorFile {
  const layout = { wordBits: bits, valueBits: bits, valuesPerWord: 1, columnCount: 1 };
  return { path, meaning, layout, format: null, words: packRows(numbers, layout) };
}
