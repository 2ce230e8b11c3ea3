import { factsOf } from '../../network/rule-facts.js';
import type { TensorFlow } from '../backend/backend.js';
import { BatchStep } from './batch-step.js';
import { DelayedError } from './delayed-error.js';
import { FeedbackUpkeep } from './feedback-upkeep.js';
import { LearningRate } from './learning-rate.js';
import { losses } from '../loss.js';
import { optimizers } from '../optimizers/optimizers.js';
import type { ReferenceJob } from '../reference-job.js';
import { ReferenceLayer } from '../reference-layer.js';
import { ruleOf } from '../rules/rules.js';

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
    this.delayed =
      rule.name === 'defp'
        ? new DelayedError(rule.variant, losses[job.loss], job.train.labels, this.classCount)
        : null;
  }

  dispose(): void {
    for (const layer of this.layers) layer.dispose();
    this.upkeep.dispose();
  }
}
