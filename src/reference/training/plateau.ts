/** What a detector remembers. */
export interface PlateauMemory {
  /** Smallest loss so far; null: no epoch has had one. */
  readonly best: number | null;
  readonly badEpochs: number;
}

/**
 * Tells when a loss has stopped falling, as PyTorch's ReduceLROnPlateau does: an epoch counts as better when its loss
 * is below (1 − 1e-4) times the best before; more than `patience` epochs in a row that are not better are a plateau.
 */
export class PlateauDetector {
  readonly #patience: number;
  #best = Infinity;
  #badEpochs = 0;

  constructor(patience: number) {
    this.#patience = patience;
  }

  memory(): PlateauMemory {
    return { best: Number.isFinite(this.#best) ? this.#best : null, badEpochs: this.#badEpochs };
  }

  /** Goes on where the detector with this memory was. */
  restore({ best, badEpochs }: PlateauMemory): void {
    this.#best = best ?? Infinity;
    this.#badEpochs = badEpochs;
  }

  /** True where this epoch's loss completes a plateau; then the count starts again. */
  isPlateau(epochLoss: number): boolean {
    if (epochLoss < this.#best * (1 - 1e-4)) {
      this.#best = epochLoss;
      this.#badEpochs = 0;
    } else {
      this.#badEpochs += 1;
    }
    if (this.#badEpochs <= this.#patience) return false;
    this.#badEpochs = 0;
    return true;
  }
}
