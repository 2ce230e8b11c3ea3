import { factsOf, ruleWithoutFeedback } from '../../network/rule-facts.js';
import type { EstimateRecord, RuleEstimate } from '../../experiment/estimate/estimate-record.js';
import { ruleLabel } from './estimate-facts.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
  formatMemory,
  formatNumber,
  formatTime,
  unpriced,
  withUnit,
} from '../kit/quantity.js';
import { wordList } from '../../units/word-list.js';

type RuleCost = NonNullable<RuleEstimate['perSample']>;
type Cost = RuleCost['training'];
type InferenceCost = NonNullable<EstimateRecord['inferenceOnly']>['perSample'];

/** A rule that the chip can learn by, with its costs. */
export interface PricedRule {
  readonly label: string;
  readonly cost: RuleCost;
}

const shallowLabel = factsOf(ruleWithoutFeedback).label;

export function pricedRules({ rules }: EstimateRecord): readonly PricedRule[] {
  return rules.flatMap((rule) =>
    rule.perSample === null ? [] : [{ label: ruleLabel(rule), cost: rule.perSample }],
  );
}

type Energy = Pick<Cost, 'energyNj' | 'energyLowNj' | 'energyHighNj'>;

/** Whether anything of a cost has a price. */
function isPriced({ energyHighNj }: Energy): boolean {
  return energyHighNj > 0;
}

export function energyText(cost: Energy): string {
  return isPriced(cost) ? formatEnergy(cost.energyNj * 1000) : unpriced;
}

/** `305–2,180 nJ`, with a word where rows without a price are missing in it. */
function bandText(cost: Energy, { complete }: Pick<Cost, 'complete'>): string {
  if (!isPriced(cost)) return '';
  const band = formatEnergyBand(cost.energyLowNj * 1000, cost.energyHighNj * 1000);
  return complete ? band : `${band}, incomplete`;
}

function cyclesText(cycles: number): string {
  return withUnit(formatCount(cycles), 'cycles');
}

/** One column of the table of rules, for the page and for the terminal. */
interface RuleColumn {
  readonly label: string;
  readonly explanation: string;
  /** What it says of a rule, and what stands smaller below; the problem of a rule that does not fit is said once. */
  readonly cell: (rule: RuleEstimate) => readonly [value: string, note: string];
}

const none: readonly [string, string] = ['–', ''];

function ofCost(
  cell: (cost: RuleCost) => readonly [string, string],
): (rule: RuleEstimate) => readonly [string, string] {
  return ({ perSample }) => (perSample === null ? none : cell(perSample));
}

export const ruleColumns: readonly RuleColumn[] = [
  {
    label: 'Rule',
    explanation: 'Learning rule of the hidden layers (docs/spec.md §2.9).',
    cell: (rule) => [ruleLabel(rule), rule.problem === null ? '' : 'does not fit'],
  },
  {
    label: 'Energy per training sample',
    explanation:
      'Count times price, one sample after the other: all cores leak while one works. With its low–high band.',
    cell: ofCost(({ training }) => [energyText(training), bandText(training, training)]),
  },
  {
    label: 'Over inference',
    explanation: 'Training minus inference, divided by inference: energy, below it serial latency.',
    cell: ofCost(({ training, inference, learningOverheadPercent: over }) => [
      isPriced(training) && isPriced(inference) ? formatChangePercent(over.energy) : unpriced,
      `time ${formatChangePercent(over.latency)}`,
    ]),
  },
  {
    label: 'Latency, serial',
    explanation: 'From the first event of a training sample to the last weight written, mean.',
    cell: ofCost(({ training }) => [
      formatTime(training.latencyUs),
      cyclesText(training.latencyCycles),
    ]),
  },
  {
    label: 'One sample every',
    explanation:
      'Training samples one after the other: pipelined where the rule updates at once, else locked to the serial latency.',
    cell: ofCost(({ training, trainingInterval: { us, cycles, isPipelined } }) => [
      formatTime(us),
      isPipelined
        ? `pipelined, ${formatNumber(training.latencyCycles / cycles, 3)} × as often`
        : 'locked',
    ]),
  },
  {
    label: 'Energy at that pace',
    explanation:
      'Energy per training sample where samples follow each other so: cores leak for the interval, not for the whole serial latency.',
    cell: ofCost(({ training, trainingInterval: at }) => [energyText(at), bandText(at, training)]),
  },
  {
    label: 'Memory the rule needs',
    explanation:
      "Weights, B, h and events kept for the update, delayed errors, gradients and optimizer states in values of the chip's formats.",
    cell: ({ memory }) => [formatMemory(memory.algorithm?.totalBits ?? null), ''],
  },
  {
    label: 'Memory on the chip',
    explanation: 'Words that the memories of all cores must hold for it.',
    cell: ({ memory, perSample }) => [
      formatMemory(memory.chip?.totalBits ?? null),
      perSample === null
        ? ''
        : `${formatChangePercent(perSample.learningOverheadPercent.memory)} by learning`,
    ],
  },
];

