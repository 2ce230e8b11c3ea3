import { frozenIn } from '../../../network/freeze.js';
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
  const isRateScaled = defpOf(training)?.variant === 'movingRate';
  return [
    ...problems
      .filter(([isAsked]) => isAsked)
      .map(([, key, what]) => ({ key: ['training', ...key], sentence: `${what}, ${where}` })),
    ...(isRateScaled && training.batch > 1
      ? [
          {
            key: ['training', 'batch'],
            sentence: `with defp movingRate every sample scales η by the errors before it, so that a batch of ${training.batch} has no one η; use batch: 1`,
          },
        ]
      : []),
  ];
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

/** Spans of epochs in which layers keep their weights, and what the chip cannot do beside them. */
function freezeProblems({ training }: Experiment, topology: NetworkTopology): readonly Problem[] {
  const { freeze = [], epochs, frozenLayers } = training;
  const count = layerCount(topology);
  const problems = freeze.flatMap(({ layers, from, to }, index): readonly Problem[] => {
    const key = ['training', 'freeze', index];
    const strange = layers.find((layer) => layer > count);
    if (strange !== undefined) {
      const sentence = `layer ${strange} does not exist, the network has ${count} layers`;
      return [{ key: [...key, 'layers'], sentence }];
    }
    if (from <= to && to <= epochs) return [];
    const sentence = `epochs ${from} to ${to} are none of the ${epochs} epochs of the training; give from ≤ to ≤ ${epochs}`;
    return [{ key: [...key, 'to'], sentence }];
  });
  const key = ['training', 'freeze'];
  for (let epoch = 1; epoch <= epochs && freeze.length > 0; epoch += 1) {
    const frozen = new Set([...frozenLayers, ...frozenIn(freeze, epoch)]);
    if (frozen.size < count) continue;
    problems.push({ key, sentence: `in epoch ${epoch} every layer is frozen; let one learn` });
    break;
  }
  const { optimizer, updateSkip, feedbackPolicy, dyingReluGate } = training;
  const beside: readonly (readonly [boolean, string])[] = [
    [optimizer !== 'sgd', `optimizer ${optimizer}: states of frozen layers would be lost; use sgd`],
    [updateSkip !== undefined, 'updateSkip: leave one of the two out'],
    [feedbackPolicy.name !== 'fixed', `feedbackPolicy ${feedbackPolicy.name}: use fixed`],
    [dyingReluGate !== 'none', `dyingReluGate ${dyingReluGate}: use none`],
  ];
  const refused = freeze.length === 0 ? undefined : beside.find(([isAsked]) => isAsked);
  if (refused !== undefined) {
    problems.push({
      key,
      sentence: `layers frozen by epoch do not go on the chip with ${refused[1]}`,
    });
  }
  return problems;
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
    ...freezeProblems(experiment, topology),
  ];
  if (problem !== undefined) throw read.problem(problem.key, problem.sentence);
}
