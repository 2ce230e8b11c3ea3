import {
  factsOf,
  isDelayedErrorRule,
  readsWeightsAbove,
  usesLayerAbove,
} from '../../network/rule-facts.js';
import { isAveraged, keepsLastErrors } from '../../network/defp-variants.js';
import type { FixedPointFormat } from '../../numerics/format.js';
import { ceilDiv } from '../../numerics/integer.js';
import type { ChipImage, DefpSpec, LayerImage, RuleSpec } from './chip-image.js';

/** Whether a rule keeps delayed errors: its spec then says which, and where. */
export function keepsDelayedErrors(rule: RuleSpec): rule is DefpSpec {
  return isDelayedErrorRule(rule.kind);
}

/** Whether one delayed error serves all samples, so that none has a place of its own (docs/spec.md §2.9). */
export function keepsOneError({ variant }: DefpSpec): boolean {
  return variant === 'aggregated' || keepsLastErrors(variant);
}

/** Whether the delayed error scales η and not the error signal. */
export function scalesRates(rule: RuleSpec): boolean {
  return keepsDelayedErrors(rule) && rule.variant === 'movingRate';
}

/** Bits of the delayed error as it is kept: of an average those of its sum (docs/spec.md §2.9). */
export function keptErrorBits(
  { averageShift = 0 }: DefpSpec,
  { totalBits }: FixedPointFormat,
): number {
  return totalBits + averageShift;
}

/** Words of the delayed-error memory that a training sample reads, and writes (docs/spec.md §2.9, §4.2). */
export function delayedErrorWords(
  rule: DefpSpec,
  classCount: number,
  format: FixedPointFormat,
): number {
  if (rule.variant === 'fullVector') return ceilDiv(classCount, rule.delayedErrorsPerWord);
  return isAveraged(rule.variant) ? ceilDiv(keptErrorBits(rule, format), rule.wordBits) : 1;
}

/** Whether a whole vector of a sample's last visit is kept and multiplied with B (docs/spec.md §2.9). */
export function keepsFullVector(rule: RuleSpec): boolean {
  return keepsDelayedErrors(rule) && rule.variant === 'fullVector';
}

/** Whether a layer's weights and biases change in training: not in a frozen layer, nor in a hidden one with `shallow`. */
export function learns({ rule }: ChipImage, layer: LayerImage): boolean {
  return layer.isTrainable && (layer.isOutput || factsOf(rule.kind).teachesHidden);
}

/** T (docs/spec.md §2.15); null: every training sample is learned from. */
export function skipThresholdOf({ updateSkip }: Pick<ChipImage, 'updateSkip'>): number | null {
  return updateSkip?.thresholdRaw ?? null;
}

/** Whether e of every training sample is compared with a threshold before anything is learned from it (docs/spec.md §2.15). */
export function comparesErrors(image: Pick<ChipImage, 'updateSkip'>): boolean {
  return skipThresholdOf(image) !== null;
}

/** The layer (1…k) after whose forward pass a layer may make its error signal (docs/spec.md §2.9, §2.15). */
export function readyAfterLayer(image: ChipImage, layer: LayerImage): number {
  const { rule, layers } = image;
  const waits = !layer.isOutput && factsOf(rule.kind).waitsFor !== 'nothing';
  return waits || comparesErrors(image) ? layers.length : layer.layer;
}

/**
 * Whether layers may learn as soon as their own forward passes are over, so that the samples of a training pipeline
 * (docs/spec.md §8): the rule waits for nothing, and no hidden layer has to know whether the sample is skipped (§2.15).
 */
export function updatesAtOnce(image: ChipImage): boolean {
  if (factsOf(image.rule.kind).waitsFor !== 'nothing') return false;
  return (
    !comparesErrors(image) || image.layers.every((layer) => layer.isOutput || !learns(image, layer))
  );
}

/**
 * Whether a training sample may follow the one before after the interval of the busiest core: not where every sample waits for
 * the error of the one before (docs/spec.md §8), although its layers learn at once.
 */
export function followsAtOnce(image: ChipImage): boolean {
  const { rule } = image;
  return updatesAtOnce(image) && !(keepsDelayedErrors(rule) && keepsLastErrors(rule.variant));
}

/**
 * Whether a layer's δz is made: where it learns, and with `fa` and `bp` in a frozen layer too if one below learns.
 * Implements: docs/spec.md §2.9.
 */
export function needsDelta(image: ChipImage, layer: LayerImage): boolean {
  if (learns(image, layer)) return true;
  if (!usesLayerAbove(image.rule.kind)) return false;
  return image.layers.some((below) => below.layer < layer.layer && learns(image, below));
}

/**
 * Whether the homes of a layer send δz to the cores with their other axons: where those learn of it, and with `bp`,
 * which multiplies their weights by it for the layer below (docs/spec.md §7).
 */
export function sendsDelta(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) || (readsWeightsAbove(image.rule.kind) && needsDelta(image, layer));
}
