import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { z } from 'zod';
import { InputError } from './input-error.js';
import { longestScalar, mostProblems } from './limits.js';
import { printable, quoted } from './printable.js';
import { describeIssue, printInput } from './schema-problem.js';
import { unionProblem } from './union-problem.js';

/** Where something stands in a file; both count from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and list indices from the root of a file to a value: `['training', 'rule']`. */
export type KeyPath = readonly PropertyKey[];

/** What was read, and where each part of it stands, for errors found later. */
export interface StrictYaml<Value> {
  readonly value: Value;
  /** Position of the value at this path; of its key where the value is a map or list; of the deepest part that exists. */
  readonly locate: (path: KeyPath) => Position;
  /** `file:line:column: key.path: sentence`, to be thrown by a check that needs more than the schema. */
  readonly problem: (path: KeyPath, sentence: string) => InputError;
}

/** A value given elsewhere than in the file (`--set path=value`): `label` takes the place of file:line:column in messages. */
export interface Override {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly label: string;
}

/** `cores.synapses.banks`, `layers[2].size`; the root is `file`. */
export function printKeyPath(path: KeyPath): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${quoted(String(key))}`))
    .join('');
  return text === '' ? 'file' : text.replace(/^\./, '');
}

function offsetOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

/** Offset in the text of the value at `path`, or of its key where `wantsKey` or the value is a collection. */
function offsetAt(root: Node | null, path: KeyPath, wantsKey: boolean): number {
  let node: unknown = root;
  let offset = offsetOf(root) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair === undefined) return offset;
      const valueOffset = isScalar(pair.value) ? offsetOf(pair.value) : null;
      const keyIsAsked = wantsKey && depth === path.length - 1;
      offset = (keyIsAsked ? null : valueOffset) ?? offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = offsetOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

const yamlProblems: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document starts here; one file holds one document',
};

/** A text as a tree and as plain data, or what is wrong with it. */
interface ParsedText {
  readonly root: Node | null;
  readonly content: unknown;
  readonly problems: readonly TextProblem[];
}

/** A problem of the text: where it stands, counted in characters from the start, and the sentence. */
type TextProblem = readonly [number, string];

const tooDeep = 'is nested too deep; no file of ours has more than a few levels';

/** What the parser says, without the text it found: the file may be anything, and anybody's. */
function parserProblem(code: string, message: string): string {
  if (message.startsWith('Maximum call stack')) return tooDeep;
  return yamlProblems[code] ?? `not valid YAML: ${printable(message.replace(/: ".{20}.*$/s, ''))}`;
}

/** The keys of a map that stand in it a second time. */
function repeatedKeys({ items }: YAMLMap): TextProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }): TextProblem[] => {
    const name = isScalar(key) ? `${typeof key.value} ${String(key.value)}` : null;
    if (name === null || !seen.has(name)) {
      if (name !== null) seen.add(name);
      return [];
    }
    return [[offsetOf(key) ?? 0, 'this key occurs twice in one map; keep one of the two']];
  });
}

function scalarProblem(node: Scalar): TextProblem[] {
  const length = node.source?.length ?? String(node.value).length;
  if (length <= longestScalar) return [];
  const sentence = `a value of ${length} characters; at most ${longestScalar} are read`;
  return [[offsetOf(node) ?? 0, sentence]];
}

/** Everything that is wrong with the text as YAML, before any schema. */
function textProblems(document: Document.Parsed): TextProblem[] {
  const problems = [...document.errors, ...document.warnings].map(
    ({ pos, code, message }): TextProblem => [pos[0], parserProblem(code, message)],
  );
  visit(document, {
    Alias: (_, node) => {
      const sentence = `alias *${quoted(node.source)} is not allowed here; write the value out`;
      problems.push([offsetOf(node) ?? 0, sentence]);
    },
    Map: (_, node) => {
      problems.push(...repeatedKeys(node));
    },
    Scalar: (_, node) => {
      problems.push(...scalarProblem(node));
    },
  });
  return problems;
}

/** The text as a tree. @throws InputError where it is nested too deep for the parser. */
function parseText(path: string, text: string, lineCounter: LineCounter): ParsedText {
  try {
    // Keys are compared here, not by the parser, whose comparison takes the square of their number.
    const options = {
      lineCounter,
      prettyErrors: false,
      version: '1.2',
      uniqueKeys: false,
    } as const;
    const document = parseDocument(text, options);
    const problems = textProblems(document);
    return {
      root: document.contents,
      problems,
      content: problems.length > 0 ? null : document.toJS(),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${path}: ${tooDeep}`);
  }
}

/** The first lines, and how many there are beyond them. */
function firstProblems<Problem>(
  problems: readonly Problem[],
  print: (problem: Problem) => string,
): string {
  const lines = problems.slice(0, mostProblems).map(print);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more problems`] : [])].join('\n');
}

function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether a list can have a value put at this key: at one of its indices, or behind its last. */
function isIndexOf(list: readonly unknown[], key: PropertyKey): boolean {
  return /^\d{1,9}$/.test(String(key)) && Number(key) <= list.length;
}

/**
 * Puts a value at a key path of plain data, making the maps on the way.
 * @returns path of the part that is the override's: the value, or the first map that was made for it
 * @throws InputError at a list without this index
 */
