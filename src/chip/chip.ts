import { AccessLedger } from '../ledger/access-ledger.js';
import type { LedgerRow, RunKind } from '../ledger/ledger-row.js';
import { elementAt } from '../numerics/integer.js';
import {
  AccessMeter,
  inferenceForward,
  type Moment,
  pins,
  trainingFeedback,
  trainingForward,
} from './access-meter.js';
import { type AddressEvent, eventsOf } from './address-event.js';
import type { ChipImage } from './chip-image.js';
import { Core } from './core.js';
import { checkDatapathWidth } from './datapath-width.js';
import type {
  ChipEngine,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from './engine.js';
import { RouterLink } from './router-link.js';
import type { LearningRule, TrainingSample } from './rules/learning-rule.js';
import { makeErrorSource, makeRule } from './rules/registry.js';
import { checkSampleIndices, checkSamples } from './sample-check.js';
import { makeTensorChecks, type SampleInFlight } from './tensor-check.js';

/** The rule and the cores, made from the top down: each core may take its error from the one above. */
function makeCores(
  image: ChipImage,
  sample: SampleInFlight,
  ledger: AccessLedger,
): { readonly rule: LearningRule; readonly cores: readonly Core[] } {
  const checks = image.layers.map(({ layer }) => makeTensorChecks(layer, image.numerics, sample));
  const outputChecks = elementAt(checks, checks.length - 1, 'layers');
  const rule = makeRule({ image, outputChecks, ledger });
  const cores: Core[] = [];
  for (const [index, layer] of [...image.layers.entries()].toReversed()) {
    const errorSource = makeErrorSource(layer, cores[0] ?? null, rule, { image, ledger });
    const layerChecks = elementAt(checks, index, 'checks');
    cores.unshift(new Core(layer, image, errorSource, layerChecks, ledger));
  }
  return { rule, cores };
}

/**
 * The chip: pins, router and controller around one core a layer. This is the oracle engine: exact integers of any
 * size, one step after the other, every access counted where it happens.
 *
 * Implements: docs/spec.md §1, §2.6, §2.9, §4.2. Not modelled: cycles, firmware.
 */
export class Chip implements ChipEngine {
  readonly #image: ChipImage;
  readonly #ledger = new AccessLedger();
  readonly #rule: LearningRule;
  readonly #cores: readonly Core[];
  readonly #links: readonly RouterLink[];
  readonly #eventsIn: AccessMeter;
  readonly #labelsIn: AccessMeter;
  readonly #sample: { trainingOrdinal: number | null } = { trainingOrdinal: null };
  #trainedSampleCount = 0;

  /** @throws InputError when the image's numbers do not fit the datapath (docs/spec.md §2.4). */
  constructor(image: ChipImage) {
    checkDatapathWidth(image);
    const { eventBits, labelBits } = image;
    this.#image = image;
    const { rule, cores } = makeCores(image, this.#sample, this.#ledger);
    this.#rule = rule;
    this.#cores = cores;
    this.#links = image.layers.map(
      ({ layer, core, outputHops }) =>
        new RouterLink(outputHops, eventBits, { layer, core }, this.#ledger),
    );
    this.#eventsIn = new AccessMeter(this.#ledger, pins, 'io.eventIn', eventBits);
    this.#labelsIn = new AccessMeter(this.#ledger, pins, 'io.label', labelBits);
  }

  train(batch: SampleBatch): Int32Array {
    checkSampleIndices(batch, this.#image.rule);
    return this.#runAll(batch, (inputs, sample) => this.#trainSample(inputs, sample));
  }

  /** @throws RangeError where the rule is not defp: no other keeps anything to measure. */
  measure(batch: SampleBatch): Int32Array {
    const { rule } = this.#image;
    const { delayedErrors } = this.#rule;
    if (delayedErrors === null) {
      throw new RangeError(
        `chip: rule ${rule.kind} keeps no delayed errors that could be measured; only defp does`,
      );
    }
    checkSampleIndices(batch, rule);
    return this.#runAll(batch, (inputs, sample) => {
      this.#labelsIn.add(trainingFeedback, 1);
      const outputs = this.#forward(inputs, 'training', () => undefined);
      delayedErrors.finish(sample, outputs);
      return outputs;
    });
  }

  endEpoch(): void {
    this.#rule.delayedErrors?.endEpoch();
  }

  infer(batch: SampleBatch): Int32Array {
    return this.#runAll(batch, (inputs) => this.#inferSample(inputs));
  }

  ledgerRows(): readonly LedgerRow[] {
    return this.#ledger.rows();
  }

  tensorHealth(): readonly TensorHealth[] {
    return this.#cores.flatMap((core) => core.tensorHealth());
  }

  updateHealth(): readonly UpdateHealth[] {
    return this.#cores.map((core) => core.updateHealth());
  }

  wear(): readonly WearFigure[] {
    return this.#cores.map((core) => core.wear());
  }

  learnedState(): LearnedState {
    const states = this.#cores.map((core) => core.state());
    return {
      weightsRaw: states.map((state) => state.weightsRaw),
      biasesRaw: states.map((state) => state.biasesRaw),
      laneStates: states.map((state) => state.laneStates),
      gradientsRaw: states.map(() => null),
      momentaRaw: states.map(() => null),
      secondMomentsRaw: states.map(() => null),
      delayedErrors: this.#rule.delayedErrors?.contents() ?? null,
    };
  }

  /** One training sample: layer by layer forward, each core learning as soon as its error source is ready. */
  #trainSample(inputs: readonly bigint[], sample: TrainingSample): readonly bigint[] {
    const { delayedErrors, outputErrors } = this.#rule;
    this.#sample.trainingOrdinal = this.#trainedSampleCount;
    this.#labelsIn.add(trainingFeedback, 1);
    delayedErrors?.begin(sample);
    const outputs = this.#forward(inputs, 'training', (layer, values) => {
      if (layer === this.#cores.length) outputErrors?.latch(sample.label, values);
      this.#learnAfter(layer, sample.label);
    });
    delayedErrors?.finish(sample, outputs);
    this.#trainedSampleCount += 1;
    this.#sample.trainingOrdinal = null;
    return outputs;
  }

  /** Lets the cores learn that have waited for this layer. */
  #learnAfter(layer: number, label: number): void {
    // From the top down, because fa and bp need δz of the layer above; bp reads its weights too, as they were before.
    for (const core of this.#cores.toReversed()) core.fetchErrorAfter(layer, label);
    for (const core of this.#cores) core.updateAfter(layer);
  }

  #inferSample(inputs: readonly bigint[]): readonly bigint[] {
    this.#forward(inputs, 'inference', () => undefined);
    return elementAt(this.#cores, this.#cores.length - 1, 'cores').readOut();
  }

  /** Carries the events of a sample through all layers; returns the outputs of the last, shape (classCount). */
  #forward(
    inputs: readonly bigint[],
    run: RunKind,
    whenLayerIsDone: (layer: number, values: readonly bigint[]) => void,
  ): readonly bigint[] {
    const moment: Moment = run === 'training' ? trainingForward : inferenceForward;
    let values = inputs;
    for (const [index, core] of this.#cores.entries()) {
      const events = this.#eventsInto(core, values);
      if (index === 0) this.#eventsIn.add(moment, events.length);
      else elementAt(this.#links, index - 1, 'links').carry(events.length, moment);
      values = core.forward(events, run);
      whenLayerIsDone(core.image.layer, values);
    }
    return values;
  }

  #eventsInto(core: Core, valuesRaw: readonly bigint[]): AddressEvent[] {
    const thresholdRaw = BigInt(core.image.eventThresholdRaw);
    return eventsOf(valuesRaw, { thresholdRaw, isDense: this.#image.isDense });
  }

  /** @throws RangeError when the batch does not fit the image. */
  #runAll(
    batch: SampleBatch,
    runSample: (inputs: readonly bigint[], sample: TrainingSample) => readonly bigint[],
  ): Int32Array {
    const { classCount, layers } = this.#image;
    const firstLayer = elementAt(layers, 0, 'layers');
    const { inputCount } = firstLayer;
    checkSamples(batch, firstLayer, classCount);
    const outputsRaw = new Int32Array(batch.labels.length * classCount);
    for (const [sample, label] of batch.labels.entries()) {
      const inputs = batch.inputsRaw.subarray(sample * inputCount, (sample + 1) * inputCount);
      const outputs = runSample(Array.from(inputs, BigInt), {
        label,
        // Only rules whose batches have been checked for it use it.
        index: batch.sampleIndices?.[sample] ?? 0,
      });
      outputsRaw.set(Array.from(outputs, Number), sample * classCount);
    }
    return outputsRaw;
  }
}
