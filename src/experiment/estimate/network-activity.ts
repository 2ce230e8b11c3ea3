import type { ChipImage, LayerImage, LayerPart } from '../../chip/image/chip-image.js';
import type {
  FeedbackUpdateCounts,
  LayerActivity,
  LayerTraffic,
  PartActivity,
  RunActivity,
  TrainedEvents,
} from '../../chip/image/activity.js';
import {
  columnCount,
  learnsByEvents,
  learnsInSteps,
  rowCount,
} from '../../chip/image/layer-geometry.js';
import { axonPartsOf, partLayer, partsOf } from '../../chip/image/layer-parts.js';
import { withFrozen } from '../../chip/image/upkeep/frozen-image.js';
import { learns } from '../../chip/image/learning-layers.js';
import { isFused } from '../../chip/image/update-order.js';
import { totalVisits } from '../../chip/image/total-visits.js';
import { type InputTime, inTime } from '../file/input-time.js';
import { type FreezeSpan, freezePhases } from '../../network/freeze.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../../numerics/integer.js';
import { evenSpread, measuredSpread, type PartShare } from './cores-activity.js';
import { type MeasuredUncovered, uncoveredCycles } from './uncovered-cycles.js';
import { isCutAlike, isSpread, type MeasuredCut } from './measured-cut.js';

/** Events that enter a layer per sample, mean: values that are events, whether or not others are delivered too. */
export interface LayerEvents {
  readonly eventsPerSample: number;
  /** Visits of these events (docs/spec.md §2.10). */
  readonly visitsPerSample: number;
  /**
   * Those of the events that the sample before had too, in training, per sample that is learned from (docs/spec.md §5.1); null: not known.
   */
  readonly sharedPerSample: number | null;
  /** X of the cores of a run (docs/spec.md §5.1), in training; absent: not known. */
  readonly uncovered?: readonly MeasuredUncovered[];
  /** How they spread over the cores of a run; null: not known, or there was nothing to spread over. */
  readonly cut: MeasuredCut | null;
}

/** Training samples that are not learned from (docs/spec.md §2.15), as fractions. */
export interface SkippedShare {
  readonly samples: number;
  /** Of the events that enter a layer those of such samples, one entry per layer. */
  readonly events: readonly number[];
}

/** How active a network is, whatever chip it is on and whichever rule it learns by. */
export interface NetworkActivity {
  readonly epochs: number;
  /** Training samples of an epoch. */
  readonly samplesPerEpoch: number;
  readonly inferenceSamples: number;
  /** Times that a chip which puts updates off has to do what waits (docs/spec.md §5.1). */
  readonly flushes: number;
  /** One entry per layer in order, here and below. */
  readonly training: readonly LayerEvents[];
  readonly inference: readonly LayerEvents[];
  /** Of a pass that only measures delayed errors. */
  readonly measuring: readonly LayerEvents[];
  /**
   * Fraction of the synapse words that the updates of a layer meet and change: those that a chip with write gating
   * writes. Null: not known.
   */
  readonly changedWords: readonly number[] | null;
  /** Absent: every sample is learned from. */
  readonly skipped?: SkippedShare;
  /** How long samples wait for their events; null: they are there at once, or their times are not known. */
  readonly inputTime: InputTime;
}

/** Samples that the counts of a run are totals over. */
export function samplesOf({
  epochs,
  samplesPerEpoch,
  inferenceSamples,
}: NetworkActivity): Readonly<Record<RunKind, number>> {
  return { training: epochs * samplesPerEpoch, inference: inferenceSamples };
}

/** One run of the network on a chip. */
interface Run {
  readonly run: RunKind;
  readonly isMeasuring: boolean;
  readonly sampleCount: number;
  readonly flushCount: number;
  readonly events: readonly LayerEvents[];
  /** Null: nothing is skipped. */
  readonly skipped: SkippedShare | null;
}

/** Samples of a run that are not learned from. */
function skippedSamples({ sampleCount, skipped }: Run): number {
  return Math.round((skipped?.samples ?? 0) * sampleCount);
}

