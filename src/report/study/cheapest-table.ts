import { type PointGroup, summariseMetric } from '../../experiment/study/summarise.js';
import type { Markup } from '../kit/markup.js';
import { formatNumber } from '../kit/quantity.js';
import { type Column, renderPlainTable } from '../kit/table.js';
import { ruleOf } from './group-style.js';
import { metricColumn } from './metric-column.js';

/** Points lost that a user may accept. */
const acceptedPoints = [0.5, 1, 2] as const;

interface Row {
  readonly rule: string;
  readonly points: number;
  readonly group: PointGroup | null;
}

/** The group of a rule that trains with the least energy and loses at most this many points on average; null: none does. */
export function cheapestWithin(
  groups: readonly PointGroup[],
  rule: string,
  points: number,
): PointGroup | null {
  const within = groups.filter((group) => {
    const loss = summariseMetric(group, 'lossPoints');
    return ruleOf(group) === rule && loss !== null && loss.mean <= points;
  });
  const energy = (group: PointGroup) => summariseMetric(group, 'trainingNj')?.mean ?? Infinity;
  return within.reduce<PointGroup | null>(
    (best, group) => (best === null || energy(group) < energy(best) ? group : best),
    null,
  );
}

const columns: readonly Column<Row>[] = [
  {
    label: 'rule',
    unit: '',
    explanation: 'Learning rule of the chip.',
    isNumeric: false,
    cell: ({ rule }) => rule,
  },
  {
    label: 'loses at most',
    unit: 'points',
    explanation: 'Test error of the chip minus that of its float reference, mean over the seeds.',
    isNumeric: true,
    cell: ({ points }) => formatNumber(points),
  },
  {
    label: 'point',
    unit: '',
    explanation:
      'The point of this rule that trains a sample with the least energy within that loss.',
    isNumeric: false,
    cell: ({ group }) => group?.label ?? 'none of this study',
  },
  ...(['lossPoints', 'trainingNj', 'chipTestErrorPercent'] as const).map((metric) =>
    metricColumn(metric, ({ group }: Row) => group),
  ),
];

/** For each rule the cheapest point that loses at most 0.5, 1 and 2 points against float. */
export function renderCheapest(groups: readonly PointGroup[]): Markup {
  const rules = [...new Set(groups.map(ruleOf).filter((rule) => rule !== null))];
  const rows = rules.flatMap((rule) =>
    acceptedPoints.map((points) => ({ rule, points, group: cheapestWithin(groups, rule, points) })),
  );
  return renderPlainTable('Smallest energy by rule', columns, rows);
}
