import { factsOf } from '../../network/rule-facts.js';
import { frozenIn } from '../../network/freeze.js';
import type { TensorFlow } from '../backend/backend.js';
import { BatchStep } from './batch-step.js';
import { DelayedError } from './delayed-error.js';
import { FeedbackUpkeep } from './feedback-upkeep.js';
import { LearningRate } from './learning-rate.js';
import { losses } from '../loss.js';
import { optimizers } from '../optimizers/optimizers.js';
import type { ReferenceJob } from '../reference-job.js';
import { ReferenceLayer } from '../reference-layer.js';
import type { LayerMemory, TrainingMemory } from './training-memory.js';
import { keepsDelayedErrors, ruleOf } from '../rules/rules.js';

/** Everything that changes while a job is trained. It owns tensors: whoever makes one disposes of it. */
export class TrainingState {
  readonly tf: TensorFlow;
  readonly job: ReferenceJob;
  readonly layers: readonly ReferenceLayer[];
  readonly classCount: number;
  readonly learningRate: LearningRate;
  readonly upkeep: FeedbackUpkeep;
  readonly batchStep: BatchStep;
  /** DEFP only. */
  readonly delayed: DelayedError | null;

  constructor(tf: TensorFlow, job: ReferenceJob) {
    this.tf = tf;
    this.job = job;
    const { topology, rule } = job;
    const layers: ReferenceLayer[] = [];
    topology.layers.forEach((spec, index) => {
      const initial = job.initial[index];
      if (initial === undefined) return;
      const isTrainable = !job.frozenLayers.includes(index + 1);
      const { feedback } = factsOf(rule.name);
      const optimizer = optimizers[job.optimizer];
      layers.push(
        new ReferenceLayer(tf, {
          topology,
          index,
          spec,
          initial,
          feedback,
          optimizer,
          isTrainable,
        }),
      );
    });
    this.layers = layers;
    this.classCount = topology.layers.at(-1)?.neuronCount ?? 0;
    this.learningRate = new LearningRate(job.learningRate, job.schedule);
    this.upkeep = new FeedbackUpkeep(tf, job, layers);
    this.batchStep = new BatchStep(tf, ruleOf(rule), layers, this.upkeep, job.dropout);
    this.delayed = keepsDelayedErrors(rule)
      ? new DelayedError(rule, losses[job.loss], job.train.labels, this.classCount)
      : null;
  }

  /** Sets which layers learn in an epoch, 1, 2, … */
  beginEpoch(epoch: number): void {
    const { frozenLayers, freeze = [] } = this.job;
    const frozen = [...frozenLayers, ...frozenIn(freeze, epoch)];
    for (const [index, layer] of this.layers.entries()) {
      layer.isTrainable = !frozen.includes(index + 1);
    }
  }

  /** Between two epochs only: masks and orders are drawn from the number of the epoch. */
  async memory(): Promise<TrainingMemory> {
    const layers: LayerMemory[] = [];
    for (const { weights, biases, feedback } of this.layers) {
      layers.push({
        weights: await weights.values(),
        biases: await biases.values(),
        feedback: (await feedback?.data<'float32'>())?.slice() ?? null,
      });
    }
    return {
      layers,
      learningRate: this.learningRate.memory(),
      upkeep: this.upkeep.memory(),
      delayed: this.delayed?.memory() ?? null,
    };
  }

  /** Goes on where the training of the same job was. */
  restore({ layers, learningRate, upkeep, delayed }: TrainingMemory): void {
    layers.forEach(({ weights, biases, feedback }, index) => {
      const layer = this.layers[index];
      layer?.weights.restore(weights);
      layer?.biases.restore(biases);
      const shape = layer?.feedback?.shape;
      if (feedback === null || shape === undefined) return;
      layer?.replaceFeedback(this.tf.tensor2d(feedback.slice(), shape));
    });
    this.learningRate.restore(learningRate);
    this.upkeep.restore(upkeep);
    if (delayed !== null) this.delayed?.restore(delayed);
  }

  /** Whether every weight and bias is a number. */
  async isFinite(): Promise<boolean> {
    for (const { weights, biases } of this.layers) {
      for (const { value } of [weights, biases]) {
        if (!(await value.data<'float32'>()).every((each) => Number.isFinite(each))) return false;
      }
    }
    return true;
  }

  dispose(): void {
    for (const layer of this.layers) layer.dispose();
    this.upkeep.dispose();
  }
}
