import seedrandom from 'seedrandom';

/* What is changed of a valid file. The same seed changes the same. */

/** Draws of one case. */
export class Draws {
  readonly #uniform: () => number;

  constructor(seed: string) {
    this.#uniform = seedrandom(seed);
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.#uniform() * count);
  }

  /** @throws RangeError of an empty list */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('fuzz: nothing to pick from');
    return item;
  }

  /** True with this probability. */
  hits(share: number): boolean {
    return this.#uniform() < share;
  }
}

const edges = [0, 1, 0x7f, 0x80, 0xff];

/** One to four changes of bytes: replaced, deleted, repeated, inserted, cut off. */
export function mutateBytes(draws: Draws, original: Uint8Array): Uint8Array {
  let bytes = Buffer.from(original);
  for (let left = 1 + draws.below(4); left > 0; left -= 1) {
    const at = draws.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + draws.below(draws.hits(0.3) ? 64 : 4));
    const [before, part, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, end),
      bytes.subarray(end),
    ];
    const noise = part.map(() => (draws.hits(0.5) ? draws.pick(edges) : draws.below(256)));
    const changed = draws.pick<() => readonly Uint8Array[]>([
      () => [before, noise, after],
      () => [before, noise, after],
      () => [before, after],
      () => [before, part, part, after],
      () => [before, noise, part, after],
      () => (draws.hits(0.3) ? [before] : [before, noise, after]),
    ])();
    bytes = Buffer.concat(changed);
  }
  return bytes;
}

const tokens = [
  '&a ',
  '*a',
  '<<: *a\n',
  '!!js/function x',
  '? ',
  '|\n',
  '---\n',
  '\t',
  '{',
  '[',
  ']',
  '#',
  '%YAML 1.1\n',
  '"',
  "'",
  ': ',
  ', ',
  '\u001b[31m',
  '\u202e',
  '__proto__: 1\n',
  '1e308',
  '-1',
  '.nan',
  '.inf',
  '9007199254740992',
  '1'.repeat(5000),
  'é',
  '\ufeff',
  '\r',
];

/** One to three changes of a text: lines deleted, repeated, swapped, tokens inserted or in place of a word. */
export function mutateText(draws: Draws, original: string): string {
  let text = original;
  for (let left = 1 + draws.below(3); left > 0; left -= 1) {
    const lines = text.split('\n');
    const line = draws.below(lines.length);
    const words = [...text.matchAll(/[^\s,:{}[\]]+/g)];
    const word = words.length === 0 ? null : draws.pick(words);
    const at = draws.below(text.length + 1);
    text = draws.pick<() => string>([
      () => lines.toSpliced(line, 1).join('\n'),
      () => lines.toSpliced(line, 0, lines[line] ?? '').join('\n'),
      () => lines.toSpliced(line, 1, lines[draws.below(lines.length)] ?? '').join('\n'),
      () => text.slice(0, at) + draws.pick(tokens) + text.slice(at),
      () =>
        word === null
          ? text
          : text.slice(0, word.index) +
            draws.pick(tokens) +
            text.slice(word.index + word[0].length),
      () => text.slice(0, at) + text.slice(at + 1 + draws.below(9)),
    ])();
  }
  return text;
}

/** A list in lists, as deep as no file of ours. */
function nested(): unknown {
  let value: unknown = 0;
  for (let depth = 0; depth < 500; depth += 1) value = [value];
  return value;
}

/** Values at the ends of what can be written, or beyond. */
const extremes: readonly unknown[] = [
  ...[
    NaN,
    Infinity,
    -Infinity,
    1e308,
    -1e308,
    5e-324,
    1e-9,
    -1,
    0,
    -0,
    1,
    2,
    0.5,
    7,
    255,
    256,
    1024,
  ],
  ...[65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2],
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e308',
    'x',
    '9'.repeat(5000),
    '\u001b[31mred',
    '\u202eabc',
    '__proto__',
    '..',
    './',
    '/dev/zero',
  ],
  ...[
    '0 V',
    '1e308 V',
    '1e-300 V',
    '-1 V',
    '1e308 pJ',
    '1e-300 pJ',
    '1e300 MHz',
    '1e-300 MHz',
    '1e9 bit',
    '0 bit',
    '1e308 mm^2',
    '1e308 nm',
    '1e-300 s',
  ],
  ...[
    's1.0',
    's32.48',
    'u1.1',
    's2.48',
    's16.0',
    'u32.0',
    's0.0',
    's64.-9',
    '2^-39',
    '2^99',
    '1/999999999',
    'FC_0_FC_2',
    'FC_2',
    'FC_1024_FC_2',
    'CONV_1_1_1_0_FC_2',
  ],
  ...[
    '1/0',
    '0/0',
    'energy / 0',
    '1e308 pJ * 1e308',
    '-1 pJ',
    'bits * bits * 1 pJ',
    'sqrt(-1)',
    'log(0) * 1 pJ',
    'x^x',
    '('.repeat(500),
    'tableEnergy',
    '10^bits * 1 fJ',
  ],
  ...[null, true, false],
];

