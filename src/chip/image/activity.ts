import type { RunKind } from '../../ledger/ledger-row.js';

/** Events of some of the training samples: of those that were learned from, or of those that were not (docs/spec.md §2.15). */
export interface TrainedEvents {
  readonly deliveredEventCount: number;
  readonly deliveredVisitCount: number;
  readonly nonZeroEventCount: number;
  /** Visits of the latter; absent: not counted. */
  readonly nonZeroVisitCount?: number;
}

/** Nothing was skipped. */
const noTrainedEvents: TrainedEvents = {
  deliveredEventCount: 0,
  deliveredVisitCount: 0,
  nonZeroEventCount: 0,
};

/** Measured totals of one core over all samples of one kind of run. */
export interface PartActivity {
  /** Σ A_{i−1}: events delivered to it, in `dense` mode those of value 0 too. */
  readonly deliveredEventCount: number;
  /** Σ V: visits of the delivered events (docs/spec.md §2.10); of a fully-connected layer as many as events. */
  readonly deliveredVisitCount: number;
  /** Σ A*_{i−1}: those of them with a value other than 0. */
  readonly nonZeroEventCount: number;
  /** Their visits, which change results; those of events of value 0 do not. Absent: not counted. */
  readonly nonZeroVisitCount?: number;
  /**
   * S: events that the training sample before had at the same axon, nothing having flushed between them (docs/spec.md §5.1);
   * 0 in inference, in measuring passes and where the layer does not learn event by event.
   */
  readonly sharedEventCount: number;
  /**
   * X: cycles that rows of an update would last longer than the forward pass of the next sample, summed over the training samples,
   * on cores of this organisation with schedule beside (docs/spec.md §5.1), whatever schedule they have; 0 where S is. Of a layer
   * that spans cores those of its slowest. Absent: not known.
   */
  readonly uncoveredCycleCount?: number;
  /** Absent: every sample was learned from. */
  readonly skipped?: TrainedEvents;
  /** Synapse words written; 0 in inference. */
  readonly writtenWordCount: number;
}

/** How the events of a layer spread over cores (docs/spec.md §7). */
export interface LayerTraffic {
  /** Σ over the samples of the most events, and the most visits, that an axon part had in the sample. */
  readonly slowestEventCount: number;
  readonly slowestVisitCount: number;
  /** Of `slowestVisitCount`, those of training samples that were not learned from; absent: 0. */
  readonly skippedSlowestVisitCount?: number;
  /** Σ of the events of each route, in the order of `eventRoutes`. */
  readonly routeEventCounts: readonly number[];
}

/**
 * Measured totals of one layer. Where it spans cores an event counts once, however many cores it goes to, and written
 * words are those of all cores.
 */
export interface LayerActivity extends PartActivity {
  /** 1…k. */
  readonly layer: number;
  /** Each of its cores, in the order of the parts; null: the layer is on one core. */
  readonly parts: readonly PartActivity[] | null;
  /** Null: all its events come from one core, or the pins, and go to one axon part. */
  readonly traffic: LayerTraffic | null;
}

/** Updates of B by kind. */
export interface FeedbackUpdateCounts {
  readonly redrawn: number;
  readonly transported: number;
}

/** What was measured of one kind of run: all that the closed forms need besides the image. */
export interface RunActivity {
  readonly run: RunKind;
  /** A pass that only measures delayed errors: forward, and nothing is learned (docs/spec.md §2.9). Absent: it is none. */
  readonly isMeasuring?: boolean;
  readonly sampleCount: number;
  /** Training samples of them that were not learned from (docs/spec.md §2.15); absent: 0. */
  readonly skippedSampleCount?: number;
  /** Steps taken (docs/spec.md §2.11); 0 where no layer learns in steps. */
  readonly stepCount: number;
  /** Times that what waits of an update was done at once (docs/spec.md §5.1); 0 but in training. */
  readonly flushCount: number;
  /** Layers that kept their weights, beside those that are frozen in the image (docs/spec.md §2.17); absent: none. */
  readonly frozenLayers?: readonly number[];
  /** How often B was changed between epochs (docs/spec.md §2.16); absent: never. */
  readonly feedbackUpdates?: FeedbackUpdateCounts;
  /** One entry a layer, in order. */
  readonly layers: readonly LayerActivity[];
  /** Cycles by which events that come in time made the samples longer, all together (docs/spec.md §9); absent: 0. */
  readonly inputWaitCycles?: number;
}

/** Samples of a training run that were learned from. */
export function learnedSamples({ sampleCount, skippedSampleCount = 0 }: RunActivity): number {
  return sampleCount - skippedSampleCount;
}

/** Events, visits and events of a value other than 0 that an update met: of the samples that were learned from. */
export function learnedEvents(activity: PartActivity): TrainedEvents {
  const { skipped = noTrainedEvents } = activity;
  return {
    deliveredEventCount: activity.deliveredEventCount - skipped.deliveredEventCount,
    deliveredVisitCount: activity.deliveredVisitCount - skipped.deliveredVisitCount,
    nonZeroEventCount: activity.nonZeroEventCount - skipped.nonZeroEventCount,
    ...(activity.nonZeroVisitCount === undefined
      ? {}
      : { nonZeroVisitCount: activity.nonZeroVisitCount - (skipped.nonZeroVisitCount ?? 0) }),
  };
}
