import { elementAt } from '../../numerics/integer.js';
import { learnedEvents, learnedSamples, type RunActivity } from '../image/activity.js';
import type { ChipImage } from '../image/chip-image.js';
import { layerCycles } from './cycles.js';

/** Cycles of a layer, all samples of a training together, and those of one step. */
export interface BatchStage {
  /** Forward passes, routing included. */
  readonly forward: number;
  /** Error signals and gradients. */
  readonly backward: number;
  readonly step: number;
}

/** What the latency of a batch is made of, layer by layer. Implements: docs/spec.md §8 (a batch of a locked rule). */
export function batchStages(image: ChipImage, activity: RunActivity): readonly BatchStage[] {
  const { sampleCount } = activity;
  return image.layers.map((layer, index) => {
    const measured = elementAt(activity.layers, index, 'activity');
    const { traffic, deliveredEventCount, deliveredVisitCount } = measured;
    const work = {
      sampleCount,
      learnedCount: learnedSamples(activity),
      eventCount: traffic?.slowestEventCount ?? deliveredEventCount,
      visitCount: traffic?.slowestVisitCount ?? deliveredVisitCount,
      learnedVisitCount:
        traffic === null
          ? learnedEvents(measured).deliveredVisitCount
          : traffic.slowestVisitCount - (traffic.skippedSlowestVisitCount ?? 0),
      sharedCount: 0,
      uncoveredCycles: 0,
      flushCount: 0,
    };
    const cyclesOf = (stepCount: number, isForward: boolean): number =>
      layerCycles(image, layer, { run: 'training' }, { ...work, stepCount })
        .filter(({ phase }) => (phase === 'forward') === isForward)
        .reduce((total, { cycles }) => total + cycles, 0);
    const backward = cyclesOf(0, false);
    return { forward: cyclesOf(0, true), backward, step: cyclesOf(1, false) - backward };
  });
}
