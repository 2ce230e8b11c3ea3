import { ceilDiv } from '../../../numerics/integer.js';

/** Everything starts on a cache line. */
export const alignmentBytes = 64;
const pageBytes = 65536;
/** 4 GiB less a page: addresses have 32 bits. */
const largestMemoryBytes = 0xffff_0000;

/** Hands out addresses of the compiled engine's memory, upwards. */
export class MemoryPlan {
  #nextAddress: number;

  constructor(firstFreeAddress: number) {
    this.#nextAddress = firstFreeAddress;
    this.reserve(0);
  }

  /** Reserves `bytes` bytes and returns their address. @throws RangeError when the image needs more than 4 GiB. */
  reserve(bytes: number): number {
    const address = ceilDiv(this.#nextAddress, alignmentBytes) * alignmentBytes;
    this.#nextAddress = address + bytes;
    if (this.#nextAddress > largestMemoryBytes) {
      throw new RangeError(
        `fast engine: the image needs more than ${largestMemoryBytes} bytes of memory; use smaller layers`,
      );
    }
    return address;
  }

  /** Pages that hold everything reserved so far. */
  get pageCount(): number {
    return ceilDiv(this.#nextAddress, pageBytes);
  }
}
