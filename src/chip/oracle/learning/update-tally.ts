import type { UpdateHealth } from '../../engine.js';

/** Counts weight updates, and those that left the stored weight as it was. Implements: docs/spec.md §2.7. */
export class UpdateTally {
  #nonZeroUpdateCount = 0;
  #deadUpdateCount = 0;

  add(change: bigint, stored: bigint, updated: bigint): void {
    if (change === 0n) return;
    this.#nonZeroUpdateCount += 1;
    if (updated === stored) this.#deadUpdateCount += 1;
  }

  health(layer: number): UpdateHealth {
    return {
      layer,
      nonZeroUpdateCount: this.#nonZeroUpdateCount,
      deadUpdateCount: this.#deadUpdateCount,
    };
  }
}
