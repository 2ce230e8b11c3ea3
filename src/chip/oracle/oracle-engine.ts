import { AccessLedger } from '../../ledger/access-ledger.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { ChipImage } from '../image/chip-image.js';
import { checkFeedbackUpdate } from '../checks/feedback-check.js';
import { checkDatapathWidth } from '../checks/datapath-width.js';
import type {
  ChipEngine,
  FeedbackUpdate,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from '../engine.js';
import { LayerStack } from './layer-stack.js';
import type { TrainingSample } from './rules/learning-rule.js';
import { checkSampleIndices, checkSamples } from '../checks/sample-check.js';
import { samplesOf } from './samples.js';

/**
 * The chip: the controller around its layers. This is the oracle engine: exact integers of any size, one step after the
 * other, every access counted where it happens (import rule `oracle-knows-no-other-witness`).
 *
 * Implements: docs/spec.md §1, §2.6, §2.9, §2.11 (batches), §4.2, §5.1 (flush). Not modelled: cycles, firmware.
 */
export class OracleEngine implements ChipEngine {
  readonly #image: ChipImage;
  readonly #ledger = new AccessLedger();
  readonly #stack: LayerStack;
  readonly #sample: { trainingOrdinal: number | null } = { trainingOrdinal: null };
  #trainedSampleCount = 0;
  /** Training samples of the batch so far, and those of them that are learned from. */
  #batchSampleCount = 0;
  #batchLearnedCount = 0;

  /** @throws InputError when the image's numbers do not fit the datapath (docs/spec.md §2.4), or its settings each other. */
  constructor(image: ChipImage) {
    checkDatapathWidth(image);
    this.#image = image;
    this.#stack = new LayerStack(image, this.#sample, null, this.#ledger);
  }

  train(batch: SampleBatch): Int32Array {
    checkSampleIndices(batch, this.#image.rule);
    return this.#runAll(batch, (inputs, sample) => this.#trainSample(inputs, sample));
  }

  /** @throws RangeError where the rule is not defp: no other keeps anything to measure. */
  measure(batch: SampleBatch): Int32Array {
    const { rule } = this.#image;
    const { delayedErrors } = this.#stack.rule;
    if (delayedErrors === null) {
      throw new RangeError(
        `chip: rule ${rule.kind} keeps no delayed errors that could be measured; only defp does`,
      );
    }
    checkSampleIndices(batch, rule);
    this.#flush();
    return this.#runAll(batch, (inputs, sample) => {
      const outputs = this.#stack.measure(inputs);
      delayedErrors.finish(sample, outputs);
      return outputs;
    });
  }

  endEpoch(): void {
    this.#flush();
    this.#closeBatch();
    this.#stack.rule.delayedErrors?.endEpoch();
    this.#stack.feedback.endEpoch();
  }

  updateFeedback(update: FeedbackUpdate): void {
    checkFeedbackUpdate(this.#image, update);
    this.#flush();
    this.#stack.feedback.update(update);
  }

  infer(batch: SampleBatch): Int32Array {
    this.#flush();
    return this.#runAll(batch, (inputs) => this.#stack.infer(inputs));
  }

  ledgerRows(): readonly LedgerRow[] {
    this.#flush();
    return this.#ledger.rows();
  }

  tensorHealth(): readonly TensorHealth[] {
    this.#flush();
    return this.#stack.layers.flatMap((layer) => layer.tensorHealth());
  }

  updateHealth(): readonly UpdateHealth[] {
    this.#flush();
    return this.#stack.layers.map((layer) => layer.updateHealth());
  }

  wear(): readonly WearFigure[] {
    this.#flush();
    return this.#stack.layers.map((layer) => layer.wear());
  }

  learnedState(): LearnedState {
    this.#flush();
    const states = this.#stack.layers.map((layer) => layer.state());
    return {
      weightsRaw: states.map(({ weightsRaw }) => weightsRaw),
      biasesRaw: states.map(({ biasesRaw }) => biasesRaw),
      laneStates: states.map(({ laneStates }) => laneStates),
      gradientsRaw: states.map(({ stepState }) => stepState?.gradientsRaw ?? null),
      momentaRaw: states.map(({ stepState }) => stepState?.momentaRaw ?? null),
      secondMomentsRaw: states.map(({ stepState }) => stepState?.secondMomentsRaw ?? null),
      delayedErrors: this.#stack.rule.delayedErrors?.contents() ?? null,
      feedbackRaw: this.#image.layers.map(({ layer }) => this.#stack.feedback.contents(layer)),
    };
  }

  /** One training sample: each layer learns as soon as it has its error, and takes its step with the last of a batch. */
  #trainSample(inputs: readonly bigint[], sample: TrainingSample): readonly bigint[] {
    const { layers, rule } = this.#stack;
    this.#sample.trainingOrdinal = this.#trainedSampleCount;
    // All errors that wait for a layer are fetched before any layer learns: bp reads the weights as they were.
    const { outputs, isSkipped } = this.#stack.run(inputs, sample, (layer) => {
      for (const waiting of layers) waiting.learnAfter(layer);
    });
    rule.delayedErrors?.finish(sample, outputs);
    this.#batchSampleCount += 1;
    if (!isSkipped) this.#batchLearnedCount += 1;
    if (this.#batchSampleCount === this.#image.batchSize) this.#closeBatch();
    this.#trainedSampleCount += 1;
    this.#sample.trainingOrdinal = null;
    return outputs;
  }

  /** Does what waits of an update, before anyone looks at it or uses it (§5.1). */
  #flush(): void {
    for (const layer of this.#stack.layers) layer.finishRows();
  }

  /** The step of a batch, if any of its samples is learned from (§2.15). */
  #closeBatch(): void {
    if (this.#batchLearnedCount > 0) for (const layer of this.#stack.layers) layer.step();
    this.#batchSampleCount = 0;
    this.#batchLearnedCount = 0;
  }

  /** @throws RangeError when the batch does not fit the image. */
  #runAll(
    batch: SampleBatch,
    runSample: (inputs: readonly bigint[], sample: TrainingSample) => readonly bigint[],
  ): Int32Array {
    const { classCount, layers } = this.#image;
    const firstLayer = elementAt(layers, 0, 'layers');
    checkSamples(batch, firstLayer, classCount);
    const outputsRaw = new Int32Array(batch.labels.length * classCount);
    for (const [index, sample] of samplesOf(batch, firstLayer.inputCount).entries()) {
      outputsRaw.set(Array.from(runSample(sample.inputs, sample), Number), index * classCount);
    }
    return outputsRaw;
  }
}
