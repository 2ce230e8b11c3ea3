import {
  factsOf,
  isDelayedErrorRule,
  type RuleName as RuleKind,
  rulesWhere,
} from '../../../src/network/rule-facts.js';
import type {
  ChipImage,
  ChipNumerics,
  DefpSpec,
  LayerImage,
  RuleSpec,
} from '../../../src/chip/image/chip-image.js';
import { columnCount, rowCount } from '../../../src/chip/image/layer-geometry.js';
import type { Draws } from '../oracle/draws.js';
import type { LayerShape } from './random-steps.js';

/** The rules and variants of docs/spec.md §2.9; drtp, the oldest, often enough to keep the coverage it had. */
export type RuleName = Exclude<RuleKind, 'defp'> | `defp ${DefpSpec['variant']}`;
const variantOf = {
  'defp error': 'error',
  'defp loss': 'loss',
  'defp aggregated': 'aggregated',
  'defp fullVector': 'fullVector',
  'defp lastLoss': 'lastLoss',
  'defp movingAverage': 'movingAverage',
  'defp movingRate': 'movingRate',
} as const satisfies Partial<Record<RuleName, DefpSpec['variant']>>;
type VariantName = keyof typeof variantOf;

function hasVariant(name: string): name is VariantName {
  return Object.hasOwn(variantOf, name);
}

export const ruleNames: readonly RuleName[] = rulesWhere(() => true).flatMap(
  (rule): readonly RuleName[] =>
    isDelayedErrorRule(rule) ? Object.keys(variantOf).filter(hasVariant) : [rule],
);

const wordWidths = [8, 16, 24, 32, 64, 128];

/** The name of an image's rule, DEFP with its variant. */
export function ruleNameOf(rule: RuleSpec): RuleName {
  return rule.kind === 'defp' ? `defp ${rule.variant}` : rule.kind;
}

/** About a third of the names are drtp. */
export function drawRuleName(draws: Draws): RuleName {
  return draws.chance(0.25) ? 'drtp' : draws.pick(ruleNames);
}

/** A rule of that name; DEFP keeps so few samples that a short batch visits some of them again. */
export function drawRule(draws: Draws, name: RuleName, { formats }: ChipNumerics): RuleSpec {
  const defp = (variant: DefpSpec['variant']): DefpSpec => {
    const wordBits = draws.pick(wordWidths);
    const isAveraged = variant === 'movingAverage' || variant === 'movingRate';
    return {
      kind: 'defp',
      variant,
      ...(isAveraged ? { averageShift: draws.integer(0, 8) } : {}),
      sampleCount: draws.integer(1, 6),
      wordBits,
      delayedErrorsPerWord: Math.max(1, Math.floor(wordBits / formats.delayedError.totalBits)),
    };
  };
  return hasVariant(name) ? defp(variantOf[name]) : { kind: name };
}

/** What a rule that scales η by a delayed error needs (docs/spec.md §2.9, movingRate): a mantissa in every layer, no batches. */
export function withScaledRates(image: ChipImage): ChipImage {
  const { rule } = image;
  if (rule.kind !== 'defp' || rule.variant !== 'movingRate') return image;
  const layers = image.layers.map((layer): LayerImage => {
    const { learningRate: rate } = layer;
    if (rate.kind === 'factor') return layer;
    const fractionBits = rate.shiftBits + 15;
    return { ...layer, learningRate: { kind: 'factor', mantissaRaw: 2 ** 15, fractionBits } };
  });
  return { ...image, batchSize: 1, layers };
}

/** B of a layer in the shape its rule needs (`LayerImage.feedbackRaw`); `next`: the layer above, null at the output. */
export function drawFeedback(
  draws: Draws,
  rule: RuleSpec,
  { feedbackRaw, isOutput }: LayerImage,
  next: LayerShape | null,
  format: ChipNumerics['formats']['feedback'],
): Int32Array | null {
  if (isOutput || next === null || factsOf(rule.kind).feedback === 'none') return null;
  if (factsOf(rule.kind).feedback === 'classes') return feedbackRaw;
  return Int32Array.from({ length: rowCount(next) * columnCount(next) }, () => draws.raw(format));
}
