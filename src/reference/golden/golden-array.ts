import path from 'node:path';
import { readGivenFile, RefusedFile } from '../../units/given-file.js';
import { largestFileBytes } from '../../units/limits.js';
import { quoted } from '../../units/printable.js';

/** A golden case cannot be replayed: a file of it is missing or is not what the others ask for. */
export class GoldenCaseError extends Error {
  override readonly name = 'GoldenCaseError';
}

/** Preamble of NPY format 1.0 and the two bytes of the header's length. */
const preamble = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const headerStart = preamble.length + 2;

const itemBytes = { '|u1': 1, '<f4': 4 } as const;
type ItemType = keyof typeof itemBytes;

interface Header {
  readonly type: string;
  readonly isRowMajor: boolean;
  readonly shape: readonly number[];
  readonly payload: DataView;
}

function parseHeader(content: Uint8Array, file: string): Header {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const isNpy =
    content.length >= headerStart && preamble.every((byte, index) => content[index] === byte);
  const headerEnd = isNpy ? headerStart + view.getUint16(preamble.length, true) : 0;
  const text = new TextDecoder('latin1').decode(content.subarray(headerStart, headerEnd));
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (type === undefined || order === undefined || shape === undefined) {
    throw new GoldenCaseError(`${file}: this is no npy file of version 1.0; copy it again`);
  }
  return {
    type,
    isRowMajor: order === 'False',
    shape: shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)])),
    payload: new DataView(
      content.buffer,
      content.byteOffset + Math.min(headerEnd, content.length),
      Math.max(0, content.length - headerEnd),
    ),
  };
}

function readContent(file: string): Uint8Array {
  try {
    return readGivenFile(file, largestFileBytes.data);
  } catch (error) {
    if (error instanceof RefusedFile) {
      throw new GoldenCaseError(`${file}: cannot be read: ${error.message}`);
    }
    throw new GoldenCaseError(`${file}: the file is missing or cannot be read; copy it again`);
  }
}

function printShape(shape: readonly number[]): string {
  return `(${shape.join(', ')})`;
}

/** Payload of an array whose type and shape are one of those allowed. */
function readArray(
  folder: string,
  name: string,
  type: ItemType,
  shapes: readonly (readonly number[])[],
): DataView {
  const file = path.join(folder, `${name}.npy`);
  const { payload, ...header } = parseHeader(readContent(file), file);
  if (header.type !== type || !header.isRowMajor) {
    throw new GoldenCaseError(
      `${file}: the array has type ${quoted(header.type)}${header.isRowMajor ? '' : ' in Fortran order'}; it must be ${type}, row-major`,
    );
  }
  if (!shapes.some((shape) => printShape(shape) === printShape(header.shape))) {
    throw new GoldenCaseError(
      `${file}: the array has shape ${printShape(header.shape)}; case.json asks for ${shapes.map(printShape).join(' or ')}`,
    );
  }
  const expectedBytes = itemBytes[type] * header.shape.reduce((left, right) => left * right, 1);
  if (payload.byteLength !== expectedBytes) {
    throw new GoldenCaseError(
      `${file}: ${payload.byteLength} bytes follow the header; shape ${printShape(header.shape)} asks for ${expectedBytes}; copy it again`,
    );
  }
  return payload;
}

/**
 * A float32 array of a case, its name without `.npy`; little-endian on any host.
 * @throws GoldenCaseError, also where a value is no finite number, with its index
 */
export function readGoldenFloats(
  folder: string,
  name: string,
  ...shapes: readonly (readonly number[])[]
): Float32Array {
  const payload = readArray(folder, name, '<f4', shapes);
  const values = new Float32Array(payload.byteLength / itemBytes['<f4']).map((_, index) =>
    payload.getFloat32(index * itemBytes['<f4'], true),
  );
  const strange = values.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) {
    throw new GoldenCaseError(
      `${path.join(folder, `${name}.npy`)}: value ${strange} is ${String(values[strange])}; every value of a golden case is a finite number; copy it again, or train it so that it does not diverge`,
    );
  }
  return values;
}

/** A uint8 array of a case. @throws GoldenCaseError */
export function readGoldenBytes(
  folder: string,
  name: string,
  ...shapes: readonly (readonly number[])[]
): Uint8Array {
  const payload = readArray(folder, name, '|u1', shapes);
  return Uint8Array.from({ length: payload.byteLength }, (_, index) => payload.getUint8(index));
}
