import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import type { Labels } from '../dataset.js';
import { printShape, readNpyArray, valuesOf } from './npy-array.js';

/** Labels are bytes: classes 0…255. */
const mostClasses = 256;

/** Numbers the classes of both parts alike from 0, whatever they are called. */
const numberingRemedy =
  'number the classes from 0, in both parts alike, with numpy.searchsorted(numpy.unique(train_y), y)';

/** The only column of a row that is 1 while all others are 0; null: the row is not one-hot. */
function hotColumn(row: ArrayLike<number>): number | null {
  let hot: number | null = null;
  for (const [column, value] of Array.from(row).entries()) {
    if (value === 1 && hot === null) hot = column;
    else if (value !== 0) return null;
  }
  return hot;
}

function readOneHot(values: Float64Array, columnCount: number, path: string): Labels {
  if (columnCount > mostClasses) {
    throw new InputError(
      `${path}: labels have ${columnCount} columns, one per class; allowed are ${mostClasses} classes`,
    );
  }
  const labels = new Uint8Array(values.length / columnCount);
  for (let sample = 0; sample < labels.length; sample += 1) {
    const row = values.subarray(sample * columnCount, (sample + 1) * columnCount);
    const hot = hotColumn(row);
    if (hot === null) {
      const shown = Array.from(row.subarray(0, 8)).join(', ');
      const remedy =
        labels.length === 1
          ? 'if these are the class numbers of as many samples, save them with .ravel()'
          : 'write the number of the class with y.argmax(axis=1)';
      throw new InputError(
        `${path}: the label of sample ${sample} is the row (${shown}${columnCount > 8 ? ', …' : ''}); a row must be one-hot: 1 for the class, 0 for every other; ${remedy}`,
      );
    }
    labels[sample] = hot;
  }
  return { values: labels, oneHotClassCount: columnCount };
}

function readNumbers(values: Float64Array, path: string): Labels {
  const wrongIndex = values.findIndex(
    (value) => !Number.isInteger(value) || value < 0 || value >= mostClasses,
  );
  if (wrongIndex >= 0) {
    const label = elementAt(values, wrongIndex, 'labels');
    const distinctCount = new Set(values).size;
    const remedy = Number.isNaN(label)
      ? 'correct or leave out that sample'
      : distinctCount > mostClasses
        ? `there are ${distinctCount} different labels, more than classes can be: quantities are not learned here; cut them into at most ${mostClasses} ranges with numpy.digitize`
        : numberingRemedy;
    throw new InputError(
      `${path}: label of sample ${wrongIndex} is ${label}; allowed are whole numbers from 0 to ${mostClasses - 1}; ${remedy}`,
    );
  }
  return { values: Uint8Array.from(values), oneHotClassCount: null };
}

/**
 * Labels: class numbers of shape (samples) or (samples, 1), or one-hot rows of shape (samples, classes); integers of any
 * width, truth values, or floats that are whole. Their range is checked where the classes are known.
 * @throws InputError for other shapes, rows that are not one-hot, and numbers that are no class, with the sample.
 */
export function readNpyLabels(content: Uint8Array, path: string): Labels {
  const array = readNpyArray(content, path, numberingRemedy);
  const [sampleCount, ...others] = array.shape;
  const columns = others.filter((size) => size > 1);
  const [columnCount = 1] = columns;
  if (sampleCount === undefined || columns.length > 1) {
    throw new InputError(
      `${path}: labels have shape ${printShape(array.shape)}; allowed are (samples), class numbers, and (samples, classes), one-hot rows: one class per sample`,
    );
  }
  const values = valuesOf(array);
  return columnCount === 1 ? readNumbers(values, path) : readOneHot(values, columnCount, path);
}

/** Whether labels read as numbers are the one-hot rows of `sampleCount` samples, one after the other. */
export function areFlattenedRows(labels: Uint8Array, sampleCount: number): boolean {
  const columnCount = labels.length / sampleCount;
  if (!Number.isInteger(columnCount) || columnCount < 2) return false;
  for (let begin = 0; begin < labels.length; begin += columnCount) {
    if (hotColumn(labels.subarray(begin, begin + columnCount)) === null) return false;
  }
  return true;
}
