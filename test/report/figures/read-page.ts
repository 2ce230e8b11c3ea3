/* A page taken apart again: what a reader sees, cell by cell, without the code that wrote it. */

/** An element with its children; text stands between them as it is read. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const voidTags = ['meta', 'link', 'br', 'hr', 'img', 'input'];
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};

function decode(text: string): string {
  // Between a figure and its unit no line may end.
  return text
    .replaceAll('\u00a0', ' ')
    .replace(/&(\w+|#39);/g, (whole, name: string) => entities[name] ?? whole);
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      decode(value),
    ]),
  );
}

/** The tree of a well-formed page. @throws RangeError where a tag closes another one than the last that is open. */
export function readPage(html: string): Element {
  interface Open {
    readonly tag: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly children: (Element | string)[];
  }
  const root: Open = { tag: 'page', attributes: {}, children: [] };
  const open: Open[] = [root];
  const last = (): Open => open.at(-1) ?? root;
  const tags = /<!doctype[^>]*>|<(\/?)([a-zA-Z][\w]*)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
  for (const [, slash, tag = '', attributes = '', closed, text] of html.matchAll(tags)) {
    if (text !== undefined) last().children.push(decode(text));
    else if (tag === '') continue;
    else if (slash === '/') {
      const done = open.pop();
      if (done?.tag !== tag) throw new RangeError(`</${tag}> closes <${done?.tag ?? ''}>`);
    } else {
      const element: Open = { tag, attributes: attributesOf(attributes), children: [] };
      last().children.push(element);
      if (closed !== '/' && !voidTags.includes(tag)) open.push(element);
    }
  }
  return root;
}

function elementsOf({ children }: Element): readonly Element[] {
  return children.filter((child) => typeof child !== 'string');
}

/** What stands inside an element, in the order of the page: the figures of a page are looked for hundreds of times. */
const insides = new WeakMap<Element, readonly Element[]>();

function insideOf(element: Element): readonly Element[] {
  const known = insides.get(element);
  if (known !== undefined) return known;
  const inside = elementsOf(element).flatMap((child) => [child, ...insideOf(child)]);
  insides.set(element, inside);
  return inside;
}

/** All elements of one tag inside another, in the order of the page. */
export function all(element: Element, tag: string): readonly Element[] {
  return insideOf(element).filter((inside) => inside.tag === tag);
}

const texts = new WeakMap<Element, string>();

/** Text of an element as it is read; a smaller unit or band below a figure stands behind a space of its own. */
export function textOf(element: Element): string {
  const known = texts.get(element);
  if (known !== undefined) return known;
  const parts = element.children.map((child) => {
    if (typeof child === 'string') return child;
    return child.tag === 'small' ? ` ${textOf(child)}` : textOf(child);
  });
  const text = parts.join('').replace(/\s+/g, ' ').trim();
  texts.set(element, text);
  return text;
}

/** Cells of a table, row by row, the head first. */
export function rowsOf(table: Element): readonly (readonly string[])[] {
  return all(table, 'tr').map((row) =>
    elementsOf(row)
      .filter(({ tag }) => tag === 'td' || tag === 'th')
      .map(textOf),
  );
}

/** The table of a name; null: the page has none. */
export function tableOf(article: Element, label: string): readonly (readonly string[])[] | null {
  const box = all(article, 'div').find(({ attributes }) => attributes['aria-label'] === label);
  const [table] = box === undefined ? [] : all(box, 'table');
  return table === undefined ? null : rowsOf(table);
}

/** The innermost section, figure or box that a heading stands in, with its text. */
export function roomOf(article: Element, title: string): Element | null {
  const isTitle = (child: Element) => child.tag === 'h2' && textOf(child) === title;
  const rooms = ['section', 'figure', 'div', 'footer'].flatMap((tag) => all(article, tag));
  return rooms.find((room) => elementsOf(room).some(isTitle)) ?? null;
}

/** Pictures whose description begins so. */
export function picturesOf(article: Element, beginning: string): readonly Element[] {
  return all(article, 'svg').filter(({ attributes }) =>
    (attributes['aria-label'] ?? '').startsWith(beginning),
  );
}
