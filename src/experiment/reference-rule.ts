import type { RuleSpec } from '../reference/rules/rules.js';
import type { Experiment } from './experiment-schema.js';

/** The rule of an experiment as the float reference knows it. */
export function ruleOf({ rule, defp }: Experiment['training']): RuleSpec {
  return rule === 'defp' ? { name: rule, ...defp } : { name: rule };
}
