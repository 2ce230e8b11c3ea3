import { printableLines } from '../../units/printable.js';

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Text that shows as itself in HTML, in element content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return printableLines(text).replace(
    /[&<>"']/g,
    (character) => entities.get(character) ?? character,
  );
}

/** HTML that may be inserted as it is. Only `markup` and `Markup.trusted` make it, so plain strings are always escaped. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** For HTML made by our own code or libraries, never for text of a record. */
  static trusted(text: string): Markup {
    return new Markup(text);
  }
}

/** Values that a template takes. Numbers are not among them: a number reaches the page through `quantity.ts`, with its unit. */
type MarkupValue = string | Markup | readonly Markup[];

function toHtml(value: MarkupValue): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (value instanceof Markup) return value.text;
  return value.map((part) => part.text).join('');
}

/** Template tag: escapes every string between the literal parts. */
export function markup(literals: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const parts = literals.map((literal, index) => {
    const value = values[index];
    return value === undefined ? literal : literal + toHtml(value);
  });
  return Markup.trusted(parts.join(''));
}

export const noMarkup = Markup.trusted('');
