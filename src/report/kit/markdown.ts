import { printableLines } from '../../units/printable.js';

/** Text that Markdown shows as itself, also in a table. */
export function escapeMarkdown(text: string): string {
  return printableLines(text)
    .replace(/[\\|<>&*_`[\]#]/g, (character) => `\\${character}`)
    .replace(/\s*\n\s*/g, ' ');
}
