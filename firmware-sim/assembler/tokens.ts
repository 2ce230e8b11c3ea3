import { SourceFault } from './source-fault.js';

/** `name`: label, symbol, mnemonic or rN. `directive`: begins with a dot. `mark`: one of , ( ) + - | : */
export interface Token {
  readonly kind: 'name' | 'number' | 'directive' | 'mark';
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

const tokenPattern =
  /(?<name>[A-Za-z_]\w*)|(?<directive>\.\w+)|(?<number>\d\w*)|(?<mark>[,()+\-|:])/y;
const tokenKinds = ['name', 'directive', 'number', 'mark'] as const;
const numberPattern = /^(?:0x[0-9a-f]+|0b[01]+|\d+)$/i;

/** A line without its comment, which `;` or `#` begins. */
function withoutComment(text: string): string {
  const start = text.search(/[;#]/);
  return start < 0 ? text : text.slice(0, start);
}

/** The tokens of one line. @throws SourceFault at a character that begins none. */
export function tokenise(line: string): readonly Token[] {
  const text = withoutComment(line);
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    if (/\s/.test(text.charAt(position))) {
      position += 1;
      continue;
    }
    tokenPattern.lastIndex = position;
    const match = tokenPattern.exec(text);
    const kind = tokenKinds.find((candidate) => match?.groups?.[candidate] !== undefined);
    if (match === null || kind === undefined) {
      throw new SourceFault(
        position + 1,
        `character ${JSON.stringify(text.charAt(position))} begins nothing; allowed are names, numbers, directives and , ( ) + - | :`,
      );
    }
    tokens.push({ kind, text: match[0], column: position + 1 });
    position += match[0].length;
  }
  return tokens;
}

/** The value of a number token. @throws SourceFault where it is no number or does not fit 32 bits. */
export function numberOf({ text, column }: Token): number {
  if (!numberPattern.test(text)) {
    throw new SourceFault(column, `"${text}" is not a number; write 12, 0x0c or 0b1100`);
  }
  const value = Number(text);
  if (value > 0xffffffff) {
    throw new SourceFault(column, `${text} does not fit a word; allowed are 0..0xffffffff`);
  }
  return value;
}
