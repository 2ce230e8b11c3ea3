import type { FeedbackKind } from './feedback.js';
import { wordList } from '../units/word-list.js';

/*
 * What a learning rule is, stated once: every room looks up here. Equations stand elsewhere, each witness with its own
 * (`src/reference/rules`, `src/chip/oracle/rules`, `src/chip/counts`, `src/chip/timed`, `src/chip/fast`). How a rule is added:
 * docs/extending.md.
 */

/** Learning rules, in the order in which they are listed. */
export const ruleNames = ['bp', 'fa', 'dfa', 'sdfa', 'drtp', 'defp', 'shallow'] as const;
/** Name of a learning rule, as experiment files write it. */
export type RuleName = (typeof ruleNames)[number];

/** What must be there before a hidden layer can make its error signal, beside its own forward pass. */
type RuleWait =
  /** Nothing: it updates at once. */
  | 'nothing'
  /** The error of the output layer. */
  | 'outputs'
  /** δz of the layer above. */
  | 'nextLayer';

/** Facts of one rule. */
interface RuleFacts {
  /** As reports print it. */
  readonly label: string;
  /** Whether hidden layers learn by it. */
  readonly teachesHidden: boolean;
  /** Shape of B. */
  readonly feedback: FeedbackKind;
  readonly waitsFor: RuleWait;
  /** The label selects a row of B (`defp`: but for variant fullVector). */
  readonly isLabelSelected: boolean;
  /** Only signs of the output error go down: values of B are added or subtracted, none is multiplied. */
  readonly feedsBackSigns: boolean;
  /** It keeps errors of a sample's last visit. */
  readonly keepsDelayedErrors: boolean;
  /** Program of `firmware-sim/programs` that knows the rule; null: none, the hardwired controller runs it. */
  readonly program: string | null;
  /** Value of the controller's register RULE, 1…7; 0 is a chip that only infers. */
  readonly registerCode: number;
}

/** Step 1 of a new rule in docs/extending.md: an entry of this table and its name in `ruleNames`. */
export const ruleFacts = {
  bp: {
    label: 'BP',
    teachesHidden: true,
    feedback: 'none',
    waitsFor: 'nextLayer',
    isLabelSelected: false,
    feedsBackSigns: false,
    keepsDelayedErrors: false,
    program: 'train-bp',
    registerCode: 6,
  },
  fa: {
    label: 'FA',
    teachesHidden: true,
    feedback: 'weights',
    waitsFor: 'nextLayer',
    isLabelSelected: false,
    feedsBackSigns: false,
    keepsDelayedErrors: false,
    program: 'train-bp',
    registerCode: 5,
  },
  dfa: {
    label: 'DFA',
    teachesHidden: true,
    feedback: 'classes',
    waitsFor: 'outputs',
    isLabelSelected: false,
    feedsBackSigns: false,
    keepsDelayedErrors: false,
    program: 'train-dfa',
    registerCode: 3,
  },
  sdfa: {
    label: 'sDFA',
    teachesHidden: true,
    feedback: 'classes',
    waitsFor: 'outputs',
    isLabelSelected: false,
    feedsBackSigns: true,
    keepsDelayedErrors: false,
    program: 'train-dfa',
    registerCode: 4,
  },
  drtp: {
    label: 'DRTP',
    teachesHidden: true,
    feedback: 'classes',
    waitsFor: 'nothing',
    isLabelSelected: true,
    feedsBackSigns: false,
    keepsDelayedErrors: false,
    program: 'train-drtp',
    registerCode: 1,
  },
  defp: {
    label: 'DEFP',
    teachesHidden: true,
    feedback: 'classes',
    waitsFor: 'nothing',
    isLabelSelected: true,
    feedsBackSigns: false,
    keepsDelayedErrors: true,
    program: 'train-defp',
    registerCode: 2,
  },
  shallow: {
    label: 'shallow',
    teachesHidden: false,
    feedback: 'none',
    waitsFor: 'nothing',
    isLabelSelected: false,
    feedsBackSigns: false,
    keepsDelayedErrors: false,
    program: 'train-drtp',
    registerCode: 7,
  },
} as const satisfies Readonly<Record<RuleName, RuleFacts>>;

/** Rules that keep delayed errors: a spec of them says which, and where. */
export type DelayedErrorRule = {
  [Name in RuleName]: (typeof ruleFacts)[Name]['keepsDelayedErrors'] extends true ? Name : never;
}[RuleName];

/** The rule by which no hidden layer learns: networks that only infer are placed with it. */
export const ruleWithoutFeedback = 'shallow' satisfies RuleName;
/** The rule whose δ is the gradient itself: what the others are aligned with. */
export const gradientRule = 'bp' satisfies RuleName;

/** Facts of a rule. */
export function factsOf(rule: RuleName): RuleFacts {
  return ruleFacts[rule];
}

/** δz goes down from layer to layer, through B or the weights above: frozen layers hand it on too (docs/spec.md §2.9). */
export function usesLayerAbove(rule: RuleName): boolean {
  return factsOf(rule).waitsFor === 'nextLayer';
}

/** The weights of the layer above, not B, carry its δz down (docs/spec.md §2.9: `bp`). */
export function readsWeightsAbove(rule: RuleName): boolean {
  return usesLayerAbove(rule) && factsOf(rule).feedback === 'none';
}

/** Whether a rule keeps delayed errors. */
export function isDelayedErrorRule(rule: RuleName): rule is DelayedErrorRule {
  return factsOf(rule).keepsDelayedErrors;
}

/** Names of the rules for which something holds, in the order of their codes. */
export function rulesWhere(holds: (facts: RuleFacts) => boolean): readonly RuleName[] {
  return ruleNames
    .filter((rule) => holds(ruleFacts[rule]))
    .toSorted((left, right) => ruleFacts[left].registerCode - ruleFacts[right].registerCode);
}

/** What to use instead, in a sentence: `drtp, defp, dfa or sdfa`. */
export function alternatives(names: readonly string[]): string {
  return names.length === 0 ? 'none' : wordList(names, 'or');
}