function times(larger: number, smaller: number): string {
  return `${formatNumber(larger / smaller, 3)} times`;
}

/** Rules that share the smallest or the largest of a figure. */
interface Extreme {
  /** `DRTP`, `DFA and sDFA`. */
  readonly labels: string;
  readonly cost: RuleCost;
}

/** The rules for which a figure is smallest, and those for which it is largest. */
function extremes(
  rules: readonly [PricedRule, ...PricedRule[]],
  figureOf: (cost: RuleCost) => number,
): readonly [least: Extreme, most: Extreme] {
  const extreme = (sign: number): Extreme => {
    const { cost } = rules.reduce((best, rule) =>
      sign * figureOf(rule.cost) > sign * figureOf(best.cost) ? rule : best,
    );
    const equal = rules.filter((rule) => figureOf(rule.cost) === figureOf(cost));
    const labels = wordList(
      equal.map(({ label }) => label),
      'and',
    );
    return { labels, cost };
  };
  return [extreme(-1), extreme(1)];
}

function speedSentence(rules: readonly [PricedRule, ...PricedRule[]]): string {
  const [fastest, slowest] = extremes(rules, ({ trainingInterval }) => trainingInterval.cycles);
  if (fastest.cost.trainingInterval.cycles === slowest.cost.trainingInterval.cycles) return '';
  // Rules of equal pace may differ in energy: only one alone has an energy at that pace.
  const every = ({ labels, cost: { trainingInterval: at } }: Extreme): string =>
    rules.some(({ label }) => label === labels)
      ? `${formatTime(at.us)} at ${energyText(at)}`
      : formatTime(at.us);
  return ` ${fastest.labels} can take a sample every ${every(fastest)}, ${slowest.labels} every ${every(slowest)}.`;
}

/** Of a chip that does not learn. */
function inferenceAnswer(name: string, { inference, inferenceInterval }: InferenceCost): string {
  const energy = isPriced(inference)
    ? `${energyText(inference)} (${bandText(inference, inference)})`
    : 'energy without a price';
  return `${name} does not learn. An inference takes ${energy} and ${formatTime(inference.latencyUs)} (${cyclesText(inference.latencyCycles)}); it can take a sample every ${formatTime(inferenceInterval.us)}.`;
}

/** `X; where hidden layers learn too, with DRTP: Y`: shallow is cheap because hidden layers learn nothing. */
function leastSentence(
  rules: readonly [PricedRule, ...PricedRule[]],
  figures: (extreme: Extreme) => string,
): string {
  const energyOf = ({ training }: RuleCost): number => training.energyNj;
  const [least] = extremes(rules, energyOf);
  const sentence = `Learning from a sample takes least energy with ${least.labels}: ${figures(least)}`;
  const [first, ...others] = rules.filter(({ label }) => label !== shallowLabel);
  if (first === undefined) return sentence;
  const [leastOfAllLayers] = extremes([first, ...others], energyOf);
  return energyOf(leastOfAllLayers.cost) === energyOf(least.cost)
    ? sentence
    : `${sentence}; where hidden layers learn too, with ${leastOfAllLayers.labels}: ${figures(leastOfAllLayers)}`;
}

/** The answer to the question of the page: what learning costs, by rule. Every rule of the table is in it. */
export function estimateAnswer(estimate: EstimateRecord): string {
  const { inferenceOnly, hardware } = estimate;
  if (inferenceOnly !== null) return inferenceAnswer(hardware.name, inferenceOnly.perSample);
  const [first, ...others] = pricedRules(estimate);
  if (first === undefined) return '';
  const { inference } = first.cost;
  if (!isPriced(inference)) {
    return 'Nothing of it has a price on this chip; counts and cycles are below.';
  }
  const figures = ({ cost: { training } }: Pick<Extreme, 'cost'>): string =>
    `${energyText(training)} (${bandText(training, training)}), ${times(training.energyNj, inference.energyNj)} an inference of ${energyText(inference)}`;
  if (others.length === 0) {
    return `Learning from a sample with ${first.label} takes ${figures(first)}.`;
  }
  const rules = [first, ...others] as const;
  const [least, most] = extremes(rules, ({ training }) => training.energyNj);
  const dear = most.cost.training;
  const ratio = times(dear.energyNj, least.cost.training.energyNj);
  return `${leastSentence(rules, figures)}; most with ${most.labels}: ${energyText(dear)}, ${ratio} the least.${speedSentence(rules)}`;
}

/** What is unpriced in any of the rules, or in inference alone, each once. */
export function unpricedActions({ rules, inferenceOnly }: EstimateRecord): readonly string[] {
  const costs = [...rules, inferenceOnly].flatMap((one) => one?.perSample ?? []);
  return [...new Set(costs.flatMap(({ unpriced: actions }) => actions))];
}
