import { usesLayerAbove } from '../../../network/rule-facts.js';
import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import {
  AccessMeter,
  inferenceReadout,
  type Moment,
  type Place,
  trainingUpdate,
} from '../../../ledger/access-meter.js';
import { ActivationUnit } from '../units/activation-unit.js';
import type { AddressEvent } from '../units/address-event.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { type Core, forwardMoments } from './core.js';
import { DeltaUnit, type NeuronErrors, type NeuronSignal } from '../units/delta-unit.js';
import { readyAfterLayer, sendsDelta } from '../../image/learning-layers.js';
import { MaxPooling } from '../units/max-pooling.js';
import { RouterLink } from '../units/router-link.js';
import type { ErrorSignal, ErrorSource } from '../rules/error-source.js';
import type { TensorChecks } from '../units/tensor-check.js';

const noErrors: NeuronErrors = { deltaH: null, deltaZ: [] };

/** Constructor arguments of a neuron part. */
interface NeuronPartSpec {
  /** The home's part as a layer of its own. */
  readonly layer: LayerImage;
  readonly image: ChipImage;
  /** Null where the layer neither learns nor hands an error down. */
  readonly errorSource: ErrorSource | null;
  /** Hops of each of its outputs to the next layer, shape (outputs); of the output layer none. */
  readonly outputHops: readonly number[];
}

/**
 * Some neurons of a layer: their home, which has biases, h, f, pooling and δz, and the cores with more of their axons.
 *
 * Implements: docs/spec.md §2.6, §2.9 (frozen layers), §2.10, §7 (home).
 */
export class NeuronPart {
  readonly home: Core;
  /** All cores of these neurons, the home first. */
  readonly cores: readonly Core[];
  readonly #satellites: readonly Core[];
  readonly #errorSource: ErrorSource | null;
  readonly #readyAfterLayer: number;
  readonly #activationUnit: ActivationUnit;
  /** Null: fully connected. */
  readonly #pooling: MaxPooling | null;
  /** Errors come back through the pooling. */
  readonly #keepsWinners: boolean;
  readonly #deltaUnit: DeltaUnit;
  readonly #outputLink: RouterLink;
  /** To each satellite; none where they need no δz. */
  readonly #deltaLinks: readonly RouterLink[];
  /** To the first home of the output layer, which reads out. */
  readonly #readoutLink: RouterLink;
  readonly #comparisons: AccessMeter;
  readonly #predictions: AccessMeter;
  #outputsRaw: readonly bigint[] = [];
  #errors = noErrors;

