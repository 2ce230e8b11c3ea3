import { drtp } from './drtp.js';
import type { LearningRule } from './learning-rule.js';

export const ruleNames = ['drtp'] as const;
export type RuleName = (typeof ruleNames)[number];

/** Every rule the reference knows, by the name an experiment gives it. */
export const rules: Readonly<Record<RuleName, LearningRule>> = { drtp };
