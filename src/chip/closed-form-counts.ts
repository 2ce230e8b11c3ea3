import { AccessLedger } from '../ledger/access-ledger.js';
import type { ActionKey, LedgerRow, RunKind } from '../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import type { ChipImage, LayerImage } from './chip-image.js';
import { countDelta, countSoftmax, winnerWords } from './closed-form-delta.js';
import { countDelayedErrors, countFeedback, type Counter } from './closed-form-feedback.js';
import { countGradients, countSteps, mantissaBits } from './closed-form-steps.js';
import { columnCount, learnsInSteps, outputCount, positionCount } from './layer-geometry.js';
import { learns, needsDelta } from './learning-layers.js';

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

/** Events in, h out; in a CONV layer pooled. Implements: docs/spec.md §4.2, §4.5 (phase forward). */
function countForward(
  image: ChipImage,
  activity: RunActivity,
  index: number,
  count: Counter,
): void {
  const layer = elementAt(image.layers, index, 'layers');
  const { neuronCount, organisation, inputFormat, outputFormat } = layer;
  const { wordBits } = organisation;
  const { sampleCount } = activity;
  const measured = elementAt(activity.layers, index, 'activity');
  const visits = measured.deliveredVisitCount;
  const columns = columnCount(layer);
  const samplePositions = sampleCount * positionCount(layer);
  const isTraining = activity.run === 'training';
  if (isTraining && learns(image, layer)) {
    count('forward', 'eventBuffer.write', wordBits.eventBuffer, measured.deliveredEventCount);
  }
  const rowWords = ceilDiv(columns, organisation.weightsPerWord);
  count('forward', 'synapses.read', wordBits.synapses, visits * rowWords);
  const operandBits = Math.max(image.numerics.formats.weight.totalBits, inputFormat.totalBits);
  count('forward', 'datapath.multiplyAccumulate', operandBits, visits * columns);
  if (organisation.accumulate === 'memory') {
    // First the biases are loaded, then every visit reads and writes all partial sums of its position.
    const sumWords =
      (visits + samplePositions) * ceilDiv(columns, organisation.accumulatorsPerWord);
    count('forward', 'neurons.read', wordBits.neurons, sumWords);
    count('forward', 'neurons.write', wordBits.neurons, sumWords);
  }
  const outputWords = samplePositions * ceilDiv(columns, organisation.outputsPerWord);
  count('forward', 'neurons.write', wordBits.neurons, outputWords);
  const biasWords = sampleCount * ceilDiv(columns, organisation.biasesPerWord);
  count('forward', 'bias.read', wordBits.bias, biasWords);
  count('forward', 'activation.lookup', outputFormat.totalBits, sampleCount * neuronCount);
  if (layer.convolution !== null) {
    // The largest of four is found in three comparisons.
    const comparisons = sampleCount * 3 * outputCount(layer);
    count('forward', 'datapath.compare', outputFormat.totalBits, comparisons);
  }
  if (isTraining) {
    count('forward', 'neurons.write', wordBits.neurons, sampleCount * winnerWords(image, layer));
  }
  const leaving = activity.layers[index + 1]?.deliveredEventCount ?? 0;
  count('forward', 'router.hop', image.eventBits, layer.outputHops * leaving);
}

function countReadout(
  image: ChipImage,
  layer: LayerImage,
  sampleCount: number,
  count: Counter,
): void {
  const { organisation } = layer;
  const words = ceilDiv(image.classCount, organisation.outputsPerWord);
  count('readout', 'neurons.read', organisation.wordBits.neurons, sampleCount * words);
  const compareBits = layer.outputFormat.totalBits;
  count('readout', 'datapath.compare', compareBits, sampleCount * (image.classCount - 1));
  count('readout', 'io.eventOut', image.labelBits, sampleCount);
}

