import { ceilDiv } from '../../numerics/integer.js';

/** Values of 8, 16 or 32 bits in rows that are further apart than they are long. */
export class PaddedRows {
  readonly #values: Int8Array | Int16Array | Int32Array;
  readonly #rowCount: number;
  readonly #columnCount: number;
  readonly #pitch: number;

  constructor(values: Int8Array | Int16Array | Int32Array, columnCount: number, pitch: number) {
    this.#values = values;
    this.#rowCount = ceilDiv(values.length, pitch);
    this.#columnCount = columnCount;
    this.#pitch = pitch;
  }

  get count(): number {
    return this.#rowCount * this.#columnCount;
  }

  /** Row by row, without what is between them. */
  read(): Int32Array {
    const columns = this.#columnCount;
    const packed = new Int32Array(this.count);
    for (let row = 0; row < this.#rowCount; row += 1) {
      const start = row * this.#pitch;
      packed.set(this.#values.subarray(start, start + columns), row * columns);
    }
    return packed;
  }

  write(packed: Int32Array): void {
    const columns = this.#columnCount;
    for (let row = 0; row < this.#rowCount; row += 1) {
      const start = row * columns;
      this.#values.set(packed.subarray(start, start + columns), row * this.#pitch);
    }
  }
}
