import { elementAt } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import type { FeatureBlock, Labels } from './dataset.js';

interface IdxKind {
  readonly name: string;
  /** Two zero bytes, the type of the values (8: unsigned byte), the number of dimensions. */
  readonly magic: number;
  readonly dimensionCount: number;
}

const images: IdxKind = { name: 'images', magic: 0x0803, dimensionCount: 3 };
const labels: IdxKind = { name: 'labels', magic: 0x0801, dimensionCount: 1 };

/**
 * The dimensions of an idx file and its payload: big-endian u32 magic, one big-endian u32 per
 * dimension, then bytes in row-major order (Y. LeCun, C. Cortes, C. Burges, "The MNIST database").
 */
function readHeader(
  content: Uint8Array,
  path: string,
  kind: IdxKind,
): { readonly dimensions: readonly number[]; readonly payload: Uint8Array } {
  const headerBytes = 4 + 4 * kind.dimensionCount;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const found = content.length < 4 ? null : view.getUint32(0);
  if (found !== null && found !== kind.magic) {
    const foundKind = [images, labels].find(({ magic }) => magic === found);
    const meaning = foundKind === undefined ? 'neither images nor labels' : foundKind.name;
    throw new InputError(
      `${path}: magic number ${found} says ${meaning}; a file of ${kind.name} starts with ${kind.magic}; check that the file has the right name`,
    );
  }
  if (content.length < headerBytes) {
    throw new InputError(
      `${path}: the file is cut off after ${content.length} bytes; the header of a file of ${kind.name} has ${headerBytes}; get the file again`,
    );
  }
  const dimensions = Array.from({ length: kind.dimensionCount }, (_, dimension) =>
    view.getUint32(4 + 4 * dimension),
  );
  const expectedBytes = headerBytes + dimensions.reduce((product, size) => product * size, 1);
  if (dimensions.includes(0)) {
    throw new InputError(
      `${path}: the header says ${dimensions.join(' x ')} ${kind.name}; every dimension must be at least 1`,
    );
  }
  if (content.length !== expectedBytes) {
    const fault = content.length < expectedBytes ? 'is cut off' : 'has too many bytes';
    throw new InputError(
      `${path}: the file ${fault}: it holds ${content.length} bytes, its header (${dimensions.join(' x ')} ${kind.name}) asks for exactly ${expectedBytes}; get the file again`,
    );
  }
  return { dimensions, payload: content.subarray(headerBytes) };
}

/**
 * Byte images of an unpacked idx file, one channel.
 * @throws InputError for another magic number, an empty dimension or any other length than the header says.
 */
export function readIdxImages(content: Uint8Array, path: string): FeatureBlock {
  const { dimensions, payload } = readHeader(content, path, images);
  return {
    sampleShape: [1, elementAt(dimensions, 1, path), elementAt(dimensions, 2, path)],
    values: payload,
    defaultScale: 1 / 255,
  };
}

/**
 * Labels of an unpacked idx file; their range is checked where the classes are known.
 * @throws InputError as `readIdxImages`.
 */
export function readIdxLabels(content: Uint8Array, path: string): Labels {
  return { values: readHeader(content, path, labels).payload, oneHotClassCount: null };
}
