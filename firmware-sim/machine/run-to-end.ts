import type { Machine } from './machine.js';
import type { StepRecord } from './step-record.js';

/**
 * Steps a machine until its program has halted or trapped. Every program ends: the watchdog sees to it as long as the
 * chip offers finitely many samples and epochs.
 * @param idleCycles cycles from the given one in which nothing happens on the chip, at least 1: how far a sleeping
 * machine may go in one step; a chip that does not know says 1
 * @param observe is told every step, for traces
 */
export function runToEnd(
  machine: Machine,
  idleCycles: (cycle: number) => number,
  observe: (record: StepRecord) => void,
): void {
  while (machine.state === 'running' || machine.state === 'asleep') {
    observe(machine.step(idleCycles(machine.cycle)));
  }
}
