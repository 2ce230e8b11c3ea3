import type { RuleSpec } from '../../image/chip-image.js';
import { scalesRates } from '../../image/learning-layers.js';

/**
 * Sources of the hidden layers' δh, in the order of the compiled engine (docs/spec.md §2.9): the label's row of B, that row
 * times the delayed error, or B (for `bp` the next layer's weights) times a vector.
 */
export const signalSources = [
  'labelRow',
  'scaledRow',
  'delayedVector',
  'outputError',
  'outputSign',
  'nextDelta',
] as const;
type SignalSource = (typeof signalSources)[number];

/** The rule's source; null: hidden layers do not learn. */
export function signalSourceOf(rule: RuleSpec): SignalSource | null {
  switch (rule.kind) {
    case 'drtp':
      return 'labelRow';
    case 'defp':
      if (scalesRates(rule)) return 'labelRow';
      return rule.variant === 'fullVector' ? 'delayedVector' : 'scaledRow';
    case 'dfa':
      return 'outputError';
    case 'sdfa':
      return 'outputSign';
    case 'fa':
    case 'bp':
      return 'nextDelta';
    case 'shallow':
      return null;
  }
}
