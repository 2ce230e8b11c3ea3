import type { AccessLedger } from '../ledger/access-ledger.js';
import type { RunKind } from '../ledger/ledger-row.js';
import { elementAt } from '../numerics/integer.js';
import {
  AccessMeter,
  inferenceForward,
  type Moment,
  pins,
  type Place,
  trainingFeedback,
  trainingForward,
} from './access-meter.js';
import { type AddressEvent, eventsOf } from './address-event.js';
import type { ChipImage } from './chip-image.js';
import { Core } from './core.js';
import type { LearnedState } from './engine.js';
import { RouterLink } from './router-link.js';
import type { LearningRule, TrainingSample } from './rules/learning-rule.js';
import { makeErrorSource, makeRule } from './rules/registry.js';
import { SoftmaxUnit } from './softmax-unit.js';
import { makeTensorChecks, type SampleInFlight } from './tensor-check.js';

function makeSoftmax(image: ChipImage, ledger: AccessLedger): SoftmaxUnit | null {
  if (image.loss !== 'ce') return null;
  const { layer, core, outputFormat } = elementAt(image.layers, image.layers.length - 1, 'layers');
  const place: Place = { layer, core };
  return new SoftmaxUnit({ outputFormat, isExact: image.isExact }, place, ledger);
}

/**
 * The cores of a chip, one a layer, the router between them and the rule they learn by: what happens to one sample.
 *
 * Implements: docs/spec.md §2.6, §2.9 (who waits for what), §4.2 (io, router.hop).
 */
export class LayerStack {
  readonly rule: LearningRule;
  readonly cores: readonly Core[];
  readonly #isDense: boolean;
  readonly #softmax: SoftmaxUnit | null;
  readonly #links: readonly RouterLink[];
  readonly #eventsIn: AccessMeter;
  readonly #labelsIn: AccessMeter;

  /**
   * `sample`: the sample in flight, for the checks; `delayedErrors`: to begin with. The cores are made from the top
   * down: each may take its error from the one above.
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
    this.#softmax = softmax;
    this.rule = makeRule({ image, outputChecks, softmax, delayedErrors, ledger });
    const cores: Core[] = [];
    for (const [index, layer] of [...layers.entries()].toReversed()) {
      const above = cores[0] ?? null;
      const errorSource = makeErrorSource(layer, above, this.rule, { image, softmax, ledger });
      cores.unshift(
        new Core(layer, image, errorSource, elementAt(checks, index, 'checks'), ledger),
      );
    }
    this.cores = cores;
    this.#links = layers.map(
      ({ layer, core, outputHops }) =>
        new RouterLink(outputHops, eventBits, { layer, core }, ledger),
    );
    this.#eventsIn = new AccessMeter(ledger, pins, 'io.eventIn', eventBits);
    this.#labelsIn = new AccessMeter(ledger, pins, 'io.label', labelBits);
  }

  /** Runs a sample without learning and reads the outputs out, shape (classCount). */
  infer(inputs: readonly bigint[]): readonly bigint[] {
    this.#forward(inputs, 'inference', () => undefined);
    return elementAt(this.cores, this.cores.length - 1, 'cores').readOut();
  }

  /** The forward pass of a training sample, from which nothing is learned. */
  measure(inputs: readonly bigint[]): readonly bigint[] {
    this.#labelsIn.add(trainingFeedback, 1);
    return this.#forward(inputs, 'training', () => undefined);
  }

  /**
   * A training sample: layer by layer forward, each core fetching its error as soon as its source is ready.
   * @param whenErrorsAre called after each layer, once the cores that waited for it have their errors
   */
  run(
    inputs: readonly bigint[],
    sample: TrainingSample,
    whenErrorsAre: (layer: number) => void,
  ): readonly bigint[] {
    const { delayedErrors, outputErrors } = this.rule;
    this.#labelsIn.add(trainingFeedback, 1);
    delayedErrors?.begin(sample);
    return this.#forward(inputs, 'training', (layer, values) => {
      if (layer === this.cores.length) outputErrors?.latch(sample.label, values);
      // From the top down, because fa and bp need δz of the layer above.
      for (const core of this.cores.toReversed()) core.fetchErrorAfter(layer, sample.label);
      whenErrorsAre(layer);
    });
  }

  /** Carries the events of a sample through all layers; returns the outputs of the last, shape (classCount). */
  #forward(
    inputs: readonly bigint[],
    run: RunKind,
    whenLayerIsDone: (layer: number, values: readonly bigint[]) => void,
  ): readonly bigint[] {
    const moment: Moment = run === 'training' ? trainingForward : inferenceForward;
    let values = inputs;
    for (const [index, core] of this.cores.entries()) {
      const events = this.#eventsInto(core, values);
      if (index === 0) this.#eventsIn.add(moment, events.length);
      else elementAt(this.#links, index - 1, 'links').carry(events.length, moment);
      values = core.forward(events, run);
      if (core.image.isOutput) this.#softmax?.latch(values);
      whenLayerIsDone(core.image.layer, values);
    }
    return values;
  }

  #eventsInto(core: Core, valuesRaw: readonly bigint[]): AddressEvent[] {
    const thresholdRaw = BigInt(core.image.eventThresholdRaw);
    return eventsOf(valuesRaw, { thresholdRaw, isDense: this.#isDense });
  }
}