/** Events of skipped samples among those of a layer or a core of it; nothing where none is skipped. */
function skippedEvents(
  { skipped }: Run,
  layer: LayerImage,
  events: TrainedEvents,
): Pick<PartActivity, 'skipped'> {
  if (skipped === null) return {};
  const share = elementAt(skipped.events, layer.layer - 1, 'skipped events');
  return {
    skipped: {
      deliveredEventCount: Math.round(share * events.deliveredEventCount),
      deliveredVisitCount: Math.round(share * events.deliveredVisitCount),
      nonZeroEventCount: Math.round(share * events.nonZeroEventCount),
    },
  };
}

/** Likewise for the slowest axon part. */
function withSkipped({ skipped }: Run, layer: LayerImage, traffic: LayerTraffic): LayerTraffic {
  if (skipped === null) return traffic;
  const share = elementAt(skipped.events, layer.layer - 1, 'skipped events');
  return {
    ...traffic,
    skippedSlowestVisitCount: Math.round(share * traffic.slowestVisitCount),
  };
}

/** Columns and rows of the array that a layer, or one core of it, has. */
interface ArrayShape {
  readonly columns: number;
  readonly rows: number;
}

/** Synapse words that the updates of an array write (docs/spec.md §4.2, §4.5). */
function writtenWords(
  image: ChipImage,
  layer: LayerImage,
  { columns, rows }: ArrayShape,
  { visits, stepCount }: { readonly visits: number; readonly stepCount: number },
  changedFraction: number,
): number {
  const rowWords = ceilDiv(columns, layer.organisation.weightsPerWord);
  const words = (learnsInSteps(image, layer) ? stepCount * rows : visits) * rowWords;
  return layer.organisation.hasWordWriteGating ? Math.round(words * changedFraction) : words;
}

/** The cut of the run that measured these events, where it tells how they spread here; else null. */
function usableCut(image: ChipImage, layer: LayerImage, events: LayerEvents): MeasuredCut | null {
  const { cut, eventsPerSample } = events;
  if (cut === null) return null;
  const delivered = image.isDense ? layer.inputCount : eventsPerSample;
  return cut.eventsPerSample === delivered && isCutAlike(image, layer, cut) ? cut : null;
}

/** S (docs/spec.md §5.1); 0 where it is not known. With `dense` every sample shares all inputs with the one before. */
function sharedEvents(
  image: ChipImage,
  layer: LayerImage,
  ofRun: Run,
  { sharedPerSample }: LayerEvents,
): number {
  const { run, isMeasuring, sampleCount, flushCount } = ofRun;
  const learnedCount = sampleCount - skippedSamples(ofRun);
  if (run === 'inference' || isMeasuring || !learnsByEvents(image, layer)) return 0;
  if (image.isDense) return layer.inputCount * Math.max(0, learnedCount - flushCount);
  return Math.round((sharedPerSample ?? 0) * learnedCount);
}

/** All events of a layer in a run. */
function layerTotals(image: ChipImage, layer: LayerImage, ofRun: Run, ofLayer: LayerEvents) {
  const { sampleCount } = ofRun;
  const nonZeroEventCount = Math.round(ofLayer.eventsPerSample * sampleCount);
  const nonZeroVisits = Math.round(ofLayer.visitsPerSample * sampleCount);
  const { isDense } = image;
  return {
    deliveredEventCount: isDense ? sampleCount * layer.inputCount : nonZeroEventCount,
    deliveredVisitCount: isDense ? sampleCount * totalVisits(layer) : nonZeroVisits,
    nonZeroEventCount,
    sharedEventCount: sharedEvents(image, layer, ofRun, ofLayer),
  };
}

