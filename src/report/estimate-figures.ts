import type { EstimateRecord, RuleEstimate } from '../experiment/estimate/estimate-record.js';
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
} from './quantity.js';

type RuleCost = NonNullable<RuleEstimate['perSample']>;
type Cost = RuleCost['training'];

/** A rule that the chip can learn by, with its costs. */
export interface PricedRule {
  readonly label: string;
  readonly cost: RuleCost;
}

export function pricedRules({ rules }: EstimateRecord): readonly PricedRule[] {
  return rules.flatMap((rule) =>
    rule.perSample === null ? [] : [{ label: ruleLabel(rule), cost: rule.perSample }],
  );
}

/** Whether anything of a cost has a price. */
function isPriced({ energyHighNj }: Cost): boolean {
  return energyHighNj > 0;
}

export function energyText(cost: Cost): string {
  return isPriced(cost) ? formatEnergy(cost.energyNj * 1000) : unpriced;
}

/** `305–2,180 nJ`, with a word where rows without a price are missing in it. */
export function bandText(cost: Cost): string {
  if (!isPriced(cost)) return '';
  const band = formatEnergyBand(cost.energyLowNj * 1000, cost.energyHighNj * 1000);
  return cost.complete ? band : `${band}, incomplete`;
}

export function cyclesText(cycles: number): string {
  return withUnit(formatCount(cycles), 'cycles');
}

/** One column of the table of rules, for the page and for the terminal. */
export interface RuleColumn {
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
    explanation: 'Count times price, leakage included where it is priced, with its low–high band.',
    cell: ofCost(({ training }) => [energyText(training), bandText(training)]),
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

function ratioText(larger: number, smaller: number): string {
  return `${formatNumber(larger / smaller, 3)} times`;
}

/** The answer to the question of the page: what learning costs, by rule. */
export function estimateAnswer(estimate: EstimateRecord): string {
  const rules = pricedRules(estimate);
  const [first] = rules;
  if (first === undefined) return '';
  const { inference } = first.cost;
  const ofPriced = rules.every(({ cost }) => cost.training.complete) ? '' : ' (of what is priced)';
  if (!isPriced(inference))
    return 'Nothing of it has a price on this chip; counts and cycles are below.';
  const sorted = rules.toSorted(
    (left, right) => left.cost.training.energyNj - right.cost.training.energyNj,
  );
  const cheapest = sorted[0] ?? first;
  const dearest = sorted.at(-1) ?? first;
  const { label, cost } = cheapest;
  const beginning = `Learning from a sample${rules.length > 1 ? ' costs least with' : ' by'} ${label}${rules.length > 1 ? ':' : ' costs'} ${energyText(cost.training)} (${bandText(cost.training)})${ofPriced}, ${ratioText(cost.training.energyNj, inference.energyNj)} an inference of ${energyText(inference)}`;
  if (rules.length === 1) return `${beginning}.`;
  const dear = dearest.cost.training;
  const slowest = rules.reduce((most, rule) =>
    rule.cost.trainingInterval.cycles > most.cost.trainingInterval.cycles ? rule : most,
  );
  const fastest = rules.reduce((least, rule) =>
    rule.cost.trainingInterval.cycles < least.cost.trainingInterval.cycles ? rule : least,
  );
  const speed =
    fastest === slowest
      ? ''
      : ` ${fastest.label} takes a sample every ${formatTime(fastest.cost.trainingInterval.us)}, ${slowest.label} every ${formatTime(slowest.cost.trainingInterval.us)}.`;
  return `${beginning}; most with ${dearest.label}: ${energyText(dear)}, ${ratioText(dear.energyNj, cost.training.energyNj)} as much.${speed}`;
}

/** What is unpriced in any of the rules, each once. */
export function unpricedActions({ rules }: EstimateRecord): readonly string[] {
  return [...new Set(rules.flatMap(({ perSample }) => perSample?.unpriced ?? []))];
}
