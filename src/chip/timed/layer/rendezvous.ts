/**
 * Opens when the last of its members has come, and is closed again: how the cores of a layer keep in step.
 *
 * Implements: docs/spec.md §5 (layers of several cores).
 */
export class Rendezvous {
  readonly #memberCount: number;
  readonly #whenAllCame: () => void;
  #comeCount = 0;

  constructor(memberCount: number, whenAllCame: () => void) {
    this.#memberCount = memberCount;
    this.#whenAllCame = whenAllCame;
  }

  /** One more member is there. */
  come(): void {
    this.#comeCount += 1;
    if (this.#comeCount < this.#memberCount) return;
    this.#comeCount = 0;
    this.#whenAllCame();
  }
}
