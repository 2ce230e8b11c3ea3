import { AccessLedger } from '../../ledger/access-ledger.js';
import type { LedgerRow, RunKind } from '../../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { coresOf } from './cores.js';
import { countDelta, countDeltaTransfer, countSoftmax, countSoftmaxTransfer } from './delta.js';
import { countDelayedErrors, countFeedback, type CounterAt } from './feedback.js';
import { countForward, countRouting } from './forward.js';
import { countLearning } from './update.js';
import { homesOf, isHome } from '../image/layer-parts.js';
import { needsDelta } from '../image/learning-layers.js';

/** Measured totals of one core over all samples of one kind of run. */
export interface PartActivity {
  /** Σ A_{i−1}: events delivered to it, in `dense` mode those of value 0 too. */
  readonly deliveredEventCount: number;
  /** Σ V: visits of the delivered events (docs/spec.md §2.10); of a fully-connected layer as many as events. */
  readonly deliveredVisitCount: number;
  /** Σ A*_{i−1}: those of them with a value other than 0. */
  readonly nonZeroEventCount: number;
  /** Synapse words written; 0 in inference. */
  readonly writtenWordCount: number;
}

/** How the events of a layer spread over cores (docs/spec.md §7). */
export interface LayerTraffic {
  /** Σ over the samples of the most events, and the most visits, that an axon part had in the sample. */
  readonly slowestEventCount: number;
  readonly slowestVisitCount: number;
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

/** What was measured of one kind of run: all that the closed forms need besides the image. */
export interface RunActivity {
  readonly run: RunKind;
  /** A pass that only measures delayed errors: forward, and nothing is learned (docs/spec.md §2.9). Absent: it is none. */
  readonly isMeasuring?: boolean;
  readonly sampleCount: number;
  /** Steps taken (docs/spec.md §2.11); 0 where no layer learns in steps. */
  readonly stepCount: number;
  /** One entry a layer, in order. */
  readonly layers: readonly LayerActivity[];
}

/**
 * Every home reads its y, the first one gets those of the others, finds the largest and sends its class. Implements:
 * docs/spec.md §4.2, §7 (output layer of several homes).
 */
function countReadout(
  image: ChipImage,
  output: LayerImage,
  sampleCount: number,
  countAt: CounterAt,
): void {
  const { layer, organisation, outputFormat } = output;
  for (const { core, columnCount, homeHops } of homesOf(output)) {
    const count = countAt({ layer, core });
    const words = ceilDiv(columnCount, organisation.outputsPerWord);
    count('readout', 'neurons.read', organisation.wordBits.neurons, sampleCount * words);
    count('readout', 'router.hop', image.eventBits, sampleCount * homeHops * columnCount);
  }
  const count = countAt(output);
  const comparisons = sampleCount * (image.classCount - 1);
  count('readout', 'datapath.compare', outputFormat.totalBits, comparisons);
  count('readout', 'io.eventOut', image.labelBits, sampleCount);
}

/** The rows of one layer in all its cores. */
function countLayer(
  image: ChipImage,
  activity: RunActivity,
  layer: LayerImage,
  countAt: CounterAt,
): void {
  const { run, sampleCount, stepCount, isMeasuring = false } = activity;
  const measured = elementAt(activity.layers, layer.layer - 1, 'activity');
  const above = image.layers[layer.layer];
  const leaving = activity.layers[layer.layer];
  const isLearning = run === 'training' && !isMeasuring && needsDelta(image, layer);
  for (const [index, core] of coresOf(layer).entries()) {
    const count = countAt(core.own);
    const ofCore =
      measured.parts === null ? measured : elementAt(measured.parts, index, 'activity of parts');
    const totals = { ...ofCore, run, sampleCount, stepCount };
    countForward(image, core, totals, count);
    if (isHome(core.part) && above !== undefined && leaving !== undefined) {
      const routeEvents = leaving.traffic?.routeEventCounts ?? [leaving.deliveredEventCount];
      countRouting(image, core.part, above, routeEvents, count);
    }
    if (!isLearning) continue;
    if (isHome(core.part)) {
      if (above !== undefined) countFeedback(image, layer, core, sampleCount, countAt);
      countDelta(image, core.own, sampleCount, count);
      countDeltaTransfer(image, core, sampleCount, count);
    }
    countLearning(image, core, totals, count);
  }
}

/**
 * All ledger rows of a run but those of cycles, from measured activity. Implements: docs/spec.md §4.2, §4.5, §7.
 * Rows of equal key are merged, rows of 0 left out, canonical order.
 */
export function closedFormCounts(
  image: ChipImage,
  activities: readonly RunActivity[],
): readonly LedgerRow[] {
  const ledger = new AccessLedger();
  for (const activity of activities) {
    const { run, sampleCount } = activity;
    const countAt: CounterAt =
      ({ layer, core }) =>
      (phase, componentAction, bits, count) => {
        ledger.counter({ run, phase, layer, core, componentAction, bits }).add(count);
      };
    const outside = countAt({ layer: null, core: null });
    const arriving = elementAt(activity.layers, 0, 'activity').deliveredEventCount;
    outside('forward', 'io.eventIn', image.eventBits, arriving);
    const isMeasuring = activity.isMeasuring === true;
    if (run === 'training') {
      outside('feedback', 'io.label', image.labelBits, sampleCount);
      countDelayedErrors(image, sampleCount, isMeasuring, outside);
    }
    for (const layer of image.layers) {
      countLayer(image, activity, layer, countAt);
      if (!layer.isOutput) continue;
      if (run === 'inference') countReadout(image, layer, sampleCount, countAt);
      else {
        countSoftmax(image, layer, { sampleCount, isMeasuring }, countAt(layer));
        countSoftmaxTransfer(image, layer, { sampleCount, isMeasuring }, countAt);
      }
    }
  }
  return ledger.rows();
}
