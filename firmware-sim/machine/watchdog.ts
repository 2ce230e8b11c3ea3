import { TrapSignal } from './trap.js';

/**
 * Stops a program that makes no progress, by one limit n (WATCHDOG_LIMIT) in three ways: a sleep longer than n cycles, more than n
 * instructions in a row without a command, more than n commands in a row without a sample released or an epoch ended. Samples
 * and epochs are finite, so no program runs for ever.
 *
 * Implements: firmware-sim/README.md §7.
 */
export class Watchdog {
  #limit: number;
  #sleepCycles = 0;
  #instructionCount = 0;
  #commandCount = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
  }

  /** Cycles a sleep may still last; 0 where it has lasted too long. */
  get remainingSleepCycles(): number {
    return Math.max(0, this.#limit - this.#sleepCycles);
  }

  wake(): void {
    this.#sleepCycles = 0;
  }

  /** Before a sleep goes on. @throws TrapSignal where it has lasted as long as the limit. */
  checkSleep(awaited: string): void {
    if (this.remainingSleepCycles > 0) return;
    throw new TrapSignal(
      'watchdog',
      `waited ${this.#sleepCycles} cycles for ${awaited}; WATCHDOG_LIMIT is ${this.#limit}`,
    );
  }

  sleep(cycles: number): void {
    this.#sleepCycles += cycles;
  }

  /** Before each instruction. @throws TrapSignal where as many as the limit ran without a command. */
  instruction(): void {
    if (this.#instructionCount >= this.#limit) {
      throw new TrapSignal(
        'watchdog',
        `${this.#instructionCount} instructions without a command to the chip; WATCHDOG_LIMIT is ${this.#limit}`,
      );
    }
    this.#instructionCount += 1;
  }

  /** A START_* that started something. @throws TrapSignal where as many as the limit did without a sample between them. */
  command(): void {
    this.#instructionCount = 0;
    if (this.#commandCount >= this.#limit) {
      throw new TrapSignal(
        'watchdog',
        `${this.#commandCount} commands without a sample released or an epoch ended; WATCHDOG_LIMIT is ${this.#limit}`,
      );
    }
    this.#commandCount += 1;
  }

  /** INPUT_ACK or EPOCH_END was accepted. */
  progress(): void {
    this.#instructionCount = 0;
    this.#commandCount = 0;
  }
}
