import { isAveraged } from '../../network/defp-variants.js';
import { isDelayedErrorRule } from '../../network/rule-facts.js';
import type { RuleSpec } from '../../reference/rules/rules.js';
import { defaultAverageShift, type Training } from './training-schema.js';

/** The rule of a training as the float reference knows it. */
export function ruleOf({ rule, defp }: Training): RuleSpec {
  if (!isDelayedErrorRule(rule)) return { name: rule };
  const { variant, init, averageShift = defaultAverageShift } = defp;
  return { name: rule, variant, init, ...(isAveraged(variant) ? { averageShift } : {}) };
}
