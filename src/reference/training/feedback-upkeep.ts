import { factsOf } from '../../network/rule-facts.js';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { drawFeedback, feedbackShape } from '../../network/feedback.js';
import type { TensorFlow } from '../backend/backend.js';
import { DyingReluGate } from './dying-relu-gate.js';
import { PlateauDetector } from './plateau.js';
import type { FeedbackMemory } from './training-memory.js';
import type { ReferenceJob } from '../reference-job.js';
import type { ReferenceLayer } from '../reference-layer.js';
import { ruleOf } from '../rules/rules.js';

/**
 * B over the epochs: fixed, drawn again, or set to the weights it stands for, and gated where ReLU units have died.
 * With `transported` B_i is W_k·…·W_{i+1} without the derivatives (thesis eq. 4.4), for FA W_{i+1}: weight transport.
 * DRTP and DEFP get −W_k·…·W_{i+1}, because they use +y* where BP uses y − y*: with the plus sign, which a random B does
 * not notice, they climb the loss (digits, 64-100-50-10, 12 epochs of Adam: 90 to 99 % test error, with the minus 20 to 26 %).
 */
export class FeedbackUpkeep {
  readonly #tf: TensorFlow;
  readonly #job: ReferenceJob;
  readonly #layers: readonly ReferenceLayer[];
  readonly #plateau: PlateauDetector | null;
  /** One for each layer that is gated. */
  readonly #gates = new Map<number, DyingReluGate>();
  /** B before gating, null where there is none. */
  readonly #ungated: (Float32Array | null)[];
  #isOnPlateau = false;

  constructor(tf: TensorFlow, job: ReferenceJob, layers: readonly ReferenceLayer[]) {
    this.#tf = tf;
    this.#job = job;
    this.#layers = layers;
    const { feedback, dyingReluGate } = job;
    this.#plateau =
      feedback.kind === 'redrawnOnPlateau' ? new PlateauDetector(feedback.patience) : null;
    this.#ungated = job.initial.map((parameters) => parameters.feedback);
    if (dyingReluGate === 'none') return;
    layers.slice(0, -1).forEach(({ spec }, index) => {
      if (spec.activation !== 'relu') return;
      const gate = new DyingReluGate(tf, dyingReluGate === 'permanent', spec.neuronCount);
      this.#gates.set(index, gate);
    });
  }

  /** The gate of layer `index`, or null. */
  gate(index: number): DyingReluGate | null {
    return this.#gates.get(index) ?? null;
  }

  /** Sets every B for this epoch, 1, 2, … */
  async beforeEpoch(epoch: number): Promise<void> {
    const { feedback } = this.#job;
    const isDue = 'everyEpochs' in feedback && (epoch - 1) % feedback.everyEpochs === 0;
    const isRedrawn = (feedback.kind === 'redrawn' && isDue && epoch > 1) || this.#isOnPlateau;
    this.#isOnPlateau = false;
    if (isRedrawn) this.#redraw(epoch);
    if (feedback.kind === 'transported' && isDue) await this.#transport();
    this.#layers.forEach((layer, index) => {
      const ungated = this.#ungated[index];
      const shape = feedbackShape(this.#job.topology, index, factsOf(this.#job.rule.name).feedback);
      if (ungated === null || ungated === undefined || shape === null) return;
      const gated = this.gate(index)?.gate(ungated) ?? ungated.slice();
      layer.replaceFeedback(this.#tf.tensor2d(gated, [...shape]));
    });
  }

  /** `trainingLoss`: mean of J over the samples of the epoch. */
  async endEpoch(trainingLoss: number): Promise<void> {
    this.#isOnPlateau = this.#plateau?.isPlateau(trainingLoss) ?? false;
    for (const gate of this.#gates.values()) await gate.endEpoch();
  }

  memory(): FeedbackMemory {
    return {
      ungated: this.#ungated.map((values) => values?.slice() ?? null),
      isOnPlateau: this.#isOnPlateau,
      plateau: this.#plateau?.memory() ?? null,
      openUnits: [...this.#gates.values()].map((gate) => gate.openUnits()),
    };
  }

  /** Goes on where the upkeep of the same job was. */
  restore({ ungated, isOnPlateau, plateau, openUnits }: FeedbackMemory): void {
    ungated.forEach((values, index) => {
      this.#ungated[index] = values?.slice() ?? null;
    });
    this.#isOnPlateau = isOnPlateau;
    if (plateau !== null) this.#plateau?.restore(plateau);
    [...this.#gates.values()].forEach((gate, index) => {
      gate.restore(openUnits[index] ?? []);
    });
  }

  dispose(): void {
    for (const gate of this.#gates.values()) gate.dispose();
  }

  #redraw(epoch: number): void {
    const { feedback, topology, rule } = this.#job;
    if (!('draw' in feedback)) return;
    const draw = { ...feedback.draw, kind: factsOf(rule.name).feedback };
    topology.layers.forEach((_, index) => {
      const seed = `${feedback.seed}/layer${index + 1}/feedback/epoch${epoch}`;
      this.#ungated[index] = drawFeedback(topology, index, draw, seed);
    });
  }

  async #transport(): Promise<void> {
    const tf = this.#tf;
    const { rule } = this.#job;
    const { feedback } = factsOf(rule.name);
    const { feedbackSign } = ruleOf(rule);
    for (let index = 0; index < this.#layers.length - 1; index += 1) {
      const [next, ...above] = this.#layers.slice(index + 1).map((layer) => layer.weights.value);
      if (next === undefined) continue;
      const product = tf.tidy((): Tensor2D => {
        if (feedback === 'weights') return next.clone();
        const whole = above.reduce((left, right) => tf.matMul(left, right), next);
        return tf.mul(tf.transpose(whole), feedbackSign);
      });
      this.#ungated[index] = (await product.data<'float32'>()).slice();
      product.dispose();
    }
  }
}
