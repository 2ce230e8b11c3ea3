import type { z } from 'zod';
import { listed, printInput, typeName } from './schema-problem.js';
import { wordList } from './word-list.js';

/* What is wrong with a value that may be one of several things: the complaint of the thing that was meant, and no other. */

type UnionIssue = z.core.$ZodIssueInvalidUnion;
type Branch = readonly z.core.$ZodIssue[];

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a branch would be, where the value is of another type: `a list`, `one of a, b`; null: it may be of this branch. */
function otherType(branch: Branch, input: unknown): string | null {
  for (const issue of branch) {
    if (issue.path.length > 0) continue;
    if (issue.code === 'invalid_type') return typeName(issue.expected);
    if (issue.code === 'invalid_value' && typeof input !== typeof issue.values[0]) {
      return `one of ${listed(issue.values)}`;
    }
    if (issue.code === 'invalid_union') return otherTypes(issue);
  }
  return null;
}

/** The same of all branches: `a text or a list`; null: one of them may be meant. */
function otherTypes({ errors, input }: UnionIssue): string | null {
  const names = errors.map((branch) => otherType(branch, input));
  const others = names.filter((name) => name !== null);
  return others.length < names.length || others.length === 0
    ? null
    : [...new Set(others)].join(' or ');
}

function unknownKeys(branch: Branch): readonly string[] {
  return branch.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  );
}

/** Keys that a branch needs and the map does not have. */
function missingKeys(branch: Branch): readonly string[] {
  return branch
    .filter(({ path, input }) => path.length === 1 && input === undefined)
    .map(({ path }) => String(path[0]));
}

/** How many of the written keys speak for this branch: those that another does not know, and, half, misspelt ones. */
function keysFor(branch: Branch, branches: readonly Branch[], written: readonly string[]): number {
  const own = new Set(unknownKeys(branch));
  const telling = written.filter(
    (key) => !own.has(key) && branches.some((other) => unknownKeys(other).includes(key)),
  );
  const misspelt = branch.filter(
    ({ code, message }) => code === 'unrecognized_keys' && message.includes('did you mean'),
  );
  return telling.length + misspelt.length / 2;
}

/** The branch of maps that the written keys speak for; among equals the one with fewest problems. Null: they speak for none. */
function branchOfKeys(branches: readonly Branch[], written: readonly string[]): Branch | null {
  const rated = branches.map((branch) => {
    const problemCount = unknownKeys(branch).length + missingKeys(branch).length;
    return { branch, keyCount: keysFor(branch, branches, written), problemCount };
  });
  const [best] = rated.sort(
    (left, right) => right.keyCount - left.keyCount || left.problemCount - right.problemCount,
  );
  return best === undefined || best.keyCount === 0 ? null : best.branch;
}

/** The complaint of a union: that of the branch that was meant, or one sentence that names what is possible. */
export function unionProblem(issue: UnionIssue): string | Branch {
  const { errors, input } = issue;
  const types = otherTypes(issue);
  if (types !== null) {
    return input === undefined
      ? `missing; ${types} is required`
      : `${printInput(input)} is not allowed; it must be ${types}`;
  }
  const possible = errors.filter((branch) => otherType(branch, input) === null);
  const [first = [], ...others] = possible;
  if (others.length === 0 || !isMap(input)) return first;
  const meant = branchOfKeys(possible, Object.keys(input));
  if (meant !== null) return meant;
  const choices = possible.map((branch) => wordList(missingKeys(branch), 'and'));
  return `has none of the keys that say what it is; give ${choices.join(', or ')}`;
}
