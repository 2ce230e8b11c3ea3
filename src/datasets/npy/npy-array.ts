import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';

/** 0x93 "NUMPY", then format version 1.0. */
const preamble = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
/** Preamble and the length of the header text as little-endian u16. */
const preambleBytes = preamble.length + 2;

/** Truth values, signed and unsigned integers, floats. */
type NumberKind = 'b' | 'i' | 'u' | 'f';

/** Type of the numbers of an array: `|u1`, `<i8`, `>f4`. */
export interface NumberType {
  readonly text: string;
  readonly kind: NumberKind;
  readonly itemBytes: number;
  readonly isLittleEndian: boolean;
}

/** Reads the number at a byte offset. */
type NumberReader = (payload: DataView, offset: number, isLittleEndian: boolean) => number;

/** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
function readHalf(payload: DataView, offset: number, isLittleEndian: boolean): number {
  const bits = payload.getUint16(offset, isLittleEndian);
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 === 1 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const readers: Readonly<Record<string, NumberReader>> = {
  b1: (payload, offset) => (payload.getUint8(offset) === 0 ? 0 : 1),
  u1: (payload, offset) => payload.getUint8(offset),
  i1: (payload, offset) => payload.getInt8(offset),
  u2: (payload, offset, isLittle) => payload.getUint16(offset, isLittle),
  i2: (payload, offset, isLittle) => payload.getInt16(offset, isLittle),
  u4: (payload, offset, isLittle) => payload.getUint32(offset, isLittle),
  i4: (payload, offset, isLittle) => payload.getInt32(offset, isLittle),
  u8: (payload, offset, isLittle) => Number(payload.getBigUint64(offset, isLittle)),
  i8: (payload, offset, isLittle) => Number(payload.getBigInt64(offset, isLittle)),
  f2: readHalf,
  f4: (payload, offset, isLittle) => payload.getFloat32(offset, isLittle),
  f8: (payload, offset, isLittle) => payload.getFloat64(offset, isLittle),
};

/** Any array of numbers that numpy.save writes. */
export interface NpyArray {
  readonly type: NumberType;
  readonly shape: readonly number[];
  /** Column after column, NumPy's `fortran_order`; else row after row. */
  readonly isByColumn: boolean;
  readonly payload: DataView;
}

interface Header {
  readonly type: string;
  readonly isByColumn: boolean;
  readonly shapeText: string;
}

function readHeader(header: string, path: string): Header {
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (/'descr':\s*\[/.test(header)) {
    const names = [...header.matchAll(/\(\s*'([^']*)'\s*,\s*['[(]/g)].map(
      ([, name]) => `'${name}'`,
    );
    throw new InputError(
      `${path}: the array has named fields (${names.join(', ')}), allowed is a plain one; make the fields columns with numpy.stack([a[name] for name in (${names.join(', ')},)], axis=1), in the order that the format asks for`,
    );
  }
  if (type === undefined || order === undefined || shapeText === undefined) {
    throw new InputError(
      `${path}: the npy header is cut off or not a plain array: ${JSON.stringify(header.trim().slice(0, 200))}; it must state descr, fortran_order and shape; write the array with numpy.save`,
    );
  }
  return { type, isByColumn: order === 'True', shapeText };
}

/**
 * Header and payload of an array in NPY format 1.0 (NumPy enhancement proposal 1): truth values, integers of any width and
 * floats of up to 64 bits, of either byte order, by row or by column. The payload is checked to be as long as type and
 * shape say.
 * @param advice how to write what is no number; ends the sentence.
 */
export function readNpyArray(content: Uint8Array, path: string, advice: string): NpyArray {
  if (preamble.some((byte, index) => content[index] !== byte)) {
    throw new InputError(
      `${path}: the file (${content.length} bytes) does not start as an npy file of version 1.0; write the array with numpy.save`,
    );
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const headerBytes = content.length < preambleBytes ? 0 : view.getUint16(preamble.length, true);
  const payloadStart = preambleBytes + headerBytes;
  const header = new TextDecoder('latin1').decode(content.subarray(preambleBytes, payloadStart));
  const { type: text, isByColumn, shapeText } = readHeader(header, path);
  const [, mark, name] = /^([<>|=])([biuf][1248])$/.exec(text) ?? [];
  if (name === undefined || readers[name] === undefined) {
    throw new InputError(
      `${path}: the array has type ${text}; allowed are bool, integers and floats of up to 64 bits; ${advice}`,
    );
  }
  const itemBytes = Number(name.slice(1));
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
      `${path}: the file ${fault}: ${payloadBytes} bytes follow the header, shape (${shapeText}) of ${text} asks for exactly ${expectedBytes}; get the file again`,
    );
  }
  if (shape.includes(0)) {
    throw new InputError(
      `${path}: shape (${shapeText}) holds no value; every dimension must be at least 1`,
    );
  }
  return {
    type: { text, kind: name[0] as NumberKind, itemBytes, isLittleEndian: mark !== '>' },
    shape,
    isByColumn: isByColumn && shape.length > 1,
    payload: new DataView(content.buffer, content.byteOffset + payloadStart, payloadBytes),
  };
}

/** Place in a file by column of the value that is the `index`-th by row. */
function placeByColumn(index: number, shape: readonly number[]): number {
  let rest = index;
  let place = 0;
  for (let dimension = shape.length - 1; dimension >= 0; dimension -= 1) {
    const size = elementAt(shape, dimension, 'shape');
    const coordinate = rest % size;
    place = place * size + coordinate;
    rest = (rest - coordinate) / size;
  }
  return place;
}

/** Number of values of the array. */
export function lengthOf({ payload, type }: NpyArray): number {
  return payload.byteLength / type.itemBytes;
}

/** Writes the values row after row into an array of as many; each is rounded to what that array holds. */
export function writeValues(array: NpyArray, out: Uint8Array | Float32Array | Float64Array): void {
  const { type, shape, isByColumn, payload } = array;
  const { kind, itemBytes, isLittleEndian } = type;
  const read = readers[`${kind}${itemBytes}`];
  if (read === undefined) throw new RangeError(`there is no reader of type ${type.text}`);
  for (let index = 0; index < out.length; index += 1) {
    const place = isByColumn ? placeByColumn(index, shape) : index;
    out[index] = read(payload, place * itemBytes, isLittleEndian);
  }
}

/** The values row after row as stored: a 64-bit integer beyond 2^53 is the nearest float64. */
export function valuesOf(array: NpyArray): Float64Array {
  const values = new Float64Array(lengthOf(array));
  writeValues(array, values);
  return values;
}

/** `(300, 3)` */
export function printShape(shape: readonly number[]): string {
  return `(${shape.join(', ')})`;
}
