import { keepsDelayedErrors } from '../../reference/rules/rules.js';
import {
  type ChipNumerics,
  type RuleSpec,
  type TensorName,
  everyTensor,
  tensorNames,
} from '../../chip/image/chip-image.js';
import { OracleEngine } from '../../chip/oracle/oracle-engine.js';
import type { SampleBatch } from '../../chip/engine.js';
import { allocateCores } from '../../mapping/placement/allocate-cores.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import type { Learning } from '../../mapping/learning.js';
import {
  type Placement,
  placeNetwork,
  quantiserOf,
} from '../../mapping/placement/place-network.js';
import { originalFeedback } from '../../network/feedback.js';
import type { LayerParameters } from '../../network/parameters.js';
import { elementAt } from '../../numerics/integer.js';
import type { GoldenCase } from '../../reference/golden/golden-case.js';
import { compareParameters, type GoldenTensor } from '../../reference/golden/replay-golden.js';
import type { ReferenceJob } from '../../reference/reference-job.js';
import {
  type FractionBits,
  wideChip,
  wideDelayedErrorWords,
  widened,
  wideNumerics,
} from './wide-chip.js';

/** The wide chip's deviation from a published run (rules, table of witnesses): in all, and of a tensor's largest change. */
export const wideTolerance = { parameter: 1e-3, ofChange: 1e-2 } as const;
const wideFractionBits = 24;

/** A training on the wide chip. */
export interface WideTraining {
  /** After the last step, as real numbers; B as it was given. */
  readonly parameters: readonly LayerParameters[];
  /** F of every tensor with which no value was too large for its format, or as few as are sensible. */
  readonly fractionBits: FractionBits;
}

/** How the wide chip repeated a published run. */
export interface WideReport extends Pick<WideTraining, 'fractionBits'> {
  readonly tensors: readonly GoldenTensor[];
  readonly passes: boolean;
}

/** The rule as the chip knows it; null for the variant of DEFP that it does not have. */
function chipRule({ rule, train }: ReferenceJob): RuleSpec | null {
  if (!keepsDelayedErrors(rule)) return { kind: rule.name };
  const { variant } = rule;
  // The sum of an average is wider than the registers of the wide chip.
  if (variant === 'lossValue' || (rule.averageShift ?? 0) > 0) return null;
  const { sampleCount } = train;
  return { kind: rule.name, variant, sampleCount, ...wideDelayedErrorWords };
}

/** Why the wide chip has no such variant of DEFP. */
function obstacleOf(rule: ReferenceJob['rule']): string {
  const variant = keepsDelayedErrors(rule) ? rule.variant : 'error';
  const why =
    variant === 'lossValue'
      ? 'it has no logarithm'
      : 'its sum is wider than the registers of the wide chip';
  return `defp variant ${variant}: ${why}`;
}

/** Why a training has no counterpart on the wide chip, as the end of a sentence; null where it has one. */
export function wideObstacle(job: ReferenceJob): string | null {
  const { optimizer, schedule, feedback, dyingReluGate, dropout } = job;
  const sampleCount = job.orders(1).length;
  const isPartial = sampleCount % job.batch > 0;
  const obstacles: readonly (readonly [boolean, string])[] = [
    [optimizer !== 'sgd', `optimizer ${optimizer}: the wide chip is a witness of plain SGD only`],
    [schedule.name !== 'constant', `schedule ${schedule.name}: its learning rate is constant`],
    [feedback.kind !== 'fixed', `feedback ${feedback.kind}: its B is fixed`],
    [dyingReluGate !== 'none', `dyingReluGate ${dyingReluGate}: it has no gate`],
    [dropout.rate > 0, `dropout of rate ${dropout.rate}: it drops nothing`],
    [chipRule(job) === null, obstacleOf(job.rule)],
    [
      job.batch > 1 && keepsDelayedErrors(job.rule) && job.rule.variant === 'movingRate',
      'defp variant movingRate in batches: the chip scales η sample by sample',
    ],
    [
      job.lossReduction === 'mean' && isPartial,
      `${sampleCount} samples in batches of ${job.batch}: it averages over whole batches only`,
    ],
  ];
  return obstacles.find(([applies]) => applies)?.[1] ?? null;
}

