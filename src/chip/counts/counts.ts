import { AccessLedger } from '../../ledger/access-ledger.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../../numerics/integer.js';
import { learnedEvents, learnedSamples, type RunActivity } from '../image/activity.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { withFrozen } from '../image/upkeep/frozen-image.js';
import { coresOf } from './cores.js';
import {
  countDelta,
  countDeltaTransfer,
  countOutputErrors,
  countSoftmax,
  countSoftmaxTransfer,
} from './delta.js';
import {
  countDelayedErrors,
  countFeedback,
  countRateProducts,
  type CounterAt,
} from './feedback.js';
import { countFeedbackUpdates, countGates } from './feedback-upkeep.js';
import { countForward, countRouting } from './forward.js';
import { countLearning } from './update.js';
import { homesOf, isHome } from '../image/layer-parts.js';
import { needsDelta } from '../image/learning-layers.js';

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
  const isTraining = run === 'training' && !isMeasuring;
  const isLearning = isTraining && needsDelta(image, layer);
  const learnedCount = learnedSamples(activity);
  countFeedbackUpdates(image, layer, activity, countAt);
  for (const [index, core] of coresOf(layer).entries()) {
    const count = countAt(core.own);
    const ofCore =
      measured.parts === null ? measured : elementAt(measured.parts, index, 'activity of parts');
    countForward(image, core, { ...ofCore, run, sampleCount }, count);
    if (isHome(core.part) && above !== undefined && leaving !== undefined) {
      const routeEvents = leaving.traffic?.routeEventCounts ?? [leaving.deliveredEventCount];
      countRouting(image, core.part, above, routeEvents, count);
    }
    if (isTraining && layer.isOutput && isHome(core.part)) {
      countOutputErrors(image, core.own, { sampleCount, learnedCount }, count);
    }
    if (isTraining && isHome(core.part)) countGates(image, layer, core, sampleCount, count);
    if (!isLearning) continue;
    if (isHome(core.part)) {
      if (above !== undefined) countFeedback(image, layer, core, learnedCount, countAt);
      countDelta(image, core.own, learnedCount, count);
      countDeltaTransfer(image, core, learnedCount, count);
    }
    const learned = { ...ofCore, ...learnedEvents(ofCore), sampleCount: learnedCount, stepCount };
    countLearning(image, core, learned, count);
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
    const own = withFrozen(image, activity.frozenLayers);
    if (run === 'training' && !isMeasuring) countRateProducts(own, sampleCount, outside);
    for (const layer of own.layers) {
      countLayer(own, activity, layer, countAt);
      if (!layer.isOutput) continue;
      if (run === 'inference') countReadout(own, layer, sampleCount, countAt);
      else {
        countSoftmax(own, layer, { sampleCount, isMeasuring }, countAt(layer));
        countSoftmaxTransfer(own, layer, { sampleCount, isMeasuring }, countAt);
      }
    }
  }
  return ledger.rows();
}
