import type { LayerImage } from '../../chip/image/chip-image.js';
import { type BesideSteps, besideSteps, uncoveredBetween } from '../../chip/image/visit-cycles.js';

/** X of one core in a run (docs/spec.md §5.1), mean over the samples that are learned from, and the steps that it depends on. */
export interface MeasuredUncovered {
  readonly cyclesPerSample: number;
  readonly steps: BesideSteps;
}

/** What X depends on besides a core's steps. */
interface UncoveredBasis {
  /** Samples that are learned from. */
  readonly learnedCount: number;
  readonly flushCount: number;
  /** Events delivered. */
  readonly eventsPerSample: number;
  /** All samples have the same events. */
  readonly isDense: boolean;
  /** Those of the layer in a run with the same events. */
  readonly measured: readonly MeasuredUncovered[];
}

/** The measured one of a core of the same steps; null: there is none. */
function measuredFor(own: LayerImage, measured: readonly MeasuredUncovered[]): number | null {
  const { biasCycles, fetchCycles, visitCycles, rowCycles } = besideSteps(own);
  const found = measured.find(
    ({ steps }) =>
      steps.biasCycles === biasCycles &&
      steps.fetchCycles === fetchCycles &&
      steps.visitCycles === visitCycles &&
      steps.rowCycles === rowCycles,
  );
  return found?.cyclesPerSample ?? null;
}

/**
 * X of a core (docs/spec.md §5.1): that of a core of the same steps in the run that gives the activity; else as if every sample had the
 * mean number of events and shared none with the one before, which leaves out waits for rows.
 * @param own its part as a layer of its own
 */
export function uncoveredCycles(own: LayerImage, basis: UncoveredBasis): number {
  const { learnedCount, flushCount, eventsPerSample, isDense, measured } = basis;
  const known = measuredFor(own, measured);
  if (known !== null) return Math.round(known * learnedCount);
  const steps = besideSteps(own);
  const between = uncoveredBetween(steps, eventsPerSample, isDense);
  const followed = Math.max(0, learnedCount - flushCount);
  return Math.round(followed * between + flushCount * eventsPerSample * steps.rowCycles);
}

/** Whether X of a layer is measured on a core like its slowest. */
export function knowsUncovered(own: LayerImage, measured: readonly MeasuredUncovered[]): boolean {
  return measuredFor(own, measured) !== null;
}
