import { factsOf } from '../src/network/rule-facts.js';
import type { ChipImage, RuleSpec } from '../src/chip/image/chip-image.js';
import { elementAt } from '../src/numerics/integer.js';

function defp(variant: 'error' | 'fullVector'): RuleSpec {
  return { kind: 'defp', variant, sampleCount: 60_000, wordBits: 8, delayedErrorsPerWord: 1 };
}

/** Rules beside DRTP that differ in work: a product per neuron, with B, with the weights above, none. */
export const otherRules: readonly RuleSpec[] = [
  defp('error'),
  defp('fullVector'),
  { kind: 'dfa' },
  { kind: 'fa' },
  { kind: 'bp' },
  { kind: 'shallow' },
];

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
