import { factsOf, ruleWithoutFeedback } from '../../network/rule-facts.js';
import { coreMemories } from '../../ledger/components.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import {
  type ChipModel,
  type CoreModel,
  kindOfCore,
  type MemoryModel,
} from '../../hardware/chip-model.js';
import { allocateCores } from '../../mapping/placement/allocate-cores.js';
import type { Learning } from '../../mapping/learning.js';
import { delayedErrorUse, type MemoryUse } from '../../mapping/placement/memory-use.js';
import type { RuleName } from '../../network/rule-facts.js';
import { type NetworkTopology, spanOf } from '../../network/topology.js';
import { InputError } from '../../units/input-error.js';
import type { StrictYaml } from '../../units/strict-yaml.js';
import { checkTraining } from '../file/checks/check-training.js';
import { describeLearning } from '../file/describe-learning.js';
import type { Experiment } from '../file/experiment-schema.js';
import { at, noRoom, placeExperiment } from '../file/prepare-experiment.js';
import { coresText } from './assumed-cores.js';
import type { PreparedEstimate } from './prepare-estimate.js';

/** A memory of one core, and of those that hold the equal layers after it. */
export interface RepeatedUse extends MemoryUse {
  /** Cores, each with such a memory. */
  readonly repeat: number;
}

/** A network on a chip as far as its costs depend on it: its arrays of weights, biases and B are empty. */
export interface PlacedRule {
  readonly rule: RuleName;
  readonly learning: Learning;
  /** Null where the chip has not enough room; `problem` then says of what. */
  readonly image: ChipImage | null;
  readonly problem: string | null;
  /** Used bits are those that the network needs, whether the chip has them or not; empty where no number of words would do. */
  readonly memories: readonly RepeatedUse[];
}

/** Banks and cores of a chip that is never too small. */
const plenty = 2 ** 20;

function roomy<Memory extends MemoryModel>(memory: Memory): Memory {
  return { ...memory, bankCount: plenty };
}

function roomyCore(core: CoreModel): CoreModel {
  const memories = { ...core.memories };
  for (const component of coreMemories) memories[component] = roomy(memories[component]);
  return { ...core, memories };
}

/** The same chip with cores in plenty, of every kind. */
function withPlenty(chip: ChipModel): ChipModel {
  if (chip.kinds === undefined) return { ...chip, coreCount: plenty };
  const kinds = chip.kinds.map((kind, index) => ({
    ...kind,
    firstCore: index * plenty,
    count: plenty,
  }));
  return { ...chip, coreCount: kinds.length * plenty, kinds };
}

/** The same chip with banks and cores in plenty, to find out how many the network needs. */
function roomyChip(chip: ChipModel): ChipModel {
  const { kinds, ...large } = withPlenty(chip);
  return {
    ...large,
    ...(kinds === undefined
      ? {}
      : { kinds: kinds.map((kind) => ({ ...kind, core: roomyCore(kind.core) })) }),
    core: roomyCore(chip.core),
    delayedErrorMemory: roomy(chip.delayedErrorMemory),
  };
}

/** What becomes of B, as far as a rule has one. */
function upkeepOf(
  { feedbackPolicy, dyingReluGate }: Experiment['training'],
  rule: RuleName,
): Pick<Experiment['training'], 'feedbackPolicy' | 'dyingReluGate'> {
  const { feedback } = factsOf(rule);
  return {
    feedbackPolicy: feedback === 'none' ? { name: 'fixed' } : feedbackPolicy,
    dyingReluGate: feedback === 'classes' ? dyingReluGate : 'none',
  };
}

/** The experiment with another rule; what only concerns the float reference, or a B that the rule lacks, is left out. */
function withRule(read: StrictYaml<Experiment>, rule: RuleName): StrictYaml<Experiment> {
  const { training, reference } = read.value;
  const value = {
    ...read.value,
    training: { ...training, rule, ...upkeepOf(training, rule) },
    reference: { ...reference, training: {} },
  };
  return { ...read, value };
}

function allocate(
  { read, topology, numerics, classCount }: PreparedEstimate,
  chip: ChipModel,
  learning: Learning,
) {
  const requests = read.value.mapping?.layers ?? [];
  const allocations = allocateCores(topology, chip, numerics, learning, requests);
  const shared = delayedErrorUse(learning.rule, classCount, numerics.formats.delayedError, chip);
  const ofCores = allocations.flatMap(({ parts, span: { repeat } }) =>
    parts.flatMap(({ memories }) => memories.map((use): RepeatedUse => ({ ...use, repeat }))),
  );
  const memories = [...ofCores, ...shared.map((use): RepeatedUse => ({ ...use, repeat: 1 }))];
  return { allocations, memories };
}

