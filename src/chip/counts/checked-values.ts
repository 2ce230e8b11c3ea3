import type { RunActivity } from '../image/activity.js';
import type { ChipImage, LayerImage, TensorName } from '../image/chip-image.js';
import { columnCount, learnsInSteps, rowCount } from '../image/layer-geometry.js';
import { axonPartsOf } from '../image/layer-parts.js';
import { learns, needsDelta } from '../image/learning-layers.js';
import { elementAt } from '../../numerics/integer.js';

/** Totals of a layer over the runs of one kind. */
interface Totals {
  readonly samples: number;
  readonly steps: number;
  readonly visits: number;
  readonly nonZeroEvents: number;
}

function totalsOf(activities: readonly RunActivity[], layer: number): Totals {
  const total = { samples: 0, steps: 0, visits: 0, nonZeroEvents: 0 };
  for (const { sampleCount, stepCount, layers } of activities) {
    const measured = elementAt(layers, layer - 1, 'activity');
    total.samples += sampleCount;
    total.steps += stepCount;
    total.visits += measured.deliveredVisitCount;
    total.nonZeroEvents += measured.nonZeroEventCount;
  }
  return total;
}

/** Checks of delta per neuron and training sample: of δh where the signal is one, and of δz. */
function deltaChecks(image: ChipImage, layer: LayerImage): number {
  if (!needsDelta(image, layer)) return 0;
  return layer.isOutput && image.loss === 'bce' ? 1 : 2;
}

/**
 * Values that were compared with the format of a tensor, so that overflows are a share of them; initial values of weight, bias
 * and feedback are among them. Null: not known in closed form (gradient, the optimizer's states, an aggregated delayed error),
 * or not counted (activation, output).
 *
 * Implements: docs/spec.md §2.3, §2.6 (checks).
 * @param activities all runs since the chip was set up, evaluations too
 */
export function checkedValues(
  image: ChipImage,
  layer: LayerImage,
  tensor: TensorName,
  activities: readonly RunActivity[],
): number | null {
  const trained = totalsOf(
    activities.filter(({ run, isMeasuring }) => run === 'training' && isMeasuring !== true),
    layer.layer,
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
      const errors =
        image.rule.kind === 'dfa' && layer.isOutput ? trained.samples * image.classCount : 0;
      return trained.samples * layer.neuronCount * deltaChecks(image, layer) + errors;
    }
    case 'update':
      return isLearning && !isInSteps ? trained.samples * layer.neuronCount : 0;
    case 'feedback':
      return layer.feedbackRaw?.length ?? 0;
    case 'delayedError': {
      if (image.rule.kind !== 'defp' || image.rule.variant === 'aggregated') return null;
      const kept = activities.filter(({ run }) => run === 'training');
      return (
        totalsOf(kept, layer.layer).samples *
        (image.rule.variant === 'fullVector' ? image.classCount : 1)
      );
    }
    case 'input':
    case 'activation':
    case 'output':
    case 'gradient':
    case 'momentum':
    case 'secondMoment':
      return null;
  }
}
