import type { Draws } from './mutations.js';

/* Changes of a valid file after which it is mostly valid still, so that what is made of it is looked at. */

/** A number of the same kind: whole stays whole, a fraction of 1 stays one, the sign stays. */
function nearNumber(draws: Draws, value: number): number {
  if (Number.isInteger(value)) {
    const least = Math.min(1, Math.abs(value));
    const size = Math.abs(value);
    const near = draws.pick([size + 1, size - 1, 2 * size, Math.ceil(size / 2), size + 7]);
    return Math.sign(value) * Math.max(least, near);
  }
  const scaled = value * draws.pick([0.5, 0.9, 1.01, 1.5, 2, 10]);
  return Math.abs(value) < 1 ? Math.max(-1, Math.min(1, scaled)) : scaled;
}

/** One number of a text otherwise: `0.8 V`, `s8.7`, `2^-5`, `0.1 pJ * bits`. */
function nearText(draws: Draws, text: string): string {
  const numbers = [...text.matchAll(/\d+(?:\.\d+)?(?:e-?\d+)?/g)];
  if (numbers.length === 0) return text;
  const { 0: found, index } = draws.pick(numbers);
  const near = nearNumber(draws, Number(found));
  return text.slice(0, index) + String(near) + text.slice(index + found.length);
}

type Container = Record<string, unknown>;

/** Places of numbers, of texts with one, of flags. */
function leavesOf(value: unknown): readonly (readonly [Container, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Container;
  return Object.entries(container).flatMap(([key, entry]) => {
    const isLeaf =
      typeof entry === 'number' ||
      typeof entry === 'boolean' ||
      (typeof entry === 'string' && entry.length < 60 && /\d/.test(entry));
    return isLeaf ? [[container, key] as const] : leavesOf(entry);
  });
}

/** One to three values of plain data otherwise, or left out. */
export function mutateGently(draws: Draws, original: unknown): unknown {
  const tree = structuredClone(original);
  const leaves = leavesOf(tree);
  if (leaves.length === 0) return tree;
  for (let left = 1 + draws.below(3); left > 0; left -= 1) {
    const [container, key] = draws.pick(leaves);
    const value = container[key];
    if (draws.hits(0.1) && !Array.isArray(container)) Reflect.deleteProperty(container, key);
    else if (typeof value === 'number') container[key] = nearNumber(draws, value);
    else if (typeof value === 'boolean') container[key] = !value;
    else if (typeof value === 'string') container[key] = nearText(draws, value);
  }
  return tree;
}