/** The network, the way it learns and its start, on a chip of these formats. */
function place(job: ReferenceJob, rule: RuleSpec, numerics: ChipNumerics): Placement {
  const { topology, frozenLayers, batch, initial: parameters } = job;
  const chip = wideChip(topology);
  const learning: Learning = {
    rule,
    frozenLayers,
    optimizer: 'sgd',
    batchSize: batch,
    skipBelow: job.skipBelow,
    feedbackSource: 'memory',
  };
  return placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics, learning),
    parameters,
    feedbackDraw: originalFeedback,
    chip,
    numerics,
    learning,
    loss: job.loss,
    lossReduction: job.lossReduction,
    learningRate: job.learningRate,
    seed: 0,
    isDense: false,
    eventThreshold: 0,
    isExact: true,
  });
}

/** Shows the chip the samples as the reference sees them; returns how many input values did not fit. */
function trainChip(chip: OracleEngine, job: ReferenceJob, numerics: ChipNumerics): number {
  const { topology, train, rule } = job;
  const table = { inputCount: topology.inputCount, ...train };
  const encoder = new InputEncoder(table, quantiserOf(numerics, 'input'));
  const batchOf = (sampleIndices: Uint32Array): SampleBatch => ({
    ...encoder.encode(sampleIndices, 0, sampleIndices.length),
    sampleIndices,
  });
  if (keepsDelayedErrors(rule) && rule.init === 'measure') {
    chip.measure(batchOf(job.orders(1)));
    chip.endEpoch();
  }
  for (let epoch = 1; epoch <= job.epochs; epoch += 1) {
    chip.train(batchOf(job.orders(epoch)));
    chip.endEpoch();
  }
  return encoder.overflowCount;
}

function toReal(raw: Int32Array, fractionBits: number): Float32Array {
  return Float32Array.from(raw, (value) => value * 2 ** -fractionBits);
}

/** Real parameters of what the chip has learned. */
function parametersOf(
  chip: OracleEngine,
  job: ReferenceJob,
  bits: FractionBits,
): LayerParameters[] {
  const { weightsRaw, biasesRaw } = chip.learnedState();
  return job.initial.map(({ feedback }, index) => ({
    weights: toReal(elementAt(weightsRaw, index, 'weightsRaw'), bits.weight),
    biases: toReal(elementAt(biasesRaw, index, 'biasesRaw'), bits.bias),
    feedback,
  }));
}

/**
 * Trains on the chip model with formats of `wideFractionBits` fraction bits and activation functions computed exactly
 * (docs/spec.md §2.12). Where a value left its format, the tensor gets a larger range and the training is repeated, so
 * that rounding alone parts the chip from real numbers.
 * @throws RangeError for a job that `wideObstacle` names.
 */
export function trainOnWideChip(
  job: ReferenceJob,
  startingBits: number = wideFractionBits,
): WideTraining {
  const obstacle = wideObstacle(job);
  const rule = chipRule(job);
  if (rule === null || obstacle !== null) throw new RangeError(`wide chip: ${obstacle ?? ''}`);
  let fractionBits: FractionBits = everyTensor(() => startingBits);
  for (;;) {
    const numerics = wideNumerics(fractionBits);
    const { image, initialOverflows } = place(job, rule, numerics);
    const chip = new OracleEngine(image);
    const inputOverflowCount = trainChip(chip, job, numerics);
    const overflowed = new Set<TensorName>(inputOverflowCount > 0 ? ['input'] : []);
    for (const { tensor } of initialOverflows) overflowed.add(tensor);
    for (const { tensor, saturationCount } of chip.tensorHealth()) {
      if (saturationCount > 0) overflowed.add(tensor);
    }
    const wider = widened(fractionBits, overflowed);
    if (tensorNames.every((tensor) => wider[tensor] === fractionBits[tensor])) {
      return { parameters: parametersOf(chip, job, fractionBits), fractionBits };
    }
    fractionBits = wider;
  }
}

/** Repeats a run of plain SGD on the wide chip and says how far it came from it. @throws RangeError for a case that `wideObstacle` names. */
export function replayOnChip(
  golden: Pick<GoldenCase, 'job' | 'final'>,
  startingBits?: number,
): WideReport {
  const { parameters, fractionBits } = trainOnWideChip(golden.job, startingBits);
  // Half a step: the rounding of the initial values, all there is in a layer that does not learn.
  const initial = 2 ** -(Math.min(fractionBits.weight, fractionBits.bias) + 1);
  const tensors = compareParameters(golden, parameters, { ...wideTolerance, initial });
  return { fractionBits, tensors, passes: tensors.every(({ isWithin }) => isWithin) };
}
