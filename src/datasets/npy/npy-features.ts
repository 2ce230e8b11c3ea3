import { InputError } from '../../units/input-error.js';
import { type FeatureBlock, type FeatureValues, type InputShape, valueCount } from '../dataset.js';
import {
  lengthOf,
  type NpyArray,
  printShape,
  readNpyArray,
  valuesOf,
  writeValues,
} from './npy-array.js';

/** (samples, n), (samples, height, width) or (samples, channels, height, width), else null. */
function sampleShapeOf(shape: readonly number[]): InputShape | null {
  const [, first, second, third] = shape;
  if (shape.length > 4 || first === undefined) return null;
  if (second === undefined) return [1, 1, first];
  return third === undefined ? [1, first, second] : [first, second, third];
}

/** Bytes and truth values stay bytes; everything else becomes float32. */
function readValues(array: NpyArray): FeatureValues {
  const { type, payload, isByColumn } = array;
  if (type.text === '|u1' && !isByColumn) {
    return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  const isByte = type.itemBytes === 1 && (type.kind === 'u' || type.kind === 'b');
  const values = isByte ? new Uint8Array(lengthOf(array)) : new Float32Array(lengthOf(array));
  writeValues(array, values);
  return values;
}

/** What is wrong with a value that float32 does not hold, and what to do. */
function faultOf(array: NpyArray, index: number): string {
  const value = valuesOf(array)[index] ?? NaN;
  const allowed = 'allowed are finite numbers up to 3.4e38 in magnitude';
  return Number.isFinite(value)
    ? `${value}, beyond float32; ${allowed}; divide the values of both parts before they are saved, with x / numpy.abs(train_x).max()`
    : `${Number.isNaN(value) ? 'NaN' : 'infinite'}; ${allowed}; correct or leave out that sample`;
}

/**
 * Features: first dimension the samples, one to three more. Unsigned bytes stand for value / 255 unless `dataset.scale`
 * says otherwise; truth values (0 and 1), wider integers and floats for themselves.
 * @throws InputError for what is no array of numbers, another shape, and for a value that is NaN, infinite or beyond
 * float32, with its position.
 */
export function readNpyFeatures(content: Uint8Array, path: string): FeatureBlock {
  const array = readNpyArray(content, path, "convert it with .astype('<f4')");
  const sampleShape = sampleShapeOf(array.shape);
  if (sampleShape === null) {
    const remedy =
      array.shape.length === 1
        ? 'make a single input per sample a column with .reshape(-1, 1)'
        : 'join dimensions with .reshape(len(x), -1)';
    throw new InputError(
      `${path}: features have shape ${printShape(array.shape)}; allowed are (samples, inputs), (samples, height, width) and (samples, channels, height, width); ${remedy}`,
    );
  }
  const values = readValues(array);
  const inputCount = valueCount(sampleShape);
  const wrongIndex = values.findIndex((value) => !Number.isFinite(value));
  if (wrongIndex >= 0) {
    throw new InputError(
      `${path}: sample ${Math.floor(wrongIndex / inputCount)}, value ${wrongIndex % inputCount} is ${faultOf(array, wrongIndex)}`,
    );
  }
  return { sampleShape, values, defaultScale: array.type.text === '|u1' ? 1 / 255 : 1 };
}
