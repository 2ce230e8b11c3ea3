import type { AccessLedger } from '../../ledger/access-ledger.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import {
  AccessMeter,
  inferenceForward,
  type Moment,
  pins,
  type Place,
  trainingFeedback,
  trainingForward,
} from '../../ledger/access-meter.js';
import { type AddressEvent, eventsOf } from './units/address-event.js';
import type { ChipImage } from '../image/chip-image.js';
import type { LearnedState } from '../engine.js';
import { type ErrorSourceOfHome, LayerCores } from './layer-cores.js';
import { homesOf, outputsOf } from '../image/layer-parts.js';
import { scalesRates } from '../image/learning-layers.js';
import { RouterLink } from './units/router-link.js';
import { FeedbackUpkeep } from './rules/feedback-upkeep.js';
import type { LearningRule, TrainingSample } from './rules/learning-rule.js';
import { makeErrorSource, makeRule } from './rules/registry.js';
import { makeSkipGate, type SkipGate } from './rules/skip-gate.js';
import { SoftmaxUnit } from './units/softmax-unit.js';
import { makeTensorChecks, type SampleInFlight } from './units/tensor-check.js';

function makeSoftmax(image: ChipImage, ledger: AccessLedger): SoftmaxUnit | null {
  if (image.loss !== 'ce') return null;
  const output = elementAt(image.layers, image.layers.length - 1, 'layers');
  const { layer, core, outputFormat } = output;
  const place: Place = { layer, core };
  const routes = homesOf(output).map((home) => ({
    outputCount: home.columnCount,
    link: new RouterLink(home.homeHops, image.eventBits, { layer, core: home.core }, ledger),
  }));
  return new SoftmaxUnit({ outputFormat, isExact: image.isExact }, place, ledger, routes);
}

/** A training sample after its forward pass. */
interface TrainedSample {
  /** Shape (classCount). */
  readonly outputs: readonly bigint[];
  /** It is not learned from (docs/spec.md §2.15). */
  readonly isSkipped: boolean;
}

/**
 * The layers of a chip, the rule they learn by, and what happens to one sample.
 *
 * Implements: docs/spec.md §2.6, §2.9 (who waits for what), §2.15, §4.2 (io).
 */
export class LayerStack {
  readonly rule: LearningRule;
  readonly layers: readonly LayerCores[];
  /** B over the epochs. */
  readonly feedback: FeedbackUpkeep;
  readonly #isDense: boolean;
  readonly #scalesRates: boolean;
  readonly #errorFractionBits: number;
  readonly #softmax: SoftmaxUnit | null;
  /** Null: every sample is learned from. */
  readonly #skipGate: SkipGate | null;
  readonly #eventsIn: AccessMeter;
  readonly #labelsIn: AccessMeter;

  /**
   * `sample`: the sample in flight, for the checks; `delayedErrors`: to begin with. The layers are built from the
   * top down: each may take its error from the one above.
   */
  constructor(
    image: ChipImage,
    sample: SampleInFlight,
    delayedErrors: LearnedState['delayedErrors'],
    ledger: AccessLedger,
  ) {
    const { layers, numerics, eventBits, labelBits } = image;
    const checks = layers.map(({ layer }) => makeTensorChecks(layer, numerics, sample));
    const outputChecks = elementAt(checks, checks.length - 1, 'layers');
    const softmax = makeSoftmax(image, ledger);
    this.#isDense = image.isDense;
    this.#scalesRates = scalesRates(image.rule);
    this.#errorFractionBits = numerics.formats.delayedError.fractionBits;
    this.#softmax = softmax;
    this.#skipGate = makeSkipGate(image, softmax, ledger);
    this.feedback = new FeedbackUpkeep(image, checks, ledger);
    const { feedback } = this;
    this.rule = makeRule({ image, outputChecks, softmax, delayedErrors, ledger, feedback });
    const made: LayerCores[] = [];
    for (const [index, layer] of [...layers.entries()].toReversed()) {
      const above = made[0];
      const ofHome: ErrorSourceOfHome = (homeLayer, home) => {
        const seen = above?.seenFrom(outputsOf(layer, home)) ?? null;
        const place = { layer: homeLayer, home, above: seen };
        return makeErrorSource(place, this.rule, { image, softmax, ledger });
      };
      made.unshift(
        new LayerCores(layer, image, ofHome, elementAt(checks, index, 'checks'), ledger),
      );
    }
    this.layers = made;
    this.#eventsIn = new AccessMeter(ledger, pins, 'io.eventIn', eventBits);
    this.#labelsIn = new AccessMeter(ledger, pins, 'io.label', labelBits);
  }

