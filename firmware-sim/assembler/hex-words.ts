import type { Program } from './program.js';

/** Words as `$readmemh` reads them: one a line, eight hexadecimal digits. */
export function hexWords({ words }: Pick<Program, 'words'>): string {
  return Array.from(words, (word) => `${word.toString(16).padStart(8, '0')}\n`).join('');
}