/** X of a core (docs/spec.md §5.1); 0 where S is. `own`: its part as a layer of its own. */
function uncoveredOf(
  image: ChipImage,
  own: LayerImage,
  ofRun: Run,
  { uncovered = [] }: LayerEvents,
  deliveredEventCount: number,
): number {
  const { run, isMeasuring, sampleCount, flushCount } = ofRun;
  const layer = elementAt(image.layers, own.layer - 1, 'layers');
  const isLearning = run === 'training' && !isMeasuring && sampleCount > 0;
  if (!isLearning || !learnsByEvents(image, layer) || axonPartsOf(layer).length > 1) return 0;
  const { isDense } = image;
  const learnedCount = sampleCount - skippedSamples(ofRun);
  const eventsPerSample = deliveredEventCount / sampleCount;
  const basis = { learnedCount, flushCount, eventsPerSample, isDense, measured: uncovered };
  return uncoveredCycles(own, basis);
}

/** Visits whose words an update may write: those of rows of value 0 only where the chip does not look whether they changed. */
function updateVisits(
  layer: LayerImage,
  { skipped }: Run,
  part: Pick<PartShare, 'deliveredVisitCount' | 'nonZeroVisitCount'>,
): number {
  const { hasWordWriteGating } = layer.organisation;
  const met = hasWordWriteGating ? part.nonZeroVisitCount : part.deliveredVisitCount;
  return met - Math.round(met * (skipped?.events[layer.layer - 1] ?? 0));
}

function layerActivity(
  image: ChipImage,
  layer: LayerImage,
  ofRun: Run,
  changedFraction: number,
  stepCount: number,
): LayerActivity {
  const { run, isMeasuring, sampleCount, events } = ofRun;
  const ofLayer = elementAt(events, layer.layer - 1, 'activity');
  const nonZeroVisitCount = ofLayer.visitsPerSample * sampleCount;
  const totals = layerTotals(image, layer, ofRun, ofLayer);
  const uncovered = (part: LayerPart): number =>
    uncoveredOf(image, partLayer(layer, part), ofRun, ofLayer, totals.deliveredEventCount);
  const isWritten = run === 'training' && !isMeasuring && learns(image, layer);
  const written = (
    shape: ArrayShape,
    part: Pick<PartShare, 'deliveredVisitCount' | 'nonZeroVisitCount' | 'changedWords'>,
  ): number => {
    if (!isWritten) return 0;
    const visits = updateVisits(layer, ofRun, part);
    const changed = part.changedWords ?? changedFraction;
    return writtenWords(image, layer, shape, { visits, stepCount }, changed);
  };
  const cut = usableCut(image, layer, ofLayer);
  const { parts: shares, traffic } =
    cut === null
      ? evenSpread(image, layer, { ...totals, nonZeroVisitCount })
      : measuredSpread(cut, sampleCount, sampleCount - skippedSamples(ofRun));
  const own = {
    layer: layer.layer,
    ...totals,
    uncoveredCycleCount: uncovered(elementAt(partsOf(layer), 0, 'parts')),
    ...skippedEvents(ofRun, layer, totals),
    traffic: traffic && withSkipped(ofRun, layer, traffic),
  };
  if (shares === null || layer.parts === null) {
    const whole = { columns: columnCount(layer), rows: rowCount(layer) };
    const all = { ...totals, nonZeroVisitCount, changedWords: null };
    return { ...own, writtenWordCount: written(whole, all), parts: null };
  }
  const rowsPerAxon = rowCount(layer) / layer.inputCount;
  const parts = layer.parts.map((place, index): PartActivity => {
    const share = elementAt(shares, index, 'parts');
    const { deliveredEventCount, deliveredVisitCount, nonZeroEventCount: nonZero } = share;
    const shape = { columns: place.columnCount, rows: place.axonCount * rowsPerAxon };
    return {
      deliveredEventCount,
      deliveredVisitCount,
      nonZeroEventCount: nonZero,
      sharedEventCount: share.sharedEventCount,
      uncoveredCycleCount: uncovered(place),
      ...skippedEvents(ofRun, layer, share),
      writtenWordCount: written(shape, share),
    };
  });
  const writtenWordCount = parts.reduce((sum, part) => sum + part.writtenWordCount, 0);
  return { ...own, writtenWordCount, parts };
}

/** Whether the events of some layer spread over cores, and no run tells how. */
export function spreadsEvenly(image: ChipImage, activity: NetworkActivity): boolean {
  return [activity.training, activity.inference].some((events) =>
    image.layers.some(
      (layer, index) =>
        isSpread(image, layer) &&
        usableCut(image, layer, elementAt(events, index, 'activity')) === null,
    ),
  );
}

