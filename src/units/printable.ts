import { longestQuotation } from './limits.js';

/**
 * Characters that a terminal obeys or that make text look like other text: controls (line feed apart), separators of
 * lines and paragraphs, invisible marks such as those of writing direction, halves of characters.
 */
const obeyed = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escapeCharacter(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** The text with every character that a terminal would obey as `\u001b`; line feeds stay. */
export function printableLines(text: string): string {
  return text.replace(obeyed, escapeCharacter);
}

/** The text on one line, with every character that a terminal would obey as `\u001b`. */
export function printable(text: string): string {
  return printableLines(text).replaceAll('\n', '\\u000a');
}

/** A value of a setting, as it may stand behind its key. */
export function printSetting(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text of the user's for a sentence: on one line, cut short. */
export function quoted(text: string): string {
  const shown = printable(text.slice(0, longestQuotation + 1));
  return shown.length > longestQuotation ? `${shown.slice(0, longestQuotation - 1)}…` : shown;
}
