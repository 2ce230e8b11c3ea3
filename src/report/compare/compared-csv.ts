import { renderCsv } from '../kit/csv.js';
import { percentileColumns } from '../kit/percentile-columns.js';
import { type Compared, type ComparedFigures } from './compared.js';
import { differingKeys, letterOf } from './compared-tables.js';

const measures = [
  ['chipError', 'chipTestErrorPercent'],
  ['bestChipError', 'bestChipTestErrorPercent'],
  ['referenceError', 'referenceTestErrorPercent'],
  ['lossPoints', 'lossPoints'],
  ['trainingNj', 'trainingNj'],
  ['inferenceNj', 'inferenceNj'],
  ['trainingUs', 'trainingUs'],
  ['memoryBits', 'memoryBits'],
] as const satisfies readonly (readonly [keyof ComparedFigures, string])[];

/** A line each (RFC 4180): what differs, figures with the ends of interval or band, difference to the first line. */
export function renderComparedCsv(entries: readonly Compared[]): string {
  const keys = differingKeys(entries);
  const header = [
    ...['letter', 'label', 'source', 'runs', ...keys, 'epochs'],
    ...measures.flatMap(([, column]) => [
      column,
      `${column}Low`,
      `${column}High`,
      `${column}DifferenceToFirst`,
    ]),
    ...percentileColumns.map(([, , column]) => column),
  ];
  const [first] = entries;
  const rows = entries.map((entry, index) => {
    const { label, source, runs, keys: own, figures } = entry;
    return [
      ...[letterOf(index), label, source, runs, ...keys.map((key) => own.get(key) ?? null)],
      figures.epochs,
      ...measures.flatMap(([name]) => {
        const measure = figures[name];
        const other = first?.figures[name] ?? null;
        const difference = measure === null || other === null ? null : measure.value - other.value;
        return [
          measure?.value ?? null,
          measure?.ends?.low ?? null,
          measure?.ends?.high ?? null,
          difference,
        ];
      }),
      ...percentileColumns.map(([run, figure]) => figures.energySpread?.[run]?.[figure] ?? null),
    ];
  });
  return renderCsv(header, rows);
}
