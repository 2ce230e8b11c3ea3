import { InputError } from '../units/input-error.js';
import { type FeatureBlock, type FeatureValues, type InputShape, valueCount } from './dataset.js';

/** 0x93 "NUMPY", then format version 1.0. */
const preamble = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
/** Preamble and the length of the header text as little-endian u16. */
const preambleBytes = preamble.length + 2;

/** Types that an array may have, with their bytes, and how to say so. */
interface AllowedTypes {
  readonly bytesByType: ReadonlyMap<string, number>;
  readonly advice: string;
}

const featureTypes: AllowedTypes = {
  bytesByType: new Map([
    ['|u1', 1],
    ['<f4', 4],
    ['<f8', 8],
  ]),
  advice:
    "allowed are |u1 (uint8), <f4 (float32) and <f8 (float64), little-endian; convert it with .astype('|u1') or .astype('<f4')",
};

const wordTypes: AllowedTypes = {
  bytesByType: new Map([['<u4', 4]]),
  advice: "allowed is <u4 (uint32), little-endian; convert it with .astype('<u4')",
};

interface NpyArray {
  readonly type: string;
  readonly shape: readonly number[];
  readonly payload: DataView;
}

/**
 * Header and payload of an array in NPY format 1.0 (NumPy enhancement proposal 1), C order.
 * The payload is checked to be as long as type and shape say.
 */
function readArray(content: Uint8Array, path: string, allowed: AllowedTypes): NpyArray {
  if (preamble.some((byte, index) => content[index] !== byte)) {
    throw new InputError(
      `${path}: the file (${content.length} bytes) does not start as an npy file of version 1.0; write the array with numpy.save`,
    );
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const headerBytes = content.length < preambleBytes ? 0 : view.getUint16(preamble.length, true);
  const payloadStart = preambleBytes + headerBytes;
  const header = new TextDecoder('latin1').decode(content.subarray(preambleBytes, payloadStart));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || shapeText === undefined) {
    throw new InputError(
      `${path}: the npy header is cut off or not a plain array: ${JSON.stringify(header.trim())}; it must state descr, fortran_order and shape; write the array with numpy.save`,
    );
  }
  const itemBytes = allowed.bytesByType.get(type);
  if (itemBytes === undefined) {
    throw new InputError(`${path}: the array has type ${type}; ${allowed.advice}`);
  }
  if (order === 'True') {
    throw new InputError(
      `${path}: the array is in Fortran order; allowed is C order; convert it with numpy.ascontiguousarray`,
    );
  }
  const shape = shapeText.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const recordBytes = itemBytes * shape.slice(1).reduce((product, size) => product * size, 1);
  const expectedBytes = recordBytes * (shape[0] ?? 1);
  const payloadBytes = Math.max(0, content.length - payloadStart);
  if (payloadBytes !== expectedBytes) {
    const fault =
      payloadBytes < expectedBytes
        ? `is cut off in record ${Math.floor(payloadBytes / recordBytes)}`
        : 'has too many bytes';
    throw new InputError(
      `${path}: the file ${fault}: ${payloadBytes} bytes follow the header, shape (${shapeText}) of ${type} asks for exactly ${expectedBytes}; get the file again`,
    );
  }
  if (shape.includes(0)) {
    throw new InputError(
      `${path}: shape (${shapeText}) holds no value; every dimension must be at least 1`,
    );
  }
  return {
    type,
    shape,
    payload: new DataView(content.buffer, content.byteOffset + payloadStart, payloadBytes),
  };
}

/** (samples, n), (samples, height, width) or (samples, channels, height, width), else null. */
function sampleShapeOf(shape: readonly number[]): InputShape | null {
  const [, first, second, third] = shape;
  if (shape.length > 4 || first === undefined) return null;
  if (second === undefined) return [1, 1, first];
  return third === undefined ? [1, first, second] : [first, second, third];
}

/** Values of the array; floats are read little-endian on any host and rounded to float32. */
function readValues({ type, payload }: NpyArray): FeatureValues {
  if (type === '|u1') {
    return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  const itemBytes = type === '<f4' ? 4 : 8;
  const values = new Float32Array(payload.byteLength / itemBytes);
  for (let index = 0; index < values.length; index += 1) {
    const offset = index * itemBytes;
    values[index] =
      type === '<f4' ? payload.getFloat32(offset, true) : payload.getFloat64(offset, true);
  }
  return values;
}

/**
 * Features: uint8, float32 or float64, first dimension the samples, one to three more.
 * @throws InputError for anything else, and for a value that is NaN, infinite or beyond float32, with its position.
 */
export function readNpyFeatures(content: Uint8Array, path: string): FeatureBlock {
  const array = readArray(content, path, featureTypes);
  const sampleShape = sampleShapeOf(array.shape);
  if (sampleShape === null) {
    throw new InputError(
      `${path}: features have shape (${array.shape.join(', ')}); allowed are (samples, inputs), (samples, height, width) and (samples, channels, height, width)`,
    );
  }
  const values = readValues(array);
  const inputCount = valueCount(sampleShape);
  const wrongIndex = values.findIndex((value) => !Number.isFinite(value));
  if (wrongIndex >= 0) {
    throw new InputError(
      `${path}: sample ${Math.floor(wrongIndex / inputCount)}, value ${wrongIndex % inputCount} is NaN, infinite or beyond float32; allowed are finite numbers up to 3.4e38 in magnitude; correct or leave out that sample`,
    );
  }
  return { sampleShape, values };
}

/**
 * Labels: uint8, shape (samples); their range is checked where the classes are known.
 * @throws InputError for any other type or shape.
 */
export function readNpyLabels(content: Uint8Array, path: string): Uint8Array {
  const array = readArray(content, path, featureTypes);
  const values = readValues(array);
  if (!(values instanceof Uint8Array) || array.shape.length !== 1) {
    throw new InputError(
      `${path}: labels have type ${array.type} and shape (${array.shape.join(', ')}); allowed is |u1 (uint8) of shape (samples); convert them with .astype('|u1').ravel()`,
    );
  }
  return values;
}

/** An array of uint32 of any shape, row-major. */
interface NpyWords {
  readonly shape: readonly number[];
  readonly values: Uint32Array;
}

/**
 * Words: uint32, little-endian on any host; what shape they must have is checked where it is known.
 * @throws InputError for any other type, and for a file that is cut off, with the record (the index along the first
 * dimension).
 */
export function readNpyWords(content: Uint8Array, path: string): NpyWords {
  const { shape, payload } = readArray(content, path, wordTypes);
  const values = new Uint32Array(payload.byteLength / 4);
  for (let index = 0; index < values.length; index += 1) {
    values[index] = payload.getUint32(4 * index, true);
  }
  return { shape, values };
}
