import { readFileSync } from 'node:fs';

/** Payload of a version 1.0 file (NumPy format specification): 10 bytes, of which the last two give the header's length. */
function payload(path: string, descr: string): Buffer {
  const file = readFileSync(path);
  const headerEnd = 10 + file.readUInt16LE(8);
  const header = file.subarray(10, headerEnd).toString('latin1');
  if (!header.includes(`'descr': '${descr}', 'fortran_order': False`)) {
    throw new Error(`${path}: ${header.trim()} is not a row-major ${descr} array`);
  }
  return file.subarray(headerEnd);
}

export function readBytes(path: string): Uint8Array {
  return Uint8Array.from(payload(path, '|u1'));
}
