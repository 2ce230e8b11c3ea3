import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { z } from 'zod';
import { InputError } from './input-error.js';
import { describeIssue } from './schema-problem.js';

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
function printKeyPath(path: KeyPath): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
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
  DUPLICATE_KEY: 'this key occurs twice in one map; keep one of the two',
  MULTIPLE_DOCS: 'a second document starts here; one file holds one document',
};

/** Everything that is wrong with the text as YAML, before any schema: [offset, sentence]. */
function textProblems(document: Document.Parsed): [number, string][] {
  const problems = [...document.errors, ...document.warnings].map(
    ({ pos, code, message }): [number, string] => [
      pos[0],
      yamlProblems[code] ?? `not valid YAML: ${message}`,
    ],
  );
  visit(document, (_, node) => {
    if (isAlias(node)) {
      problems.push([
        offsetOf(node) ?? 0,
        `alias *${node.source} is not allowed here; write the value out`,
      ]);
    }
  });
  return problems;
}

function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Puts a value at a key path of plain data, making the maps on the way. */
function putAt(root: unknown, keyPath: KeyPath, value: unknown): void {
  let container = root;
  for (const [depth, key] of keyPath.entries()) {
    if (!isContainer(container)) return;
    if (depth === keyPath.length - 1) {
      container[key] = value;
    } else {
      if (!isContainer(container[key])) container[key] = {};
      container = container[key];
    }
  }
}

function isWithin(keyPath: KeyPath, ancestor: KeyPath): boolean {
  return ancestor.every((key, depth) => String(key) === String(keyPath[depth]));
}

/**
 * Reads YAML strictly: duplicate keys, aliases, unknown tags and whatever the schema refuses are errors with
 * `path:line:column: key.path: what is wrong, what is allowed`, all of them in one message, one a line.
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
  const document = parseDocument(text, { lineCounter, prettyErrors: false, version: '1.2' });
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const lineFor = (offset: number, sentence: string): string => {
    const { line, column } = positionOf(offset);
    return `${path}:${line}:${column}: ${sentence}`;
  };

  const problems = textProblems(document);
  if (problems.length > 0) {
    throw new InputError(problems.map(([offset, what]) => lineFor(offset, what)).join('\n'));
  }

  const root = document.contents;
  const content: unknown = document.toJS();
  for (const override of overrides) putAt(content, override.path, override.value);
  /** `where: key.path: sentence`, where = the override that set it, else its place in the file. */
  const problemLine = (keyPath: KeyPath, wantsKey: boolean, sentence: string): string => {
    const override = overrides.findLast(({ path: set }) => isWithin(keyPath, set));
    const text = `${printKeyPath(keyPath)}: ${sentence}`;
    return override === undefined
      ? lineFor(offsetAt(root, keyPath, wantsKey), text)
      : `${override.label}: ${text}`;
  };
  const parsed = schema.safeParse(content, { reportInput: true, error: describeIssue });
  if (!parsed.success) {
    const lines = parsed.error.issues.flatMap((issue) => {
      // One issue may name several unknown keys: each gets its own line, at the key, with its own suggestion.
      if (issue.code !== 'unrecognized_keys') {
        return [problemLine(issue.path, issue.code === 'invalid_key', issue.message)];
      }
      const sentences = issue.message.split('\n');
      return issue.keys.map((key, index) => {
        const keyPath = [...issue.path, key];
        const sentence = sentences[index] ?? issue.message;
        return problemLine(keyPath, true, sentence);
      });
    });
    throw new InputError(lines.join('\n'));
  }
  const locate = (keyPath: KeyPath): Position => positionOf(offsetAt(root, keyPath, false));
  return {
    value: parsed.data,
    locate,
    problem: (keyPath, sentence) => new InputError(problemLine(keyPath, false, sentence)),
  };
}
