import { longestQuotation } from './limits.js';

/** Edits (insert, delete, replace a character) that turn `left` into `right`. */
function editDistance(left: string, right: string): number {
  let distances = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, leftCharacter] of Array.from(left).entries()) {
    let diagonal = row;
    let previous = row + 1;
    const next = [previous];
    for (const [column, above] of distances.slice(1).entries()) {
      const replaced = diagonal + (right[column] === leftCharacter ? 0 : 1);
      previous = Math.min(replaced, above + 1, previous + 1);
      next.push(previous);
      diagonal = above;
    }
    distances = next;
  }
  return distances.at(-1) ?? 0;
}

/**
 * The candidate that someone who wrote `name` most likely meant (fewest edits, case ignored; the first of equals),
 * or null where none is within a third of its length or two edits.
 */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  if (name.length > longestQuotation) return null;
  let nearest: string | null = null;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const isNear = distance < name.length && distance <= Math.max(2, candidate.length / 3);
    if (isNear && distance < fewest) {
      nearest = candidate;
      fewest = distance;
    }
  }
  return nearest;
}

/** `; did you mean "x"?`, or nothing where no candidate is near. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  return nearest === null ? '' : `; did you mean "${nearest}"?`;
}
