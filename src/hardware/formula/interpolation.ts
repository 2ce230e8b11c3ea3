import { elementAt } from '../../numerics/integer.js';

/** A grid of positive values over two rising axes of positive numbers: `rows[i][j]` belongs to `rowAxis[i]`, `columnAxis[j]`. */
export interface LogGrid {
  readonly rowAxis: readonly number[];
  readonly columnAxis: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/** Which two points of an axis surround a position, and how far between them it lies in the logarithm. */
interface LogPosition {
  readonly lower: number;
  readonly upper: number;
  /** 0 at the lower point, 1 at the upper; below 0 or above 1 where the line is continued beyond the axis. */
  readonly fraction: number;
}

/** Position of `value` on a rising axis of at least two points, or exactly on its only one. Beyond an end, the first or last segment is continued. */
export function locateOnLogAxis(axis: readonly number[], value: number): LogPosition {
  const above = axis.findIndex((point) => point >= value);
  if (axis[above] === value) return { lower: above, upper: above, fraction: 0 };
  const last = axis.length - 1;
  const upper = above === -1 ? last : Math.max(1, above);
  const lower = upper - 1;
  const from = elementAt(axis, lower, 'axis');
  const to = elementAt(axis, upper, 'axis');
  return { lower, upper, fraction: Math.log(value / from) / Math.log(to / from) };
}

/**
 * The value between two positive ones on a straight line of logarithms: from^(1−t) · to^t. Written as a product and
 * not as exp(ln …), so that t = 0 and t = 1 give the two values themselves, to the last bit.
 */
export function interpolateLog(from: number, to: number, fraction: number): number {
  return Math.pow(from, 1 - fraction) * Math.pow(to, fraction);
}

/** Log-linear in both axes; at a grid point exactly the value of the grid. */
export function interpolateGrid(grid: LogGrid, row: LogPosition, column: LogPosition): number {
  const alongColumn = (index: number): number => {
    const values = elementAt(grid.rows, index, 'grid rows');
    return interpolateLog(
      elementAt(values, column.lower, 'grid columns'),
      elementAt(values, column.upper, 'grid columns'),
      column.fraction,
    );
  };
  return interpolateLog(alongColumn(row.lower), alongColumn(row.upper), row.fraction);
}
