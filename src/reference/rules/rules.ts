import {
  type DelayedErrorRule,
  isDelayedErrorRule,
  type ruleFacts,
  type RuleName,
} from '../../network/rule-facts.js';
import { bp } from './bp.js';
import type { DefpVariant } from '../../network/defp-variants.js';
import { defp, defpFullVector, type DefpInit } from './defp.js';
import { dfa } from './dfa.js';
import { drtp } from './drtp.js';
import { fa } from './fa.js';
import type { LearningRule } from './learning-rule.js';
import { sdfa } from './sdfa.js';
import { shallow } from './shallow.js';

/** A rule with its options. */
export type RuleSpec = { readonly name: Exclude<RuleName, DelayedErrorRule> } | DelayedRuleSpec;

/** Options of a rule that keeps delayed errors. */
interface DelayedRuleSpec {
  readonly name: DelayedErrorRule;
  readonly variant: DefpVariant;
  readonly init: DefpInit;
  /** n: movingAverage and movingRate average over about 2^n samples; absent: 0, the last one alone. */
  readonly averageShift?: number;
}

/** Whether a rule keeps delayed errors. */
export function keepsDelayedErrors(spec: RuleSpec): spec is DelayedRuleSpec {
  return isDelayedErrorRule(spec.name);
}

/** The form of a rule's equation follows from what it waits for. */
type FormOf<Name extends RuleName> = Extract<
  LearningRule,
  { readonly waitsFor: (typeof ruleFacts)[Name]['waitsFor'] }
>;

/** Equations of the float reference by rule (docs/extending.md, a rule: step 3). */
const rules: { readonly [Name in RuleName]: FormOf<Name> } = {
  bp,
  fa,
  dfa,
  sdfa,
  drtp,
  defp,
  shallow,
};

/** The rule that a spec names. */
export function ruleOf(spec: RuleSpec): LearningRule {
  if (!keepsDelayedErrors(spec)) return rules[spec.name];
  if (spec.variant === 'fullVector') return defpFullVector;
  // d is in η, so that the error signal is that of drtp.
  return spec.variant === 'movingRate' ? drtp : rules[spec.name];
}
