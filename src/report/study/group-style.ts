import type { PointGroup } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import { summariseMetric } from '../../experiment/study/summarise.js';

/** A group in a chart of two figures. */
interface GroupPoint {
  readonly label: string;
  readonly rule: string;
  readonly x: number;
  readonly y: number;
}

/**
 * Colours that eyes of every kind tell apart, one for each rule.
 * Source: M. Okabe, K. Ito, Color Universal Design (2008).
 */
export const palette = [
  '#d55e00',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#8c6d00',
] as const;

/** Rule of a group, as its first run has it; null: none was run. */
export function ruleOf({ done }: PointGroup): string | null {
  const [first] = done.values();
  return first?.figures.rule ?? null;
}

/** Colour of each rule that occurs, in the order in which it first does. */
export function colorsOf(groups: readonly PointGroup[]): ReadonlyMap<string, string> {
  const rules = [...new Set(groups.map(ruleOf).filter((rule) => rule !== null))];
  return new Map(rules.map((rule, index) => [rule, palette[index % palette.length] ?? palette[0]]));
}

/** The groups that have both figures, by their means. */
export function pointsOf(
  groups: readonly PointGroup[],
  x: StudyMetric,
  y: StudyMetric,
): readonly GroupPoint[] {
  return groups.flatMap((group) => {
    const rule = ruleOf(group);
    const [horizontal, vertical] = [summariseMetric(group, x), summariseMetric(group, y)];
    if (rule === null || horizontal === null || vertical === null) return [];
    return [{ label: group.label, rule, x: horizontal.mean, y: vertical.mean }];
  });
}

/**
 * Points than which no other one is better in one figure and at least as good in the other, from the smallest x on; less is
 * better in both. Points that are equal in both are all on it, or none.
 */
export function frontOf(points: readonly GroupPoint[]): readonly GroupPoint[] {
  const front: GroupPoint[] = [];
  for (const point of [...points].sort((left, right) => left.x - right.x || left.y - right.y)) {
    const last = front.at(-1);
    const isEqual = point.x === last?.x && point.y === last.y;
    if (last === undefined || isEqual || point.y < last.y) front.push(point);
  }
  return front;
}
