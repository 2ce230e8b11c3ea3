import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';
import { DelayedError } from './delayed-error.js';
import { judgeOutputs } from './learn-block.js';
import { type LossName, losses } from '../loss.js';
import type { LayerActivity, ReferenceLayer } from '../reference-layer.js';
import { type LearningRule, needed } from '../rules/learning-rule.js';
import { keepsDelayedErrors, ruleOf, type RuleSpec } from '../rules/rules.js';
import { chooseInputs, type ReferenceSamples } from '../samples.js';

/** A network at rest: it is looked at, not taught. */
export interface ObservedNetwork {
  readonly tf: TensorFlow;
  readonly layers: readonly ReferenceLayer[];
  readonly rule: RuleSpec;
  readonly loss: LossName;
}

/** What samples leave in one layer, each (samples × neuronCount), CONV before pooling, in the order of B. */
export interface LayerSignals {
  /** W·x + b. */
  readonly z: Float32Array;
  readonly h: Float32Array;
  /** Null in the output layer, and where the rule makes none. */
  readonly deltaH: Float32Array | null;
  /** δh ⊙ f′; in the output layer the true gradient of the loss, summed over the classes. */
  readonly deltaZ: Float32Array | null;
}

/** The same as tensors; undefined for null, which a tidy scope does not return. */
type SignalTensors = {
  readonly z: Tensor2D;
  readonly h: Tensor2D;
  readonly deltaH: Tensor2D | undefined;
  readonly deltaZ: Tensor2D | undefined;
  /** δz as rows, for the layer below. */
  readonly rows: Tensor2D | undefined;
};

/** What the samples tell the hidden layers, as tensors. */
interface SampleTensors {
  readonly labels: ReturnType<TensorFlow['tensor1d']>;
  readonly delayed: Tensor2D | null;
  readonly error: Tensor2D;
}

/** d of rule defp as a visit by these very weights leaves it; null for all other rules. */
function freshlyDelayed(
  { rule, loss }: ObservedNetwork,
  labels: Uint8Array,
  outputs: Float32Array,
): Float32Array | null {
  if (!keepsDelayedErrors(rule)) return null;
  const everySample = Uint32Array.from(labels.keys());
  const classCount = outputs.length / labels.length;
  const memory = new DelayedError(rule, losses[loss], labels, classCount);
  memory.keep(everySample, labels, outputs);
  memory.endEpoch();
  return memory.select(everySample, labels);
}

/** What δh of a hidden layer may be computed from; rules differ in what they take. */
interface DeltaOperands {
  readonly activity: LayerActivity;
  readonly above: SignalTensors | undefined;
  readonly samples: SampleTensors;
}

/** δh of the hidden layer `index` in the order of B; `above` is what the next layer makes. */
function hiddenDelta(
  network: ObservedNetwork,
  rule: LearningRule,
  index: number,
  { activity, above, samples }: DeltaOperands,
): Tensor2D | null {
  const { tf } = network;
  const [layer, next] = network.layers.slice(index);
  if (layer === undefined || next === undefined) return null;
  const { feedback } = layer;
  switch (rule.waitsFor) {
    case 'nothing':
      return rule.deltaH(tf, { feedback, ...samples });
    case 'outputs':
      return rule.deltaH(tf, { feedback: needed(feedback), error: samples.error });
    case 'nextLayer': {
      if (above?.rows === undefined) return null;
      const carried = next.carryBack(above.rows, rule.carrier(next.weights.value, feedback));
      return layer.deltaHBelow(activity, carried);
    }
  }
}

/** From the last layer to the first; call inside tf.tidy. */
function passBack(
  network: ObservedNetwork,
  activities: readonly LayerActivity[],
  deltaZ: Tensor2D,
  samples: SampleTensors,
): SignalTensors[] {
  const rule = ruleOf(network.rule);
  const last = network.layers.length - 1;
  const signals: SignalTensors[] = [];
  network.layers.toReversed().forEach((layer, depth) => {
    const index = last - depth;
    const activity = activities[index];
    if (activity === undefined) return;
    const h = layer.inNeuronOrder(activity.h);
    const z = layer.inNeuronOrder(layer.sums(activity.operands));
    if (depth === 0) {
      signals.push({ z, h, deltaH: undefined, deltaZ, rows: deltaZ });
      return;
    }
    const deltaH = hiddenDelta(network, rule, index, { activity, above: signals.at(-1), samples });
    const rows = deltaH === null ? undefined : layer.deltaZ(activity, deltaH);
    signals.push({
      z,
      h,
      deltaH: deltaH ?? undefined,
      deltaZ: rows === undefined ? undefined : layer.inNeuronOrder(rows),
      rows,
    });
  });
  return signals.reverse();
}

async function read(tensor: Tensor2D): Promise<Float32Array> {
  return (await tensor.data<'float32'>()).slice();
}

/**
 * What the samples leave in every layer, one forward pass and the rule's errors, with the weights as they are, without
 * dropout and without learning. Each sample stands alone: nothing is divided by batch or classes.
 *
 * `delayed` is d of rule defp (samples × 1, `fullVector`: × classCount); null takes what a visit by these very weights
 * leaves behind, so that label-selected variants point where DRTP points, d > 0 being a factor of the whole vector.
 */
export async function errorSignals(
  network: ObservedNetwork,
  samples: ReferenceSamples,
  delayed: Float32Array | null,
): Promise<readonly LayerSignals[]> {
  const { tf, layers, loss } = network;
  const { labels, sampleCount } = samples;
  const rowsOf = (values: Float32Array): Tensor2D =>
    tf.tensor2d(values, [sampleCount, values.length / sampleCount]);
  const activities = tf.tidy(() => {
    let x = rowsOf(chooseInputs(samples, Uint32Array.from(labels.keys())));
    return layers.map((layer) => {
      const activity = layer.activity(x);
      x = activity.output;
      return activity;
    });
  });
  let signals: readonly SignalTensors[] = [];
  try {
    const last = activities.at(-1);
    if (last === undefined) return [];
    const outputs = await read(last.output);
    const classCount = outputs.length / sampleCount;
    const judge = { job: { loss, lossReduction: 'sum' as const }, layers, classCount };
    const { error, deltaZ } = judgeOutputs(judge, labels, outputs);
    const kept = delayed ?? freshlyDelayed(network, labels, outputs);
    signals = tf.tidy(() =>
      passBack(network, activities, rowsOf(deltaZ), {
        labels: tf.tensor1d(labels, 'int32'),
        delayed: kept === null ? null : rowsOf(kept),
        error: rowsOf(error),
      }),
    );
    const arrays: LayerSignals[] = [];
    for (const { z, h, deltaH, deltaZ: ofLayer } of signals) {
      arrays.push({
        z: await read(z),
        h: await read(h),
        deltaH: deltaH === undefined ? null : await read(deltaH),
        deltaZ: ofLayer === undefined ? null : await read(ofLayer),
      });
    }
    return arrays;
  } finally {
    tf.dispose(activities);
    tf.dispose([...signals]);
  }
}
