import { isDelayedErrorRule } from '../../network/rule-facts.js';
import type { RuleSpec } from '../../reference/rules/rules.js';
import type { Training } from './training-schema.js';

/** The rule of a training as the float reference knows it. */
export function ruleOf({ rule, defp }: Training): RuleSpec {
  return isDelayedErrorRule(rule) ? { name: rule, ...defp } : { name: rule };
}
