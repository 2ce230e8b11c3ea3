import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../../src/numerics/format.js';

/** Every value from `lowest` to `highest`, with `fractionBits` fraction bits. */
export interface Span {
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly fractionBits: number;
}

const lowestOperand = -(1n << 63n);
const highestOperand = (1n << 63n) - 1n;

export function spanOf(format: FixedPointFormat): Span {
  return {
    lowest: minimumRaw(format),
    highest: maximumRaw(format),
    fractionBits: format.fractionBits,
  };
}

export function product(left: Span, right: Span): Span {
  const corners = [left.lowest, left.highest].flatMap((corner) => [
    corner * right.lowest,
    corner * right.highest,
  ]);
  return {
    lowest: corners.reduce((least, corner) => (corner < least ? corner : least)),
    highest: corners.reduce((most, corner) => (corner > most ? corner : most)),
    fractionBits: left.fractionBits + right.fractionBits,
  };
}

/** Whether the span can be brought to `fractionBits`: at most 62 places, and inside 64 bits before and after. */
export function canMove(span: Span, fractionBits: number): boolean {
  const gained = fractionBits - span.fractionBits;
  if (Math.abs(gained) > 62) return false;
  const shift = BigInt(Math.max(0, gained));
  return span.lowest << shift >= lowestOperand && span.highest << shift <= highestOperand;
}

/** Whether `stored − change` can be formed and rounded to the fraction of `stored` (docs/spec.md §2.6, steps 5 and 6). */
export function canSubtract(stored: Span, change: Span): boolean {
  const fractionBits = Math.max(stored.fractionBits, change.fractionBits);
  return (
    canMove(stored, fractionBits) &&
    canMove(change, fractionBits) &&
    fractionBits - stored.fractionBits <= 62
  );
}

/** All values of a sum of `count` terms of the span. */
export function sumOf(count: number, term: Span): Span {
  const terms = BigInt(count);
  return { ...term, lowest: terms * term.lowest, highest: terms * term.highest };
}

/** left + right at the larger fraction; null where that does not fit 64 bits. */
export function sum(left: Span, right: Span): Span | null {
  const fractionBits = Math.max(left.fractionBits, right.fractionBits);
  if (!canMove(left, fractionBits) || !canMove(right, fractionBits)) return null;
  const up = (raw: bigint, { fractionBits: from }: Span) => raw << BigInt(fractionBits - from);
  const total = {
    lowest: up(left.lowest, left) + up(right.lowest, right),
    highest: up(left.highest, left) + up(right.highest, right),
    fractionBits,
  };
  return fits(total) ? total : null;
}

/** Whether the span itself fits 64 bits. */
export function fits(span: Span): boolean {
  return canMove(span, span.fractionBits);
}

/** The span rounded to fewer fraction bits, or moved to more. */
export function moved(span: Span, fractionBits: number): Span {
  const gained = BigInt(fractionBits - span.fractionBits);
  return gained >= 0n
    ? { lowest: span.lowest << gained, highest: span.highest << gained, fractionBits }
    : { lowest: span.lowest >> -gained, highest: (span.highest >> -gained) + 1n, fractionBits };
}