/** g where η is no power of two, and what changes weights and biases by it, event by event (docs/spec.md §4.2). */
function countUpdate(image: ChipImage, activity: RunActivity, index: number, count: Counter): void {
  const layer = elementAt(image.layers, index, 'layers');
  const { neuronCount, organisation } = layer;
  const { wordBits } = organisation;
  const { formats, rounding } = image.numerics;
  const { sampleCount } = activity;
  const measured = elementAt(activity.layers, index, 'activity');
  const events = measured.deliveredEventCount;
  if (layer.learningRate.kind === 'factor') {
    const factorBits = Math.max(formats.delta.totalBits, mantissaBits);
    count('update', 'datapath.multiply', factorBits, sampleCount * neuronCount);
  }
  count('update', 'eventBuffer.read', wordBits.eventBuffer, events);
  const words = ceilDiv(neuronCount, organisation.weightsPerWord);
  count('update', 'synapses.read', wordBits.synapses, events * words);
  count('update', 'synapses.write', wordBits.synapses, measured.writtenWordCount);
  const rateBits = (layer.learningRate.kind === 'shift' ? formats.delta : formats.update).totalBits;
  const operandBits = Math.max(rateBits, layer.inputFormat.totalBits);
  count('update', 'datapath.multiplyAccumulate', operandBits, events * neuronCount);
  const weightDraws = rounding.weight === 'stochastic' ? measured.nonZeroEventCount : 0;
  const biasDraws = rounding.bias === 'stochastic' ? sampleCount : 0;
  const draws = (weightDraws + biasDraws) * neuronCount;
  count('update', 'random.draw', image.generator.widthBits, draws);
  const biasWords = sampleCount * ceilDiv(neuronCount, organisation.biasesPerWord);
  count('update', 'bias.read', wordBits.bias, biasWords);
  count('update', 'bias.write', wordBits.bias, biasWords);
  count('update', 'datapath.add', formats.bias.totalBits, sampleCount * neuronCount);
}

/** What becomes of δz: an update of each event's words, or gradients and then steps. */
function countLearning(
  image: ChipImage,
  activity: RunActivity,
  index: number,
  count: Counter,
): void {
  const layer = elementAt(image.layers, index, 'layers');
  if (!learns(image, layer)) return;
  if (learnsInSteps(image, layer)) {
    const measured = elementAt(activity.layers, index, 'activity');
    const { sampleCount, stepCount } = activity;
    countGradients(image, layer, { ...measured, sampleCount }, count);
    countSteps(image, layer, { ...measured, stepCount }, count);
  } else {
    countUpdate(image, activity, index, count);
  }
}

/**
 * All ledger rows of a run but those of cycles, from measured activity. Implements: docs/spec.md §4.2, §4.5.
 * Rows of equal key are merged, rows of 0 left out, canonical order.
 */
export function closedFormCounts(
  image: ChipImage,
  activities: readonly RunActivity[],
): readonly LedgerRow[] {
  const ledger = new AccessLedger();
  for (const activity of activities) {
    const { run, sampleCount } = activity;
    const counterOf =
      (place: Pick<ActionKey, 'layer' | 'core'>): Counter =>
      (phase, componentAction, bits, count) => {
        ledger.counter({ run, phase, ...place, componentAction, bits }).add(count);
      };
    const outside = counterOf({ layer: null, core: null });
    const arriving = elementAt(activity.layers, 0, 'activity').deliveredEventCount;
    outside('forward', 'io.eventIn', image.eventBits, arriving);
    const isMeasuring = activity.isMeasuring === true;
    if (run === 'training') {
      outside('feedback', 'io.label', image.labelBits, sampleCount);
      countDelayedErrors(image, sampleCount, isMeasuring, outside);
    }
    for (const [index, layer] of image.layers.entries()) {
      const count = counterOf({ layer: layer.layer, core: layer.core });
      countForward(image, activity, index, count);
      if (layer.isOutput) {
        if (run === 'inference') countReadout(image, layer, sampleCount, count);
        else countSoftmax(image, layer, { sampleCount, isMeasuring }, count);
      }
      if (run === 'inference' || isMeasuring || !needsDelta(image, layer)) continue;
      const above = image.layers[index + 1];
      if (above !== undefined) {
        const countAbove = counterOf({ layer: above.layer, core: above.core });
        countFeedback(image, layer, sampleCount, count, countAbove);
      }
      countDelta(image, layer, sampleCount, count);
      countLearning(image, activity, index, count);
    }
  }
  return ledger.rows();
}
