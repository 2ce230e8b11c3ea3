import { bp } from './bp.js';
import { defp, defpFullVector, type DefpInit, type DefpVariant } from './defp.js';
import { dfa } from './dfa.js';
import { drtp } from './drtp.js';
import { fa } from './fa.js';
import type { LearningRule } from './learning-rule.js';
import { sdfa } from './sdfa.js';
import { shallow } from './shallow.js';

export const ruleNames = ['bp', 'fa', 'dfa', 'sdfa', 'drtp', 'defp', 'shallow'] as const;
export type RuleName = (typeof ruleNames)[number];

/** A rule with its options. */
export type RuleSpec =
  | { readonly name: Exclude<RuleName, 'defp'> }
  | { readonly name: 'defp'; readonly variant: DefpVariant; readonly init: DefpInit };

const rules: Readonly<Record<RuleName, LearningRule>> = { bp, fa, dfa, sdfa, drtp, defp, shallow };

/** The rule that a spec names. */
export function ruleOf(spec: RuleSpec): LearningRule {
  const isFullVector = spec.name === 'defp' && spec.variant === 'fullVector';
  return isFullVector ? defpFullVector : rules[spec.name];
}