  constructor(
    home: Core,
    satellites: readonly Core[],
    { layer, image, errorSource, outputHops }: NeuronPartSpec,
    checks: TensorChecks,
    ledger: AccessLedger,
  ) {
    const { outputFormat, convolution } = layer;
    const { formats, rounding } = image.numerics;
    const { totalBits: outputBits } = outputFormat;
    const place: Place = home.place;
    this.home = home;
    this.cores = [home, ...satellites];
    this.#satellites = satellites;
    this.#errorSource = errorSource;
    this.#readyAfterLayer = readyAfterLayer(image, layer);
    const accumulatorFractionBits = formats.accumulator.fractionBits;
    const activationSpec = { unit: layer.activationUnit, accumulatorFractionBits, outputFormat };
    this.#activationUnit = new ActivationUnit(activationSpec, place, ledger);
    this.#pooling =
      convolution === null ? null : new MaxPooling(convolution, outputBits, place, ledger);
    this.#keepsWinners = errorSource !== null && usesLayerAbove(image.rule.kind);
    this.#deltaUnit = new DeltaUnit(
      this.#activationUnit,
      checks.delta,
      rounding.delta,
      place,
      ledger,
    );
    const linkOf = (hops: number | readonly number[]): RouterLink =>
      new RouterLink(hops, image.eventBits, place, ledger);
    this.#outputLink = linkOf(outputHops);
    this.#deltaLinks = sendsDelta(image, layer)
      ? satellites.map(({ part }) => linkOf(part.homeHops))
      : [];
    this.#readoutLink = linkOf(home.part.homeHops);
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', outputBits);
    this.#predictions = new AccessMeter(ledger, place, 'io.eventOut', image.labelBits);
  }

  /**
   * Steps 1 and 2 of §2.6, and the pooling of §2.10: every core integrates its events, the home adds what the others
   * have summed. Returns what leaves these neurons, shape (outputs).
   */
  forward(eventsOfLayer: readonly AddressEvent[], run: RunKind): readonly bigint[] {
    const moment = forwardMoments[run];
    for (const core of this.cores) core.integrate(eventsOfLayer, run);
    for (const satellite of this.#satellites) {
      this.home.addSums(satellite.sendSums(moment), moment);
    }
    const { neurons } = this.home;
    const outputs = neurons
      .readAllSums(moment)
      .map((sum) => this.#activationUnit.lookUp(sum, moment));
    neurons.writeOutputs(outputs, moment);
    this.#outputsRaw = outputs;
    if (this.#pooling === null) return outputs;
    const { valuesRaw, winners } = this.#pooling.pool(outputs, moment);
    if (run === 'training' && this.#keepsWinners) neurons.writeWinners(winners, moment);
    return valuesRaw;
  }

  /** Sends one of its outputs to every core of the next layer that has it as an axon. */
  sendOutput(output: number, moment: Moment): void {
    this.#outputLink.send(output, moment);
  }

  /** Step 3 of §2.6, if these neurons have waited for that layer: fetches the error signal of the sample and makes δz of it. */
  fetchErrorAfter(layer: number, label: number): void {
    const source = this.#errorSource;
    if (source === null || this.#readyAfterLayer !== layer) return;
    const outputs = this.home.neurons.readOutputs(trainingUpdate);
    const signal = this.#atNeurons(source.errorSignal(label, outputs));
    this.#errors = this.#deltaUnit.errorsAtNeurons(signal, outputs);
    for (const link of this.#deltaLinks) link.carry(outputs.length, trainingUpdate);
  }

  deltaZ(): readonly bigint[] {
    return this.#errors.deltaZ;
  }

  /** All its cores learn, if these neurons have waited for that layer. */
  learnAfter(layer: number): void {
    if (this.#errorSource === null || this.#readyAfterLayer !== layer) return;
    for (const core of this.cores) core.learn(this.deltaZ());
  }

  /** Reads y and sends it to the first home of the output layer. */
  readOut(): readonly bigint[] {
    const outputs = this.home.neurons.readOutputs(inferenceReadout);
    this.#readoutLink.carry(outputs.length, inferenceReadout);
    return outputs;
  }

  /** The first home's prediction from all y: C − 1 comparisons, and it leaves the chip as one label (§4.2). */
  predict(classCount: number): void {
    this.#comparisons.add(inferenceReadout, classCount - 1);
    this.#predictions.add(inferenceReadout, 1);
  }

  /** h of the sample in flight before pooling, and its errors: null where the layer makes none. */
  observe(): { readonly outputsRaw: readonly bigint[]; readonly errors: NeuronErrors | null } {
    const errors = this.#errorSource === null ? null : this.#errors;
    return { outputsRaw: this.#outputsRaw, errors };
  }

  /** An error of what leaves the layer goes back through the pooling. */
  #atNeurons({ kind, errorRaw, fractionBits }: ErrorSignal): NeuronSignal {
    if (kind !== 'deltaOutput') return { kind, errorRaw, fractionBits };
    if (this.#pooling === null) return { kind: 'deltaH', errorRaw, fractionBits };
    const winners = this.home.neurons.readWinners(trainingUpdate);
    const atNeurons = this.#pooling.toWinners(errorRaw, winners);
    return { kind: 'deltaH', errorRaw: atNeurons, fractionBits };
  }
}
