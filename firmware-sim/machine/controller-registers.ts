import type {
  ControllerRegisterName,
  WritableControllerRegisterName,
} from '../registers/register-map.js';
import { TrapSignal } from './trap.js';
import type { Watchdog } from './watchdog.js';

const cycleWord = 0x1_0000_0000;

/** The registers that the controller holds itself: version, counters, timer, limit of the watchdog, cause of the trap. */
export class ControllerRegisters {
  readonly #watchdog: Watchdog;
  #sampleCount = 0;
  /** Cycle in which the timer runs out; null while it is off. */
  #timerEnd: number | null = null;
  trapCode = 0;

  constructor(watchdog: Watchdog) {
    this.#watchdog = watchdog;
  }

  /** `count`. */
  countSample(): void {
    this.#sampleCount = (this.#sampleCount + 1) >>> 0;
  }

  /** Cycles until EVENT_TIMER goes up: 0 when it is up, null while the timer is off. */
  timerRemaining(cycle: number): number | null {
    return this.#timerEnd === null ? null : Math.max(0, this.#timerEnd - cycle);
  }

  /** @param resetValue what a register that never changes reads as */
  read(name: ControllerRegisterName, resetValue: number, cycle: number): number {
    switch (name) {
      case 'SAMPLE_COUNT':
        return this.#sampleCount;
      case 'CYCLE_LOW':
        return cycle % cycleWord;
      case 'CYCLE_HIGH':
        return upperHalf(cycle);
      case 'TIMER':
        return this.timerRemaining(cycle) ?? 0;
      case 'WATCHDOG_LIMIT':
        return this.#watchdog.limit;
      case 'TRAP_CAUSE':
        return this.trapCode;
      case 'ID':
      case 'VERSION':
        return resetValue;
    }
  }

  /** @throws TrapSignal for a limit of 0 */
  write(name: WritableControllerRegisterName, value: number, cycle: number): void {
    switch (name) {
      case 'SAMPLE_COUNT':
        this.#sampleCount = value;
        return;
      case 'TIMER':
        this.#timerEnd = value === 0 ? null : cycle + value;
        return;
      case 'WATCHDOG_LIMIT':
        if (value === 0) {
          throw new TrapSignal(
            'valueOutOfRange',
            'WATCHDOG_LIMIT = 0 would switch the watchdog off; allowed are 1..0xffffffff',
          );
        }
        this.#watchdog.limit = value;
        return;
    }
  }
}

/** Bits 63–32 of a count of cycles below 2^53. */
function upperHalf(cycle: number): number {
  return Number(BigInt(cycle) >> 32n);
}
