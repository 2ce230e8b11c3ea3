import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { ChipImage } from '../../image/chip-image.js';
import type { RouterLink } from '../units/router-link.js';
import type { SoftmaxUnit } from '../units/softmax-unit.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';

interface OutputLossSpec {
  readonly layer: number;
  /** The class of its first neuron: a home may have some of the classes only (docs/spec.md §7). */
  readonly firstClass: number;
  readonly loss: ChipImage['loss'];
  readonly outputFractionBits: number;
  /** Width of the subtraction y − t (ce: p − t) in the ledger. */
  readonly deltaBits: number;
}

/** e = y − t of every class, exact: the target t is 2^F at the label, else 0; a label that is no index has no target. */
export function errorsOf(
  label: number,
  outputsRaw: readonly bigint[],
  outputFractionBits: number,
): readonly bigint[] {
  const target = 1n << BigInt(outputFractionBits);
  return outputsRaw.map((output, index) => (index === label ? output - target : output));
}

/** Where p − t is made, and the way of its values to a home of the output layer. */
interface DistantSoftmax {
  readonly softmax: SoftmaxUnit;
  readonly errorLink: RouterLink;
}

/** e of every class, exact. */
interface OutputError {
  readonly errorRaw: readonly bigint[];
  readonly fractionBits: number;
}

/** e as dfa and sdfa take it: p − t where p is made of linear outputs, else y − t (docs/spec.md §2.9, §2.13). */
export class FeedbackError {
  readonly #outputFractionBits: number;
  readonly #softmax: SoftmaxUnit | null;

  /** `softmax`: null but for loss ce with output activation none. */
  constructor(outputFractionBits: number, softmax: SoftmaxUnit | null) {
    this.#outputFractionBits = outputFractionBits;
    this.#softmax = softmax;
  }

  of(label: number, outputsRaw: readonly bigint[]): OutputError {
    if (this.#softmax !== null) {
      return { errorRaw: this.#softmax.errors(label), fractionBits: this.#softmax.fractionBits };
    }
    const fractionBits = this.#outputFractionBits;
    return { errorRaw: errorsOf(label, outputsRaw, fractionBits), fractionBits };
  }
}

/**
 * The true gradient of the loss, for the output layer: e = y − t with the target t exactly 1 at the label, else 0.
 * Binary cross-entropy with the sigmoid: δz = e. Mean squared error: δh = 2e, by reading e with one fraction bit less.
 * Cross-entropy with softmax: δh = p − t.
 *
 * Implements: docs/spec.md §2.6 step 3, §2.13. Waits for: the forward pass of the output layer.
 */
export class OutputLoss implements ErrorSource {
  readonly #spec: OutputLossSpec;
  readonly #distant: DistantSoftmax | null;
  readonly #subtractions: AccessMeter;

  /** `distant`: null but for loss ce. */
  constructor(
    spec: OutputLossSpec,
    distant: DistantSoftmax | null,
    place: Place,
    ledger: AccessLedger,
  ) {
    this.#spec = spec;
    this.#distant = distant;
    this.#subtractions = new AccessMeter(ledger, place, 'datapath.add', spec.deltaBits);
  }

  errorSignal(label: number, outputsRaw: readonly bigint[]): ErrorSignal {
    const { loss, firstClass, outputFractionBits } = this.#spec;
    this.#subtractions.add(trainingUpdate, outputsRaw.length);
    if (this.#distant !== null) {
      const { softmax, errorLink } = this.#distant;
      const errors = softmax.errors(label).slice(firstClass, firstClass + outputsRaw.length);
      errorLink.carry(errors.length, trainingUpdate);
      return { kind: 'deltaH', errorRaw: errors, fractionBits: softmax.fractionBits };
    }
    const errorRaw = errorsOf(label - firstClass, outputsRaw, outputFractionBits);
    return loss === 'bce'
      ? { kind: 'deltaZ', errorRaw, fractionBits: outputFractionBits }
      : { kind: 'deltaH', errorRaw, fractionBits: outputFractionBits - 1 };
  }
}