/**
 * Steps of a training (docs/spec.md §2.11): each epoch ends with one for the samples left over. A batch takes none where all of
 * it is skipped (§2.15), as often as chance has it if skipped samples lie anywhere.
 */
function stepsOf(image: ChipImage, activity: NetworkActivity): number {
  const { epochs, samplesPerEpoch, skipped } = activity;
  if (!image.layers.some((layer) => learnsInSteps(image, layer))) return 0;
  const batches = epochs * ceilDiv(samplesPerEpoch, image.batchSize);
  if (skipped === undefined) return batches;
  return Math.round(batches * (1 - skipped.samples ** image.batchSize));
}

/** Whether some core writes only the words that changed, so that their number must be known. */
export function needsChangedWords({ layers }: ChipImage): boolean {
  return layers.some(({ organisation }) => organisation.hasWordWriteGating);
}

/** Whether counts depend on events that neighbouring samples share (docs/spec.md §5.1), and some layer's are not known. */
export function lacksSharedEvents(image: ChipImage, { training }: NetworkActivity): boolean {
  if (image.isDense) return false;
  return image.layers.some(
    (layer, index) => isFused(image, layer) && (training[index]?.sharedPerSample ?? null) === null,
  );
}

/** What a training does beside learning from samples. */
export interface TrainingHistory {
  /** It begins with a pass that only measures delayed errors. */
  readonly isMeasured: boolean;
  /** Changes of B between epochs; absent: none. */
  readonly feedbackUpdates?: FeedbackUpdateCounts;
  /** Epochs in which layers are frozen (docs/spec.md §2.17); absent: none. */
  readonly freeze?: readonly FreezeSpan[];
}

/** What a run of the network on this chip would have measured: all that the closed forms need. */
export function runActivities(
  image: ChipImage,
  activity: NetworkActivity,
  { isMeasured, feedbackUpdates, freeze = [] }: TrainingHistory,
): readonly RunActivity[] {
  const { epochs, samplesPerEpoch, inferenceSamples, flushes } = activity;
  const activityOf = (own: ChipImage, run: Run, stepCount: number): RunActivity => ({
    run: run.run,
    isMeasuring: run.isMeasuring,
    sampleCount: run.sampleCount,
    ...(run.skipped === null ? {} : { skippedSampleCount: skippedSamples(run) }),
    stepCount,
    flushCount: run.flushCount,
    layers: own.layers.map((layer, index) => {
      const changed = activity.changedWords?.[index] ?? 1;
      return layerActivity(own, layer, run, changed, stepCount);
    }),
  });
  const trainings = freezePhases(freeze, epochs).map(({ epochs: ofPhase, frozenLayers }) => {
    const own = withFrozen(image, frozenLayers);
    const training: Run = {
      run: 'training',
      isMeasuring: false,
      sampleCount: ofPhase * samplesPerEpoch,
      flushCount: Math.round((flushes * ofPhase) / epochs),
      events: activity.training,
      skipped: activity.skipped ?? null,
    };
    const steps = stepsOf(own, { ...activity, epochs: ofPhase });
    const counted = activityOf(own, training, steps);
    return frozenLayers.length === 0 ? counted : { ...counted, frozenLayers };
  });
  const measuring: Run = {
    run: 'training',
    isMeasuring: true,
    sampleCount: samplesPerEpoch,
    flushCount: 0,
    events: activity.measuring,
    skipped: null,
  };
  const inference: Run = {
    run: 'inference',
    isMeasuring: false,
    sampleCount: inferenceSamples,
    flushCount: 0,
    events: activity.inference,
    skipped: null,
  };
  const runs = [
    ...trainings.map((training, phase) =>
      phase > 0 || feedbackUpdates === undefined ? training : { ...training, feedbackUpdates },
    ),
    ...(isMeasured ? [activityOf(image, measuring, 0)] : []),
    activityOf(image, inference, 0),
  ];
  return inTime(runs, activity.inputTime);
}