function putAt(root: unknown, { path: keyPath, value, label }: Override): KeyPath {
  let container = root;
  let made: KeyPath | null = null;
  for (const [depth, key] of keyPath.entries()) {
    if (!isContainer(container)) break;
    if (key === '__proto__') throw new InputError(`${label}: __proto__ is no key of any file`);
    if (Array.isArray(container) && !isIndexOf(container, key)) {
      throw new InputError(
        `${label}: ${quoted(String(key))} is no place in a list of ${container.length}; write 0 to ${container.length}`,
      );
    }
    if (depth === keyPath.length - 1) {
      container[key] = value;
    } else {
      if (!Object.hasOwn(container, key) || !isContainer(container[key])) {
        container[key] = {};
        made ??= keyPath.slice(0, depth + 1);
      }
      container = container[key];
    }
  }
  return made ?? keyPath;
}

function isWithin(keyPath: KeyPath, ancestor: KeyPath): boolean {
  return ancestor.every((key, depth) => String(key) === String(keyPath[depth]));
}

/** A problem that a schema found, at the key that it is about. */
interface KeyProblem {
  readonly path: KeyPath;
  readonly wantsKey: boolean;
  readonly sentence: string;
}

/** What the schema says of a value itself begins with the value: `"x" is not a name; …`. */
function valueSentence({ code, message, input }: z.core.$ZodIssue): string {
  const isOfValue =
    (code === 'invalid_format' || code === 'custom') && /^(?:is|has) /.test(message);
  return isOfValue && input !== undefined ? `${printInput(input)} ${message}` : message;
}

/**
 * The lines for one issue. It may name several unknown keys: each gets its own line, at the key, with its own suggestion.
 * Of a union it is what the branch that was meant says.
 */
function keyProblems(issue: z.core.$ZodIssue): readonly KeyProblem[] {
  const { path, code } = issue;
  if (code === 'invalid_union' && issue.message === '') {
    const problem = unionProblem(issue);
    if (typeof problem === 'string') return [{ path, wantsKey: false, sentence: problem }];
    return problem.flatMap((inner) => keyProblems({ ...inner, path: [...path, ...inner.path] }));
  }
  if (code !== 'unrecognized_keys') {
    return [{ path, wantsKey: code === 'invalid_key', sentence: valueSentence(issue) }];
  }
  const sentences = issue.message.split('\n');
  return issue.keys.map((key, index) => {
    const sentence = sentences[index] ?? 'unknown key';
    return { path: [...path, key], wantsKey: true, sentence };
  });
}

/** Why a text is no such file at all, without quoting it; null where it may be meant as one. */
function foreignProblem(content: unknown, issues: readonly z.core.$ZodIssue[]): string | null {
  if (typeof content === 'string' || typeof content === 'number') {
    return 'file: is no map of keys and values; is it the right file?';
  }
  const unknown = issues.find(
    ({ code, path }) => code === 'unrecognized_keys' && path.length === 0,
  );
  if (unknown?.code !== 'unrecognized_keys' || !isContainer(content)) return null;
  const count = Object.keys(content).length;
  if (count < 2 || unknown.keys.length < count) return null;
  const allowed = unknown.message
    .split('\n')[0]
    ?.replace(/^.*(?=allowed are)|; did you mean.*$/g, '');
  return `file: none of its ${count} keys is known; ${allowed ?? ''}; is it the right file?`;
}

/**
 * Reads YAML strictly: duplicate keys, aliases, unknown tags and whatever the schema refuses are errors with
 * `path:line:column: key.path: what is wrong, what is allowed`, the first of them in one message, one a line.
 * Objects of the schema should be `z.strictObject`, so that unknown keys are refused with the list of allowed ones.
 * @param path name of the file as the user gave it, for messages only.
 * @param overrides values put in place of those in the file before the schema sees them.
 * @throws InputError
 */
export function readStrictYaml<Schema extends z.ZodType>(
  path: string,
  text: string,
  schema: Schema,
  overrides: readonly Override[] = [],
): StrictYaml<z.output<Schema>> {
  const lineCounter = new LineCounter();
  const { root, problems, content } = parseText(path, text, lineCounter);
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const lineFor = (offset: number, sentence: string): string => {
    const { line, column } = positionOf(offset);
    return `${path}:${line}:${column}: ${sentence}`;
  };
  if (problems.length > 0) {
    throw new InputError(firstProblems(problems, ([offset, what]) => lineFor(offset, what)));
  }
  const placed = overrides.map((override) => ({
    label: override.label,
    made: putAt(content, override),
  }));
  /** `where: key.path: sentence`, where = the override that set it, else its place in the file. */
  const problemLine = (keyPath: KeyPath, wantsKey: boolean, sentence: string): string => {
    const override = placed.findLast(({ made }) => isWithin(keyPath, made));
    const text = `${printKeyPath(keyPath)}: ${sentence}`;
    return override === undefined
      ? lineFor(offsetAt(root, keyPath, wantsKey), text)
      : `${override.label}: ${text}`;
  };
  const parsed = schema.safeParse(content, { reportInput: true, error: describeIssue });
  if (!parsed.success) {
    const { issues } = parsed.error;
    const foreign = foreignProblem(content, issues);
    if (foreign !== null) throw new InputError(lineFor(0, foreign));
    throw new InputError(
      firstProblems(issues.flatMap(keyProblems), (problem) =>
        problemLine(problem.path, problem.wantsKey, problem.sentence),
      ),
    );
  }
  return {
    value: parsed.data,
    locate: (keyPath) => positionOf(offsetAt(root, keyPath, false)),
    problem: (keyPath, sentence) => new InputError(problemLine(keyPath, false, sentence)),
  };
}
