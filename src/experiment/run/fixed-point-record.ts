import { factsOf } from '../../network/rule-facts.js';
import type { ChipImage, LayerImage, TensorName } from '../../chip/image/chip-image.js';
import { checkedValues } from '../../chip/counts/checked-values.js';
import { learnsInSteps } from '../../chip/image/layer-geometry.js';
import { elementAt } from '../../numerics/integer.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';
import type { TensorDeviation } from '../replay/tensor-deviation.js';
import type { Measured } from './measured.js';

/** Whether a network has this tensor at all. */
export function usesTensor(image: ChipImage, tensor: TensorName): boolean {
  return tensor === 'input' || image.layers.some((layer) => hasTensor(image, layer, tensor));
}

/** Whether a layer has this tensor at all: no row for what does not exist. The input belongs to no layer. */
function hasTensor(image: ChipImage, layer: LayerImage, tensor: TensorName): boolean {
  const { kind: optimizer } = image.optimizer;
  const isInSteps = learnsInSteps(image, layer);
  switch (tensor) {
    case 'delayedError':
      return layer.isOutput && factsOf(image.rule.kind).keepsDelayedErrors;
    case 'input':
      return false;
    case 'activation':
      return !layer.isOutput;
    case 'feedback':
      return layer.feedbackRaw !== null;
    case 'output':
      return layer.isOutput;
    case 'update':
      return layer.learningRate.kind === 'factor' && !isInSteps;
    case 'gradient':
      return isInSteps;
    case 'momentum':
      return isInSteps && (optimizer === 'momentum' || optimizer === 'adam');
    case 'secondMoment':
      return isInSteps && (optimizer === 'rmsprop' || optimizer === 'adam');
    case 'weight':
    case 'bias':
    case 'accumulator':
    case 'delta':
      return true;
  }
}

/** h and y end at the range of their format inside the activation unit, which counts nothing (docs/spec.md §2.8). */
function isCountedAtEnds(tensor: TensorName): boolean {
  return tensor !== 'activation' && tensor !== 'output';
}

/** How often a training sample was shown. */
function presentations(activities: Measured['activities']): number {
  return activities
    .filter(({ run }) => run === 'training')
    .reduce((sum, { sampleCount }) => sum + sampleCount, 0);
}

/** Initial weights that the format made 0, of how many. */
function initialOf(
  tensor: TensorName,
  zeros: PreparedExperiment['placement']['initialZeros'],
  layer: number,
): Pick<ResultRecord['fixedPoint'][number], 'initialZeros' | 'initialValues'> {
  const own = tensor === 'weight' ? zeros.find((entry) => entry.layer === layer) : undefined;
  return { initialZeros: own?.zeroCount ?? null, initialValues: own?.valueCount ?? null };
}

/** How far a tensor is from float arithmetic; null: it was not compared. */
function deviationFields(
  deviation: TensorDeviation | null,
): Omit<TensorDeviation, 'layer' | 'tensor'> {
  return {
    rmsErrorVsReference: deviation?.rmsErrorVsReference ?? null,
    relativeRmsError: deviation?.relativeRmsError ?? null,
    signDisagreementPercent: deviation?.signDisagreementPercent ?? null,
    largestReference: deviation?.largestReference ?? null,
    outsidePercent: deviation?.outsidePercent ?? null,
  };
}

/** Saturations, wraps and deviations of the input and of every tensor that the run has. */
export function fixedPointOf(
  prepared: PreparedExperiment,
  measured: Measured,
): ResultRecord['fixedPoint'] {
  const { initialOverflows, initialZeros, image } = prepared.placement;
  const { activities, training } = measured;
  const inputWraps = prepared.inputQuantiser.overflow === 'wrap';
  const input = {
    layer: 0,
    tensor: 'input',
    saturations: inputWraps ? 0 : measured.inputOverflowCount,
    wraps: inputWraps ? measured.inputOverflowCount : 0,
    values: presentations(activities) * prepared.data.train.inputCount,
    firstTrainingSample: null,
    deadUpdateFraction: null,
    initialZeros: null,
    initialValues: null,
    ...deviationFields(measured.deviations.find(({ tensor }) => tensor === 'input') ?? null),
  };
  const tensors = measured.tensorHealth
    .filter(({ layer, tensor }) =>
      hasTensor(image, elementAt(image.layers, layer - 1, 'layers'), tensor),
    )
    .map((health) => {
      const { layer, tensor } = health;
      const own = elementAt(image.layers, layer - 1, 'layers');
      const update = measured.updateHealth.find((candidate) => candidate.layer === layer);
      const initial = initialOverflows.find(
        (overflow) => overflow.layer === layer && overflow.tensor === tensor,
      );
      const deviation = measured.deviations.find(
        (candidate) => candidate.layer === layer && candidate.tensor === tensor,
      );
      const wraps = prepared.placement.image.numerics.overflow[tensor] === 'wrap';
      const initialCount = initial?.count ?? 0;
      const isWeight = tensor === 'weight' && update !== undefined;
      return {
        layer,
        tensor,
        saturations: isCountedAtEnds(tensor)
          ? health.saturationCount + (wraps ? 0 : initialCount)
          : null,
        wraps: health.wrapCount + (wraps ? initialCount : 0),
        values: checkedValues(image, own, tensor, activities, training.epochs.length),
        firstTrainingSample: health.firstTrainingSample,
        deadUpdateFraction:
          isWeight && update.nonZeroUpdateCount > 0
            ? update.deadUpdateCount / update.nonZeroUpdateCount
            : null,
        ...initialOf(tensor, initialZeros, layer),
        ...deviationFields(deviation ?? null),
      };
    });
  return [input, ...tensors];
}
