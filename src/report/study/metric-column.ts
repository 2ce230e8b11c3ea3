import { type PointGroup, summariseMetric } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import type { Column } from '../kit/table.js';
import { metricTexts, printSummary } from './study-text.js';

/** A column of a figure. `groupOf`: the points that a row is about; null: none, which prints a dash. */
export function metricColumn<Row>(
  metric: StudyMetric,
  groupOf: (row: Row) => PointGroup | null,
): Column<Row> {
  const { label, explanation } = metricTexts[metric];
  return {
    label,
    unit: '',
    explanation: `${explanation} Mean ± standard error over the n seeds.`,
    isNumeric: true,
    cell: (row) => {
      const group = groupOf(row);
      return printSummary(metric, group === null ? null : summariseMetric(group, metric));
    },
  };
}
