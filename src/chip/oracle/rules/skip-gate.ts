import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import type { ChipImage, LayerImage, LayerPart } from '../../image/chip-image.js';
import { homesOf } from '../../image/layer-parts.js';
import { needsDelta, skipThresholdOf } from '../../image/learning-layers.js';
import { RouterLink } from '../units/router-link.js';
import type { SoftmaxUnit } from '../units/softmax-unit.js';
import { errorsOf } from './output-loss.js';

/** What one home of the output layer books. */
class HomeErrors {
  readonly #classCount: number;
  readonly #wordCount: number;
  readonly #reads: AccessMeter;
  readonly #subtractions: AccessMeter;
  readonly #comparisons: AccessMeter;
  /** Of p − t, from the first home. */
  readonly #errorLink: RouterLink;

  constructor(image: ChipImage, output: LayerImage, home: LayerPart, ledger: AccessLedger) {
    const { organisation, layer } = output;
    const place: Place = { layer, core: home.core };
    const { totalBits } = image.numerics.formats.delta;
    this.#classCount = home.columnCount;
    this.#wordCount = ceilDiv(home.columnCount, organisation.outputsPerWord);
    this.#reads = new AccessMeter(ledger, place, 'neurons.read', organisation.wordBits.neurons);
    this.#subtractions = new AccessMeter(ledger, place, 'datapath.add', totalBits);
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', totalBits);
    const firstPlace = { layer, core: output.core };
    this.#errorLink = new RouterLink(home.homeHops, image.eventBits, firstPlace, ledger);
  }

  compare(): void {
    this.#comparisons.add(trainingUpdate, this.#classCount);
  }

  /** e, where it is not made for δz anyway. */
  makeError(comesFromSoftmax: boolean): void {
    this.#reads.add(trainingUpdate, this.#wordCount);
    this.#subtractions.add(trainingUpdate, this.#classCount);
    if (comesFromSoftmax) this.#errorLink.carry(this.#classCount, trainingUpdate);
  }
}

/**
 * Tells after the forward pass whether a training sample is learned from: |e| of some output reaches the threshold.
 *
 * Implements: docs/spec.md §2.15.
 */
export class SkipGate {
  readonly #threshold: bigint;
  readonly #outputFractionBits: number;
  /** Null but for loss ce. */
  readonly #softmax: SoftmaxUnit | null;
  /** The output layer makes δz of a sample that is learned from, and counts e there. */
  readonly #makesDelta: boolean;
  readonly #homes: readonly HomeErrors[];

  /** `threshold`: T. */
  constructor(
    image: ChipImage,
    threshold: number,
    softmax: SoftmaxUnit | null,
    ledger: AccessLedger,
  ) {
    const output = elementAt(image.layers, image.layers.length - 1, 'layers');
    this.#threshold = BigInt(threshold);
    this.#outputFractionBits = output.outputFormat.fractionBits;
    this.#softmax = softmax;
    this.#makesDelta = needsDelta(image, output);
    this.#homes = homesOf(output).map((home) => new HomeErrors(image, output, home, ledger));
  }

  /** `outputsRaw`: y, shape (classCount). */
  skips(label: number, outputsRaw: readonly bigint[]): boolean {
    const errors =
      this.#softmax?.errors(label) ?? errorsOf(label, outputsRaw, this.#outputFractionBits);
    const isSkipped = errors.every((error) => error < this.#threshold && -error < this.#threshold);
    for (const home of this.#homes) {
      home.compare();
      if (isSkipped || !this.#makesDelta) home.makeError(this.#softmax !== null);
    }
    return isSkipped;
  }
}

/** The gate of an image; null: every sample is learned from. */
export function makeSkipGate(
  image: ChipImage,
  softmax: SoftmaxUnit | null,
  ledger: AccessLedger,
): SkipGate | null {
  const threshold = skipThresholdOf(image);
  return threshold === null ? null : new SkipGate(image, threshold, softmax, ledger);
}
