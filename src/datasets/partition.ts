import { elementAt } from '../numerics/integer.js';
import type { FeatureValues } from './dataset.js';

/** Features and labels of the same samples. */
export interface Rows {
  /** Shape (samples × inputs), row-major. */
  readonly features: FeatureValues;
  readonly labels: Uint8Array;
}

/** The samples of these indices, in this order. */
function selectRows(rows: Rows, inputCount: number, indices: readonly number[]): Rows {
  const { features, labels } = rows;
  const length = indices.length * inputCount;
  const chosen = features instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  indices.forEach((index, position) => {
    const start = index * inputCount;
    chosen.set(features.subarray(start, start + inputCount), position * inputCount);
  });
  return {
    features: chosen,
    labels: Uint8Array.from(indices, (index) => elementAt(labels, index, 'labels')),
  };
}

/** Sample i (0-based) of a whole set is test if i mod 6 = 5, else training; the order is kept. */
export function splitEverySixth(
  rows: Rows,
  inputCount: number,
): { readonly train: Rows; readonly test: Rows } {
  const indices = [...rows.labels.keys()];
  return {
    train: selectRows(
      rows,
      inputCount,
      indices.filter((index) => index % 6 !== 5),
    ),
    test: selectRows(
      rows,
      inputCount,
      indices.filter((index) => index % 6 === 5),
    ),
  };
}

/** Samples `from` to `end` − 1, as a copy, so that the rest of the set can be freed. */
export function takeRange(rows: Rows, inputCount: number, from: number, end: number): Rows {
  return {
    features: rows.features.slice(from * inputCount, end * inputCount),
    labels: rows.labels.slice(from, end),
  };
}

/** The first `sampleCount` samples, as a copy. */
export function takeFirst(rows: Rows, inputCount: number, sampleCount: number): Rows {
  return takeRange(rows, inputCount, 0, sampleCount);
}

/**
 * (x − min) / (max − min) with the smallest and largest value that the feature has in `training`, rounded once to
 * float32; 0 where a feature is constant there. Values outside that range, in other parts, leave 0…1: they are not clipped.
 */
export function scaleByRange(
  values: FeatureValues,
  training: FeatureValues,
  inputCount: number,
): Float32Array {
  const smallest = new Float64Array(inputCount).fill(Infinity);
  const largest = new Float64Array(inputCount).fill(-Infinity);
  training.forEach((value, index) => {
    const input = index % inputCount;
    smallest[input] = Math.min(elementAt(smallest, input, 'smallest values'), value);
    largest[input] = Math.max(elementAt(largest, input, 'largest values'), value);
  });
  return Float32Array.from(values, (value, index) => {
    const low = elementAt(smallest, index % inputCount, 'smallest values');
    const range = elementAt(largest, index % inputCount, 'largest values') - low;
    return range === 0 ? 0 : (value - low) / range;
  });
}
