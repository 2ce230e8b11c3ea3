import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';
import { type DropoutMoment, dropoutMask, type DropoutSpec } from './dropout.js';
import type { FeedbackUpkeep } from './feedback-upkeep.js';
import type { LayerActivity, ReferenceLayer } from '../reference-layer.js';
import { type LearningRule, needed } from '../rules/learning-rule.js';

/** What is known of a batch before its forward pass. */
export interface BatchInputs {
  readonly labels: Uint8Array;
  /** Shape (samples × inputCount). */
  readonly inputs: Float32Array;
  /** DEFP's d (samples × 1 or classCount), or null. */
  readonly delayed: Float32Array | null;
  readonly moment: Omit<DropoutMoment, 'layer'>;
}

/** What the outputs y say, both (samples × classCount). */
export interface BatchErrors {
  /** y − y*, as direct feedback alignment sees it. */
  readonly error: Float32Array;
  /** ∂J/∂z of the output layer. */
  readonly deltaZ: Float32Array;
  /** Per sample 1 where it is learned from, else 0, and then its errors are 0 too; absent or null: all are. */
  readonly isLearned?: Float32Array | null;
  /** DEFP's d (samples × 1) where the outputs of the batch decide it; absent or null: that of the inputs. */
  readonly delayed?: Float32Array | null;
}

/** A layer's part in the forward pass: its activity, and its dropout mask if there is one. */
type Visit = LayerActivity & { readonly mask: Tensor2D | undefined };

/** The error signals of one batch as tensors. */
interface Signals {
  readonly labels: Tensor1D;
  readonly delayed: Tensor2D | null;
  readonly error: Tensor2D;
  /** Shape (samples × 1); null: all are learned from. */
  readonly isLearned: Tensor2D | null;
}

/** Learns batch after batch with any rule: one forward pass, then one update of every layer that learns. */
export class BatchStep {
  readonly #tf: TensorFlow;
  readonly #rule: LearningRule;
  readonly #layers: readonly ReferenceLayer[];
  readonly #upkeep: FeedbackUpkeep;
  readonly #dropout: DropoutSpec;

  constructor(
    tf: TensorFlow,
    rule: LearningRule,
    layers: readonly ReferenceLayer[],
    upkeep: FeedbackUpkeep,
    dropout: DropoutSpec,
  ) {
    this.#tf = tf;
    this.#rule = rule;
    this.#layers = layers;
    this.#upkeep = upkeep;
    this.#dropout = dropout;
  }

  /** `judge` turns outputs into errors; returns the outputs (samples × classCount) from before the update. */
  async learn(
    batch: BatchInputs,
    learningRate: number,
    judge: (outputs: Float32Array) => BatchErrors,
  ): Promise<Float32Array> {
    const tf = this.#tf;
    const visits = tf.tidy(() => this.#forward(batch));
    try {
      const outputs =
        (await visits.at(-1)?.output.data<'float32'>())?.slice() ?? new Float32Array();
      const errors = judge(outputs);
      // A batch of which nothing is learned is no step: momenta and second moments stay too.
      if (errors.isLearned?.every((one) => one === 0) === true) return outputs;
      tf.tidy(() => {
        this.#backward(batch, visits, errors, learningRate);
      });
      return outputs;
    } finally {
      tf.dispose(visits);
    }
  }

  #forward(batch: BatchInputs): Visit[] {
    const tf = this.#tf;
    const sampleCount = batch.labels.length;
    let x = tf.tensor2d(batch.inputs, [sampleCount, batch.inputs.length / sampleCount]);
    return this.#layers.map((layer, index) => {
      const mask = this.#mask(layer, index, x.shape, batch);
      const activity = layer.activity(mask === undefined ? x : tf.mul(x, mask));
      this.#upkeep.gate(index)?.observe(layer.largestH(activity));
      x = activity.output;
      return { mask, ...activity };
    });
  }

  #mask(
    layer: ReferenceLayer,
    index: number,
    shape: [number, number],
    batch: BatchInputs,
  ): Tensor2D | undefined {
    if (this.#dropout.rate === 0 || layer.spec.kind !== 'fc') return undefined;
    const moment = { ...batch.moment, layer: index + 1 };
    return this.#tf.tensor2d(dropoutMask(this.#dropout, moment, shape[0] * shape[1]), shape);
  }

  /** From the last layer to the first that learns; δz below is taken before W above changes. */
  #backward(
    batch: BatchInputs,
    visits: readonly Visit[],
    errors: BatchErrors,
    learningRate: number,
  ): void {
    const tf = this.#tf;
    const sampleCount = batch.labels.length;
    const rows = (values: Float32Array): Tensor2D =>
      tf.tensor2d(values, [sampleCount, values.length / sampleCount]);
    const { isLearned = null } = errors;
    const delayed = errors.delayed ?? batch.delayed;
    const signals: Signals = {
      labels: tf.tensor1d(batch.labels, 'int32'),
      delayed: delayed === null ? null : rows(delayed),
      error: rows(errors.error),
      isLearned: isLearned === null ? null : rows(isLearned),
    };
    const first = this.#layers.findIndex((layer) => layer.isTrainable);
    if (first < 0) return;
    let deltaZ: Tensor2D | null = rows(errors.deltaZ);
    for (let index = this.#layers.length - 1; index >= first; index -= 1) {
      const layer = this.#layers[index];
      const visit = visits[index];
      if (layer === undefined || visit === undefined) continue;
      const below: Tensor2D | null =
        index > first ? this.#deltaZ(index - 1, visits, deltaZ, signals) : null;
      if (layer.isTrainable && deltaZ !== null) layer.learn(visit, deltaZ, learningRate);
      deltaZ = below;
    }
  }

  /** δz of hidden layer `index`; `above` is δz of the next one. Null: it does not learn. */
  #deltaZ(
    index: number,
    visits: readonly Visit[],
    above: Tensor2D | null,
    signals: Signals,
  ): Tensor2D | null {
    const tf = this.#tf;
    const rule = this.#rule;
    const [layer, next] = this.#layers.slice(index);
    const [visit, nextVisit] = visits.slice(index);
    if (layer === undefined || visit === undefined) return null;
    const { feedback } = layer;
    switch (rule.waitsFor) {
      case 'nothing': {
        const { isLearned, ...sources } = signals;
        const deltaH = rule.deltaH(tf, { feedback, ...sources });
        if (deltaH === null) return null;
        return layer.deltaZ(visit, isLearned === null ? deltaH : tf.mul(deltaH, isLearned));
      }
      case 'outputs':
        return layer.deltaZ(
          visit,
          rule.deltaH(tf, { feedback: needed(feedback), error: signals.error }),
        );
      case 'nextLayer': {
        if (next === undefined || nextVisit === undefined || above === null) return null;
        const carried = next.carryBack(above, rule.carrier(next.weights.value, feedback));
        const { mask } = nextVisit;
        return layer.deltaZBelow(visit, mask === undefined ? carried : tf.mul(carried, mask));
      }
    }
  }
}
