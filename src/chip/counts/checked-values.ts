import {
  type LayerActivity,
  learnedEvents,
  learnedSamples,
  type RunActivity,
} from '../image/activity.js';
import type { ChipImage, LayerImage, TensorName } from '../image/chip-image.js';
import { usesFeedback } from '../image/upkeep/feedback-upkeep.js';
import { withFrozen } from '../image/upkeep/frozen-image.js';
import { columnCount, learnsInSteps, rowCount } from '../image/layer-geometry.js';
import { axonPartsOf } from '../image/layer-parts.js';
import { keepsDelayedErrors, learns, needsDelta } from '../image/learning-layers.js';
import { factsOf } from '../../network/rule-facts.js';
import { elementAt } from '../../numerics/integer.js';

/** Totals of a layer over the runs of one kind. */
interface Totals {
  readonly samples: number;
  readonly steps: number;
  readonly visits: number;
  readonly nonZeroEvents: number;
  readonly nonZeroVisits: number;
}

/** Visits of events of another value than 0. @throws Error where they were not counted: a defect */
function countedVisits({ nonZeroVisitCount }: LayerActivity): number {
  if (nonZeroVisitCount !== undefined) return nonZeroVisitCount;
  throw new Error('checked values: visits of events of another value than 0 were not counted');
}

function totalsOf(activities: readonly RunActivity[], layer: number): Totals {
  const total = { samples: 0, steps: 0, visits: 0, nonZeroEvents: 0, nonZeroVisits: 0 };
  for (const { sampleCount, stepCount, layers } of activities) {
    const measured = elementAt(layers, layer - 1, 'activity');
    total.samples += sampleCount;
    total.steps += stepCount;
    total.visits += measured.deliveredVisitCount;
    total.nonZeroEvents += measured.nonZeroEventCount;
    total.nonZeroVisits += countedVisits(measured);
  }
  return total;
}

/** A training as if the samples that were not learned from had not been (docs/spec.md §2.15). */
function learnedOnly(activity: RunActivity): RunActivity {
  return {
    ...activity,
    sampleCount: learnedSamples(activity),
    layers: activity.layers.map((layer) => ({ ...layer, ...learnedEvents(layer) })),
  };
}

/** Checks of delta per neuron and training sample: of δh where the signal is one, and of δz. */
function deltaChecks(image: ChipImage, layer: LayerImage): number {
  if (!needsDelta(image, layer)) return 0;
  return layer.isOutput && image.loss === 'bce' ? 1 : 2;
}

/** Checks of G and Gb: every addition of a sample; with rmsprop and adam also the scaled G of a step, unless the scale is 1. */
function gradientChecks(image: ChipImage, layer: LayerImage, trained: Totals): number {
  const columns = columnCount(layer);
  const sums = (trained.nonZeroVisits + trained.samples) * columns;
  const { gradientScale: scale } = layer;
  const isScaled = scale.kind === 'factor' || scale.shiftBits !== 0;
  const isSquared = image.optimizer.kind === 'rmsprop' || image.optimizer.kind === 'adam';
  return sums + (isSquared && isScaled ? trained.steps * (rowCount(layer) + 1) * columns : 0);
}

/** Checks of delayed errors: one per value kept, of a measuring pass too; a mean is one per epoch, and one per measuring pass. */
function delayedErrorChecks(
  { rule, classCount }: ChipImage,
  activities: readonly RunActivity[],
  epochCount: number,
): number {
  if (!keepsDelayedErrors(rule)) return 0;
  const kept = activities.filter(({ run }) => run === 'training');
  const samples = kept.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  switch (rule.variant) {
    case 'error':
    case 'loss':
    case 'lastLoss':
    case 'movingAverage':
    case 'movingRate':
      return samples;
    case 'fullVector':
      return samples * classCount;
    case 'aggregated':
      return epochCount + kept.filter((run) => run.isMeasuring && run.sampleCount > 0).length;
  }
}

