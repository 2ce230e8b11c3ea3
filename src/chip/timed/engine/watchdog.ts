import { type ChipServices, tickPhases } from '../chip-services.js';

/**
 * Notices a standstill: nothing is done for `limitCycles` cycles while samples are in flight. Its entry lies far ahead
 * in the queue and is taken back whenever something is done. The time in which events of a sample are still to come is no
 * standstill, however slow the recording.
 */
export class Watchdog {
  readonly #services: ChipServices;
  readonly #limitCycles: number;
  readonly #handler: number;
  #ticket: number | null = null;
  #heldUntil = 0;

  /** `describe` says what the chip is doing, for the error. */
  constructor(limitCycles: number, services: ChipServices, describe: () => string) {
    this.#services = services;
    this.#limitCycles = limitCycles;
    this.#handler = services.queue.register(() => {
      this.#ticket = null;
      throw new Error(
        `chip: no core has finished anything for ${limitCycles} cycles, at cycle ${services.queue.now}; ${describe()}; look for a part that waits for another, or raise the watchdog`,
      );
    });
  }

  /** Something is done, or begins: the count starts anew. */
  kick(): void {
    const { queue } = this.#services;
    this.rest();
    const tick = Math.max(queue.now, this.#heldUntil) + this.#limitCycles;
    this.#ticket = queue.schedule(tick, tickPhases.watchdog, this.#handler, 0, 0);
  }

  /** The last event of a sample comes at this tick: the count does not start before. */
  holdUntil(tick: number): void {
    this.#heldUntil = tick;
    this.kick();
  }

  /** Nothing is in flight. */
  rest(): void {
    if (this.#ticket !== null) this.#services.queue.cancel(this.#ticket);
    this.#ticket = null;
  }
}
