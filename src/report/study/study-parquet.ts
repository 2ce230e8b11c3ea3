import { type BasicType, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { StudyTable } from './study-csv.js';

/** Columns of text, also where a study has nothing to put into them. */
const texts: ReadonlySet<string> = new Set([
  ...['point', 'group', 'hash', 'status', 'reason', 'rule', 'metric'],
]);

/** Type of a column from all its values: what is not all numbers or all true and false is text. */
function typeOf(name: string, values: readonly unknown[]): BasicType {
  const known = values.filter((value) => value !== null);
  if (texts.has(name)) return 'STRING';
  if (known.every((value) => typeof value === 'number')) return 'DOUBLE';
  return known.every((value) => typeof value === 'boolean') ? 'BOOLEAN' : 'STRING';
}

/** A table as Parquet, a column of the header each; null stays null. */
export function renderStudyParquet({ header, rows }: StudyTable): Uint8Array {
  const columnData = header.map((name, column): ColumnSource => {
    const values = rows.map((row) => row[column] ?? null);
    const type = typeOf(name, values);
    const data =
      type === 'STRING' ? values.map((value) => (value === null ? null : String(value))) : values;
    return { name, data, type, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