  /** Runs a sample without learning and reads the outputs out, shape (classCount). */
  infer(inputs: readonly bigint[]): readonly bigint[] {
    this.#forward(inputs, 'inference', () => undefined);
    return elementAt(this.layers, this.layers.length - 1, 'layers').readOut();
  }

  /** The forward pass of a training sample, from which nothing is learned. */
  measure(inputs: readonly bigint[]): readonly bigint[] {
    this.#labelsIn.add(trainingFeedback, 1);
    return this.#forward(inputs, 'training', () => undefined);
  }

  /**
   * A training sample: layer by layer forward, each fetching its error as soon as its source is ready, unless it is skipped.
   * @param whenErrorsAre called after each layer, once the layers that waited for it have their errors
   */
  run(
    inputs: readonly bigint[],
    sample: TrainingSample,
    whenErrorsAre: (layer: number) => void,
  ): TrainedSample {
    const { delayedErrors, outputErrors } = this.rule;
    this.#labelsIn.add(trainingFeedback, 1);
    delayedErrors?.begin(sample);
    this.#scaleRates();
    let isSkipped = false;
    const outputs = this.#forward(inputs, 'training', (layer, values) => {
      const { outputsRaw } = elementAt(this.layers, layer - 1, 'layers').observe();
      this.feedback.observe(layer, outputsRaw);
      const isLast = layer === this.layers.length;
      isSkipped = isLast && (this.#skipGate?.skips(sample.label, values) ?? false);
      if (isSkipped) return;
      if (isLast) outputErrors?.latch(sample.label, values);
      // From the top down, because fa and bp need δz of the layer above.
      for (const waiting of this.layers.toReversed()) waiting.fetchErrorAfter(layer, sample.label);
      whenErrorsAre(layer);
    });
    return { outputs, isSkipped };
  }

  /** η of all layers by the delayed error, where the rule wants it (§2.9, movingRate). */
  #scaleRates(): void {
    const raw = this.rule.delayedErrors?.current()[0];
    if (raw === undefined || !this.#scalesRates) return;
    for (const layer of this.layers) {
      layer.scaleRate({ raw, fractionBits: this.#errorFractionBits });
    }
  }

  /** Carries the events of a sample through all layers; returns the outputs of the last, shape (classCount). */
  #forward(
    inputs: readonly bigint[],
    run: RunKind,
    whenLayerIsDone: (layer: number, values: readonly bigint[]) => void,
  ): readonly bigint[] {
    const moment: Moment = run === 'training' ? trainingForward : inferenceForward;
    let values = inputs;
    for (const [index, layer] of this.layers.entries()) {
      const events = this.#eventsInto(layer, values);
      if (index === 0) this.#eventsIn.add(moment, events.length);
      else elementAt(this.layers, index - 1, 'layers').send(events, moment);
      values = layer.forward(events, run);
      if (layer.image.isOutput) this.#softmax?.latch(values);
      whenLayerIsDone(layer.image.layer, values);
    }
    return values;
  }

  #eventsInto({ image }: LayerCores, valuesRaw: readonly bigint[]): AddressEvent[] {
    const thresholdRaw = BigInt(image.eventThresholdRaw);
    return eventsOf(valuesRaw, { thresholdRaw, isDense: this.#isDense });
  }
}
