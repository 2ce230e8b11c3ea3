import { bytesPerWord } from '../isa/instruction-set.js';
import type { Program } from './program.js';

/** Listing of a program: address, word, line number and source, one word a line; gaps are left out. */
export function formatListing({ words, sourceMap }: Program): string {
  const rows = Array.from(words, (word, index) => {
    const source = sourceMap[index];
    if (source === undefined || source === null) return '';
    const address = (index * bytesPerWord).toString(16).padStart(4, '0');
    const line = `${source.line}`.padStart(4);
    return `${address}  ${word.toString(16).padStart(8, '0')}  ${line}  ${source.text}\n`;
  });
  return `addr  word      line  source\n${rows.join('')}`;
}