/** Checks of the optimizer's states for one weight or bias and step (docs/spec.md §2.11): each "→" to them. */
function stateChecks({
  optimizer,
}: ChipImage): Readonly<Record<'momentum' | 'secondMoment', number>> {
  switch (optimizer.kind) {
    case 'sgd':
      return { momentum: 0, secondMoment: 0 };
    case 'momentum':
      return { momentum: optimizer.isNesterov ? 2 : 1, secondMoment: 0 };
    case 'rmsprop':
      return { momentum: 0, secondMoment: 2 };
    case 'adam':
      return { momentum: 1, secondMoment: 2 };
  }
}

/** Totals of the samples that were learned from in epochs where something holds of the layer as it was then (docs/spec.md §2.17). */
function epochsWhere(image: ChipImage, { layer }: LayerImage, activities: readonly RunActivity[]) {
  const learned = activities
    .filter(({ run, isMeasuring }) => run === 'training' && isMeasuring !== true)
    .map(learnedOnly);
  return (holds: (own: ChipImage, ownLayer: LayerImage) => boolean): Totals =>
    totalsOf(
      learned.filter(({ frozenLayers }) => {
        const own = withFrozen(image, frozenLayers);
        return holds(own, elementAt(own.layers, layer - 1, 'layers'));
      }),
      layer,
    );
}

/**
 * Values that were compared with the format of a tensor, so that overflows are a share of them; initial values of weight, bias
 * and feedback are among them. Null: not counted (activation, output), or not of a layer (input).
 *
 * Implements: docs/spec.md §2.3, §2.6 and §2.11 (checks).
 * @param activities all runs since the chip was set up, evaluations too
 * @param epochCount epochs that training has ended, each with samples
 */
export function checkedValues(
  image: ChipImage,
  layer: LayerImage,
  tensor: TensorName,
  activities: readonly RunActivity[],
  epochCount: number,
): number | null {
  const inEpochs = epochsWhere(image, layer, activities);
  const trained = inEpochs(learns);
  const updates = activities.reduce(
    (sum, { feedbackUpdates: of }) => sum + (of === undefined ? 0 : of.redrawn + of.transported),
    0,
  );
  const all = totalsOf(activities, layer.layer);
  const columns = columnCount(layer);
  const rows = rowCount(layer);
  const isInSteps = learnsInSteps(image, layer);
  const isLearning = learns(image, layer);
  switch (tensor) {
    case 'accumulator':
      return all.samples * layer.neuronCount * axonPartsOf(layer).length + all.visits * columns;
    case 'weight': {
      const online = isLearning ? trained.nonZeroEvents * columns : 0;
      return rows * columns + (isInSteps ? trained.steps * rows * columns : online);
    }
    case 'bias': {
      const online = isLearning ? trained.samples * columns : 0;
      return columns + (isInSteps ? trained.steps * columns : online);
    }
    case 'delta': {
      const { samples } = inEpochs(needsDelta);
      const { waitsFor, feedsBackSigns } = factsOf(image.rule.kind);
      // Errors that are fed back as values are rounded to δ first; signs are not.
      const makesErrors = waitsFor === 'outputs' && !feedsBackSigns && layer.isOutput;
      const errors = makesErrors ? inEpochs(() => true).samples * image.classCount : 0;
      return samples * layer.neuronCount * deltaChecks(image, layer) + errors;
    }
    case 'update':
      return isLearning && !isInSteps ? trained.samples * layer.neuronCount : 0;
    case 'feedback':
      return (layer.feedbackRaw?.length ?? 0) * (1 + (usesFeedback(image, layer) ? updates : 0));
    case 'delayedError':
      return delayedErrorChecks(image, activities, epochCount);
    case 'gradient':
      return isInSteps ? gradientChecks(image, layer, trained) : 0;
    case 'momentum':
    case 'secondMoment':
      return isInSteps ? trained.steps * (rows + 1) * columns * stateChecks(image)[tensor] : 0;
    case 'input':
    case 'activation':
    case 'output':
      return null;
  }
}
