import { canonicalHash } from '../../units/canonical-hash.js';
import type { Experiment } from './experiment-schema.js';

/** A key that experiments did not have when the first of them were kept. */
export interface LaterKey {
  /** Names from the outside in; a list on the way stands for each of its entries. */
  readonly path: readonly string[];
  /** What it is where a file does not state it. */
  readonly usual: unknown;
}

/**
 * Keys with a default that were added after studies were kept, each with that default: an experiment that leaves it alone
 * is the same as before, so it has the hash that it had. Whoever adds such a key to the schema adds it here.
 */
const laterKeys: readonly LaterKey[] = [];

function isEqual(left: unknown, right: unknown): boolean {
  return canonicalHash([left]) === canonicalHash([right]);
}

function withoutKey(value: unknown, path: readonly string[], usual: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => withoutKey(entry, path, usual));
  const [name, ...inner] = path;
  if (typeof value !== 'object' || value === null || name === undefined) return value;
  const { [name]: own, ...others } = value as Readonly<Record<string, unknown>>;
  if (own === undefined) return value;
  if (inner.length > 0) return { ...others, [name]: withoutKey(own, inner, usual) };
  return isEqual(own, usual) ? others : value;
}

/**
 * What of an experiment, or of a part of it under its name, goes into a hash: everything but later keys that have their
 * default. Two experiments are told apart as before: a key that is left out can only have meant its default.
 */
export function hashedForm(
  experiment: Readonly<Partial<Record<keyof Experiment, unknown>>>,
  keys: readonly LaterKey[] = laterKeys,
): object {
  return keys.reduce<object>((form, { path, usual }) => {
    const left = withoutKey(form, path, usual);
    return typeof left === 'object' && left !== null ? left : form;
  }, experiment);
}
