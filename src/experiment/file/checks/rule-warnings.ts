import type { LayerImage } from '../../../chip/image/chip-image.js';
import { factsOf } from '../../../network/rule-facts.js';
import { parseFormat, printFormat } from '../../../numerics/format.js';
import { elementAt } from '../../../numerics/integer.js';
import { percentOf } from '../data-warnings.js';
import type { PreparedExperiment } from '../prepare-experiment.js';
import { defpOf } from '../training-schema.js';

/* A rule that is another one than its name says, and a network that does not begin with the values it was given. */

/** Share of the initial weights, or of the B, of a layer that its format may make 0 without a word. */
const zeroLimit = 0.1;

function notInReference({ experiment }: PreparedExperiment): string {
  return experiment.reference.enabled ? ', and not in the float reference' : '';
}

/** Layers that begin without many of the weights that the reference begins with. */
export function zeroWeightWarnings(prepared: PreparedExperiment): readonly string[] {
  const { placement, experiment } = prepared;
  const own = placement.image.numerics.formats.weight;
  const { initialWeights } = experiment.precision;
  const initial = initialWeights === undefined ? own : parseFormat(initialWeights);
  const isInitial = initial.fractionBits < own.fractionBits;
  const key = isInitial ? 'initialWeights' : 'weight';
  const format = printFormat(isInitial ? initial : own);
  return placement.initialZeros
    .filter(({ zeroCount, valueCount }) => zeroCount > zeroLimit * valueCount)
    .map(
      ({ layer, zeroCount, valueCount }) =>
        `${percentOf(zeroCount, valueCount)} of the initial weights of layer ${layer} are 0 in ${format}${notInReference(prepared)}: its step is too coarse for them; give precision.${key} more fraction bits.`,
    );
}

/** B of a layer, what its format made 0, and the numbers that were asked for. */
function zerosOfFeedback(
  { placement }: PreparedExperiment,
  { layer, feedbackRaw }: LayerImage,
): { readonly zeroCount: number; readonly valueCount: number } | null {
  const asked = elementAt(placement.parameters, layer - 1, 'parameters').feedback;
  if (feedbackRaw === null || asked === null || feedbackRaw.length !== asked.length) return null;
  const zeroCount = feedbackRaw.reduce(
    (count, raw, index) => count + (raw === 0 && asked[index] !== 0 ? 1 : 0),
    0,
  );
  return { zeroCount, valueCount: asked.length };
}

/** Layers whose B is 0 in many places, or everywhere: then no error comes through it, and the rule is shallow. */
export function zeroFeedbackWarnings(prepared: PreparedExperiment): readonly string[] {
  const { placement, experiment } = prepared;
  // A transported B is made of the weights, which have a warning of their own.
  if (experiment.training.feedbackPolicy.name === 'transported') return [];
  const format = printFormat(placement.image.numerics.formats.feedback);
  return placement.image.layers.flatMap((layer) => {
    const zeros = zerosOfFeedback(prepared, layer);
    if (zeros === null || zeros.zeroCount <= zeroLimit * zeros.valueCount) return [];
    const isAll = zeros.zeroCount === zeros.valueCount;
    const share = isAll ? 'All' : percentOf(zeros.zeroCount, zeros.valueCount);
    const effect = isAll
      ? 'no error comes through it, so what it would teach learns nothing, as with rule shallow'
      : 'its step is too coarse for them';
    return [
      `${share} of the feedback weights B of layer ${layer.layer} are 0 in ${format}${notInReference(prepared)}: ${effect}; give precision.feedback more fraction bits.`,
    ];
  });
}

/** Says that the rule of the experiment does what another does; null where it does not. */
export function otherRuleWarning({ experiment, placement }: PreparedExperiment): string | null {
  const { training } = experiment;
  const { label, teachesHidden } = factsOf(training.rule);
  if (!teachesHidden) return null;
  const hidden = placement.image.layers.filter(({ isOutput }) => !isOutput);
  if (hidden.length === 0) {
    return `The network has no hidden layer: its outputs learn by the gradient of the loss, so rule ${label} is rule shallow; give it a hidden layer to compare rules.`;
  }
  if (hidden.every(({ isTrainable }) => !isTrainable)) {
    return `Every hidden layer is frozen: the outputs learn by the gradient of the loss, so rule ${label} is rule shallow; leave a hidden layer out of training.frozenLayers to compare rules.`;
  }
  if (defpOf(training)?.init === 'targets' && training.epochs === 1) {
    return `Rule ${label} learns with the errors of a sample's last visit, and in one epoch there is none: with training.defp.init: targets the first epoch is that of DRTP; train more epochs, or write training.defp.init: measure.`;
  }
  return null;
}