/** Result of the step, or the message of its InputError. */
function attempt<Value>(
  step: () => Value,
): { readonly value: Value } | { readonly problem: string } {
  try {
    return { value: step() };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

/** Sentences that are shown where many layers lack the same. */
const shownSentences = 3;

function shortened(problem: string): string {
  const sentences = problem.split('\n');
  const hidden = sentences.length - shownSentences;
  if (hidden <= 1) return problem;
  return [...sentences.slice(0, shownSentences), `and ${hidden} more like these`].join('\n');
}

/** A second line of a refusal: how many cores would do, and the option that assumes them. */
function coresHint(chip: ChipModel, memories: readonly MemoryUse[]): string {
  const cores = memories.flatMap(({ core }) => (core === null ? [] : [core]));
  const last = cores.reduce((highest, core) => Math.max(highest, core), 0);
  if (chip.kinds === undefined) {
    return `\n--cores ${last + 1} estimates as if ${chip.name} had ${last + 1} cores`;
  }
  const many = withPlenty(chip);
  const counts = chip.kinds.map(({ name, count }): readonly [string, number] => {
    const used = new Set(cores.filter((core) => kindOfCore(many, core).name === name));
    return [name, Math.max(count, used.size)];
  });
  return `\n--cores ${coresText(Object.fromEntries(counts))} estimates as if ${chip.name} had these`;
}

/** A rule that does not fit: what the chip lacks, and how an estimate gets around it. */
function refuse(prepared: PreparedEstimate, learning: Learning, problem: string): PlacedRule {
  const { chip } = prepared;
  const needed = attempt(() => allocate(prepared, roomyChip(chip), learning));
  const withCores = attempt(() => allocate(prepared, withPlenty(chip), learning));
  const hint = 'value' in withCores ? coresHint(chip, withCores.value.memories) : '';
  return {
    rule: learning.rule.kind,
    learning,
    image: null,
    problem: `${shortened(problem)}${hint}`,
    memories: 'value' in needed ? needed.value.memories : [],
  };
}

/** Numbers, in a condensed network, of the layers that stand for these. */
export function condensedNumbers(topology: NetworkTopology, numbers: readonly number[]): number[] {
  const isMeant = new Set(numbers);
  return topology.layers.flatMap((_, index) =>
    isMeant.has(spanOf(topology, index).first) ? [index + 1] : [],
  );
}

/** Puts the network on the chip; where it has not enough room, what it would need. */
function place(
  prepared: PreparedEstimate,
  read: StrictYaml<Experiment>,
  learning: Learning,
): PlacedRule {
  const { chip, topology, numerics } = prepared;
  const allocated = attempt(() => allocate(prepared, chip, learning));
  if ('problem' in allocated) return refuse(prepared, learning, allocated.problem);
  const { allocations, memories } = allocated.value;
  const on = { topology, allocations, chip, numerics, learning };
  const { image } = placeExperiment(read, on, () => null).placement;
  return { rule: learning.rule.kind, learning, image, problem: null, memories };
}

/**
 * Puts the network on the chip for a rule, without weights.
 * @throws InputError where rule and network or formats cannot be together at all.
 */
export function placeRule(prepared: PreparedEstimate, rule: RuleName): PlacedRule {
  const { chip, topology, numerics } = prepared;
  const read = withRule(prepared.read, rule);
  checkTraining(read, topology);
  const learning = at(read, ['training'], () =>
    describeLearning(read.value, chip, numerics, prepared.trainSampleCount),
  );
  const frozenLayers = condensedNumbers(topology, learning.frozenLayers);
  return place(prepared, read, { ...learning, frozenLayers });
}

/** A network on a chip that does not learn. */
export interface PlacedInference {
  readonly image: ChipImage;
  readonly memories: readonly RepeatedUse[];
}

/**
 * Puts the network on a chip that does not learn: with every layer frozen, it needs no memory for learning.
 * @throws InputError where the chip has not enough room
 */
export function placeInference(prepared: PreparedEstimate): PlacedInference {
  const { read, topology } = prepared;
  const learning: Learning = {
    rule: { kind: ruleWithoutFeedback },
    frozenLayers: topology.layers.map((_, index) => index + 1),
    optimizer: 'sgd',
    batchSize: 1,
    feedbackSource: 'memory',
  };
  const { image, problem, memories } = place(prepared, read, learning);
  if (image === null) {
    throw noRoom(read, problem ?? `${prepared.chip.name} has no room for it`);
  }
  return { image, memories };
}
