import { factsOf, isDelayedErrorRule, rulesWhere } from '../src/network/rule-facts.js';
import type { ChipImage, RuleSpec } from '../src/chip/image/chip-image.js';
import { elementAt } from '../src/numerics/integer.js';

const delayedErrors = { sampleCount: 60_000, wordBits: 8, delayedErrorsPerWord: 1 } as const;

/** Rules that do more, or less, than fetch the label's row of B; of those with delayed errors the least and the most work. */
export const otherRules: readonly RuleSpec[] = rulesWhere(
  ({ isLabelSelected, keepsDelayedErrors }) => !isLabelSelected || keepsDelayedErrors,
).flatMap((kind): readonly RuleSpec[] => {
  if (!isDelayedErrorRule(kind)) return [{ kind }];
  return (['error', 'fullVector'] as const).map((variant) => ({ kind, variant, ...delayedErrors }));
});

/** The same chip and network with another rule; where the rule wants B in another shape, its values are repeated. */
export function withRule(image: ChipImage, rule: RuleSpec): ChipImage {
  const { feedback } = factsOf(rule.kind);
  const layers = image.layers.map((layer, index) => {
    const { feedbackRaw, neuronCount } = layer;
    if (feedbackRaw === null || feedback === 'none') return { ...layer, feedbackRaw: null };
    const above = elementAt(image.layers, index + 1, 'layers');
    const length = neuronCount * (feedback === 'weights' ? above.neuronCount : image.classCount);
    const repeated = Int32Array.from({ length }, (_, place) =>
      elementAt(feedbackRaw, place % feedbackRaw.length, 'feedbackRaw'),
    );
    return { ...layer, feedbackRaw: repeated };
  });
  return { ...image, rule, layers };
}