function extreme(draws: Draws): unknown {
  return draws.pick<() => unknown>([
    ...Array.from({ length: 12 }, () => () => draws.pick(extremes)),
    () => [],
    () => ({}),
    () => Array.from({ length: 3000 }, () => 1),
    () => JSON.parse('{ "__proto__": 1, "constructor": 2 }') as unknown,
    nested,
  ])();
}

type Container = Record<string, unknown>;
type Slot = readonly [Container, string];

/** Every place of a value in plain data. */
function slotsOf(value: unknown): readonly Slot[] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Container;
  return Object.keys(container).flatMap((key): readonly Slot[] => [
    [container, key],
    ...slotsOf(container[key]),
  ]);
}

function remove(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else Reflect.deleteProperty(container, key);
}

/** A number near another, as a slip of a hand or of a unit makes it. */
function near(draws: Draws, value: unknown): unknown {
  if (typeof value === 'number') {
    return draws.pick([
      value + 1,
      value - 1,
      -value,
      2 * value,
      value / 2,
      value * 1e3,
      value / 1e3,
    ]);
  }
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return extreme(draws);
  return value.replace(/\d+/, () =>
    String(draws.pick([0, 1, 2, 3, 8, 15, 16, 17, 64, 1000, 65_536])),
  );
}

/** One to three changes of plain data: keys deleted, copied, moved, replaced by extremes, by neighbours, by a value near. */
export function mutateTree(draws: Draws, original: unknown): unknown {
  const root = { root: structuredClone(original) };
  for (let left = 1 + draws.below(3); left > 0; left -= 1) {
    const slots = slotsOf(root);
    if (slots.length === 0) return extreme(draws);
    const [container, key] = draws.pick(slots);
    const [other, otherKey] = draws.pick(slots);
    draws.pick<() => void>([
      () => (container[key] = extreme(draws)),
      () => (container[key] = extreme(draws)),
      () => (container[key] = near(draws, container[key])),
      () => (container[key] = near(draws, container[key])),
      () => {
        remove(container, key);
      },
      () =>
        (container[draws.pick([`${key}2`, 'toString', 'x', '0'])] = structuredClone(
          container[key],
        )),
      () => (container[key] = structuredClone(other[otherKey])),
    ])();
    if (!('root' in root)) return null;
  }
  return root.root;
}

/** Numbers that JSON cannot hold, as they are marked in its text. */
function marked(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? `@${value}` : value;
}

const yamlNumbers: Readonly<Record<string, string>> = {
  NaN: '.nan',
  Infinity: '.inf',
  '-Infinity': '-.inf',
};

/** Plain data on one line of YAML, which JSON is but for a few numbers; a printer of YAML takes the square of the depth. */
export function flowText(value: unknown): string {
  const text = JSON.stringify(value, (_, entry: unknown) => marked(entry)) as string | undefined;
  return (text ?? 'null').replaceAll(
    /"@(NaN|-?Infinity)"/g,
    (_, name: string) => yamlNumbers[name] ?? name,
  );
}

/** Plain data changed, as the text of a JSON file; numbers beyond all floats are written as 1e999. */
export function mutateJson(draws: Draws, original: unknown): string {
  const text = JSON.stringify(mutateTree(draws, original), (_, value: unknown) => marked(value));
  return text.replaceAll('"@-Infinity"', '-1e999').replaceAll(/"@(?:NaN|Infinity)"/g, '1e999');
}
