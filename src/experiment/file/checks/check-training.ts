import { layerCount, type NetworkTopology } from '../../../network/topology.js';
import { alternatives, factsOf, rulesWhere } from '../../../network/rule-facts.js';
import type { KeyPath, StrictYaml } from '../../../units/strict-yaml.js';
import type { Experiment } from '../experiment-schema.js';
import { referenceTraining } from '../reference-training.js';
import { defpOf, type ReferenceOverrides, type Training } from '../training-schema.js';

/** What is wrong, and at which key. */
interface Problem {
  readonly key: KeyPath;
  readonly sentence: string;
}

/** What only the float reference does: refused in `training`, with the place where it belongs. */
function chipProblems({ training }: Experiment): readonly Problem[] {
  const { dropout } = training;
  const where = 'which the chip cannot; write it under reference.training, for the float reference';
  const problems: readonly (readonly [boolean, readonly string[], string])[] = [
    [dropout > 0, ['dropout'], `${dropout} drops inputs at random`],
    [
      defpOf(training)?.variant === 'lossValue',
      ['defp', 'variant'],
      'lossValue computes the loss itself',
    ],
  ];
  return problems
    .filter(([isAsked]) => isAsked)
    .map(([, key, what]) => ({ key: ['training', ...key], sentence: `${what}, ${where}` }));
}

/** bce is defined for outputs between 0 and 1. */
function lossProblems(experiment: Experiment, reference: Training): readonly Problem[] {
  const { output } = experiment.activation;
  if (output === 'sigmoid') return [];
  if (experiment.training.loss === 'bce') {
    const sentence = `loss bce needs outputs between 0 and 1, ${output} gives others; use sigmoid, or loss mse or ce`;
    return [{ key: ['activation', 'output'], sentence }];
  }
  if (reference.loss !== 'bce') return [];
  const sentence = `bce needs outputs between 0 and 1, activation.output ${output} gives others; use mse or ce`;
  return [{ key: ['reference', 'training', 'loss'], sentence }];
}

/** What the rule, the network and the treatment of B cannot mean together. */
function feedbackProblems(
  { training: { feedbackWidths }, training, reference: { training: overrides } }: Experiment,
  side: Training,
  topology: NetworkTopology,
): readonly Problem[] {
  const { rule, feedbackPolicy, dyingReluGate } = side;
  const { feedback: kind } = factsOf(rule);
  const withoutB = alternatives(rulesWhere(({ feedback }) => feedback === 'none'));
  const hidden = topology.layers.slice(0, -1);
  const hiddenCount = layerCount(topology) - 1;
  const keyOf = (key: keyof ReferenceOverrides): KeyPath =>
    side !== training && key in overrides ? ['reference', 'training', key] : ['training', key];
  const policy = feedbackPolicy.name;
  const problems: readonly (readonly [boolean, KeyPath, string])[] = [
    [
      kind === 'weights' && hidden.length === 0,
      ['training', 'rule'],
      `${rule} needs a hidden layer, whose error it carries back through B; add one, or use ${withoutB}`,
    ],
    [
      feedbackWidths !== null && feedbackWidths.length !== hiddenCount,
      ['training', 'feedbackWidths'],
      `${feedbackWidths?.length ?? 0} factors do not fit; give one for each hidden layer of the network (${hiddenCount}), or null`,
    ],
    [
      policy !== 'fixed' && kind === 'none',
      keyOf('feedbackPolicy'),
      `rule ${rule} has no feedback weights that could be ${policy}; use fixed, or another rule`,
    ],
    [
      policy === 'transported' && hidden.some((layer) => layer.kind === 'conv'),
      keyOf('feedbackPolicy'),
      'feedback weights of CONV layers cannot be transported, because a kernel is used at many positions; use fixed or redrawn',
    ],
    [
      dyingReluGate !== 'none' && kind !== 'classes',
      keyOf('dyingReluGate'),
      `${dyingReluGate} closes columns of B, rule ${rule} has none; use none, or rule ${alternatives(rulesWhere(({ feedback }) => feedback === 'classes'))}`,
    ],
    [
      dyingReluGate !== 'none' && hidden.every(({ activation }) => activation !== 'relu'),
      keyOf('dyingReluGate'),
      `${dyingReluGate} is for hidden relu layers, and there is none; use none, or activation.hidden relu`,
    ],
  ];
  return problems.filter(([isWrong]) => isWrong).map(([, key, sentence]) => ({ key, sentence }));
}

/** Layers that do not exist, or nothing left to learn. */
function frozenProblems({ training }: Experiment, topology: NetworkTopology): readonly Problem[] {
  const key = ['training', 'frozenLayers'];
  const { frozenLayers } = training;
  const count = layerCount(topology);
  const strange = frozenLayers.find((layer) => layer > count);
  if (strange !== undefined) {
    const sentence = `layer ${strange} does not exist, the network has ${count} layers`;
    return [{ key, sentence }];
  }
  if (new Set(frozenLayers).size < count) return [];
  const sentence = 'every layer is frozen, so nothing would learn; leave at least one out';
  return [{ key, sentence }];
}

/**
 * Checks of a training that need more than one key, or the network.
 * @throws InputError at the key to change, with the first problem.
 */
export function checkTraining(read: StrictYaml<Experiment>, topology: NetworkTopology): void {
  const experiment = read.value;
  const reference = referenceTraining(experiment);
  const [problem] = [
    ...chipProblems(experiment),
    ...lossProblems(experiment, reference),
    ...feedbackProblems(experiment, experiment.training, topology),
    ...feedbackProblems(experiment, reference, topology),
    ...frozenProblems(experiment, topology),
  ];
  if (problem !== undefined) throw read.problem(problem.key, problem.sentence);
}
