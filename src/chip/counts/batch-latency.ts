import { factsOf } from '../../network/rule-facts.js';
import { elementAt } from '../../numerics/integer.js';
import { learnedEvents, learnedSamples, type RunActivity } from '../image/activity.js';
import type { ChipImage } from '../image/chip-image.js';
import { updatesAtOnce } from '../image/learning-layers.js';
import { layerCycles } from './cycles.js';

/** Cycles of one batch of a locked rule, from its first event to the last weight written; all samples taken as their mean. */
export interface BatchLatency {
  /** Samples of the batch. */
  readonly samples: number;
  /** One sample after the other, then the step. */
  readonly serialCycles: number;
  /** Samples follow each other through the layers: forward passes, then errors and gradients, then the step. */
  readonly pipelinedCycles: number;
}

/** Cycles of a layer for one sample, forward and back, and for a step. */
interface Stage {
  readonly forward: number;
  readonly backward: number;
  readonly step: number;
}

function stagesOf(image: ChipImage, activity: RunActivity): readonly Stage[] {
  const samples = activity.sampleCount;
  const learned = learnedSamples(activity);
  return image.layers.map((layer, index) => {
    const measured = elementAt(activity.layers, index, 'activity');
    const { traffic } = measured;
    const visits = traffic?.slowestVisitCount ?? measured.deliveredVisitCount;
    const events = traffic?.slowestEventCount ?? measured.deliveredEventCount;
    const learnedVisits = learnedEvents(measured).deliveredVisitCount;
    const share = learned === 0 ? 0 : learnedVisits / measured.deliveredVisitCount;
    const cyclesOf = (stepCount: number) => {
      const phases = layerCycles(
        image,
        layer,
        { run: 'training' },
        {
          sampleCount: 1,
          learnedCount: learned / samples,
          eventCount: events / samples,
          visitCount: visits / samples,
          learnedVisitCount: (share * visits) / samples,
          sharedCount: 0,
          uncoveredCycles: 0,
          flushCount: 0,
          stepCount,
        },
      );
      const sum = (isForward: boolean): number =>
        phases
          .filter(({ phase }) => (phase === 'forward') === isForward)
          .reduce((total, { cycles }) => total + cycles, 0);
      return { forward: sum(true), backward: sum(false) };
    };
    const { forward, backward } = cyclesOf(0);
    return { forward, backward, step: cyclesOf(1).backward - backward };
  });
}

/**
 * Latency of a batch; null: a batch is one sample, nothing was trained, or the rule is not locked. Implements: docs/spec.md §8 (a
 * batch of a locked rule).
 * @param repeats equal layers that each layer stands for, itself included; left out: 1.
 */
export function batchLatency(
  image: ChipImage,
  activity: RunActivity,
  repeats: readonly number[] = [],
): BatchLatency | null {
  const { batchSize: samples } = image;
  if (samples === 1 || activity.sampleCount === 0 || updatesAtOnce(image)) return null;
  const stages = stagesOf(image, activity);
  const sum = (of: (stage: Stage) => number): number =>
    stages.reduce((total, stage, index) => total + (repeats[index] ?? 1) * of(stage), 0);
  const most = (of: (stage: Stage) => number): number => Math.max(...stages.map(of));
  const [forward, backward] = [
    ({ forward: cycles }: Stage) => cycles,
    ({ backward: cycles }: Stage) => cycles,
  ];
  const step = ({ step: cycles }: Stage): number => cycles;
  const isChain = factsOf(image.rule.kind).waitsFor === 'nextLayer';
  const back = isChain ? sum(backward) + (samples - 1) * most(backward) : samples * most(backward);
  return {
    samples,
    serialCycles: samples * (sum(forward) + sum(backward)) + sum(step),
    pipelinedCycles: sum(forward) + (samples - 1) * most(forward) + back + most(step),
  };
}
