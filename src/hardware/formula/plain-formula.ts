/*
 * Reads what nearly all formulas are: numbers with or without a unit, names, calls, parentheses and + − * / ^. mathjs takes
 * a fifth of a second of the processor before it has parsed anything (bench/README.md), so it is asked only about what is
 * not read here, and words what is wrong. A formula that is read here means what it means there; a test compares them.
 */

/** A part of a formula, and levels below it, parentheses among them. */
export type PlainNode = { readonly depth: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly PlainNode[] }
  | {
      readonly kind: 'operator';
      readonly operator: string;
      readonly operands: readonly PlainNode[];
    }
);

/** Words that are operators or values of mathjs. */
const words: ReadonlySet<string> = new Set(
  'true false null undefined NaN Infinity mod to in and or xor not end'.split(' '),
);

/** A number, a name, or a sign; a name sticks to no number. */
const token = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])|([A-Za-z_]\w*)|([-+*/^(),]))/y;

function tokensOf(text: string): readonly string[] | null {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const [, number, name, sign] = token.exec(text) ?? [];
    const found = number ?? name ?? sign;
    if (found === undefined || words.has(found)) return null;
    tokens.push(found);
  }
  return tokens;
}

/** What is not read here. */
class NotPlain extends Error {}

/** Levels below what stands above these. */
function above(operands: readonly PlainNode[]): number {
  return 1 + Math.max(0, ...operands.map(({ depth }) => depth));
}

function operation(operator: string, ...operands: readonly PlainNode[]): PlainNode {
  return { kind: 'operator', operator, operands, depth: above(operands) };
}

class PlainReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  read(): PlainNode {
    const root = this.#sum();
    if (this.#at < this.#tokens.length) throw new NotPlain();
    return root;
  }

  #next(ahead = 0): string {
    return this.#tokens[this.#at + ahead] ?? '';
  }

  #takes(...signs: readonly string[]): string | null {
    const next = this.#next();
    if (!signs.includes(next)) return null;
    this.#at += 1;
    return next;
  }

  #sum(): PlainNode {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): PlainNode {
    return this.#chain(['*', '/'], () => this.#factor());
  }

  #chain(signs: readonly string[], operand: () => PlainNode): PlainNode {
    let last = operand();
    let left = last;
    for (let sign = this.#takes(...signs); sign !== null; sign = this.#takes(...signs)) {
      // `1/2 pJ` is half a pJ to mathjs; `x/2 pJ` is x/(2 pJ).
      if (sign === '/' && isConstant(last) && isName(this.#next(1))) throw new NotPlain();
      last = operand();
      left = operation(sign, left, last);
    }
    return left;
  }

  /** `-x`, `0.2 pJ`, `x^2`. */
  #factor(): PlainNode {
    const sign = this.#takes('+', '-');
    if (sign !== null) return operation(sign, this.#factor());
    if (!isNumber(this.#next()) || !isName(this.#next(1))) return this.#power();
    return operation('*', this.#atom(), this.#power());
  }

  #power(): PlainNode {
    const base = this.#atom();
    if (this.#takes('^') === null) return base;
    return operation('^', base, this.#exponent());
  }

  #exponent(): PlainNode {
    const sign = this.#takes('+', '-');
    if (sign === null) return this.#power();
    return operation(sign, this.#exponent());
  }

  #atom(): PlainNode {
    const found = this.#next();
    this.#at += 1;
    if (isNumber(found)) {
      const value = Number(found);
      if (!Number.isFinite(value)) throw new NotPlain();
      return { kind: 'number', value, depth: 0 };
    }
    if (isName(found)) {
      if (this.#takes('(') === null) return { kind: 'name', name: found, depth: 0 };
      const operands = this.#operands();
      return { kind: 'call', name: found, operands, depth: above(operands) };
    }
    if (found !== '(') throw new NotPlain();
    const inner = this.#sum();
    if (this.#takes(')') === null) throw new NotPlain();
    return { ...inner, depth: above([inner]) };
  }

  #operands(): readonly PlainNode[] {
    if (this.#takes(')') !== null) return [];
    const operands = [this.#sum()];
    while (this.#takes(',') !== null) operands.push(this.#sum());
    if (this.#takes(')') === null) throw new NotPlain();
    return operands;
  }
}

/** A number, perhaps with a sign. */
function isConstant(node: PlainNode): boolean {
  const [only, ...others] = node.kind === 'operator' ? node.operands : [node];
  return only?.kind === 'number' && others.length === 0;
}

function isNumber(found: string): boolean {
  return /^\d/.test(found);
}

function isName(found: string): boolean {
  return /^[A-Za-z_]/.test(found);
}

/**
 * The tree of a formula; null: it is not one of those that are read here.
 * @param deepest levels that a tree may have
 */
export function readPlainFormula(text: string, deepest: number): PlainNode | null {
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  try {
    const root = new PlainReader(tokens).read();
    return root.depth > deepest ? null : root;
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}
