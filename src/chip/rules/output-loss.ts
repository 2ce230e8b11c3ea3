import type { AccessLedger } from '../../ledger/access-ledger.js';
import { AccessMeter, type Place, trainingUpdate } from '../access-meter.js';
import type { ChipImage } from '../chip-image.js';
import type { SoftmaxUnit } from '../softmax-unit.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';

export interface OutputLossSpec {
  readonly layer: number;
  readonly loss: ChipImage['loss'];
  readonly outputFractionBits: number;
  /** Width of the subtraction y − t (ce: p − t) in the ledger. */
  readonly deltaBits: number;
}

/** e = y − t of every class, exact: the target t is 2^F at the label, else 0. */
export function errorsOf(
  label: number,
  outputsRaw: readonly bigint[],
  outputFractionBits: number,
): readonly bigint[] {
  const target = 1n << BigInt(outputFractionBits);
  return outputsRaw.map((output, index) => (index === label ? output - target : output));
}

/** e of every class, exact. */
export interface OutputError {
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
  readonly readyAfterLayer: number;
  readonly #spec: OutputLossSpec;
  readonly #softmax: SoftmaxUnit | null;
  readonly #subtractions: AccessMeter;

  /** `softmax`: null but for loss ce. */
  constructor(
    spec: OutputLossSpec,
    softmax: SoftmaxUnit | null,
    place: Place,
    ledger: AccessLedger,
  ) {
    this.readyAfterLayer = spec.layer;
    this.#spec = spec;
    this.#softmax = softmax;
    this.#subtractions = new AccessMeter(ledger, place, 'datapath.add', spec.deltaBits);
  }

  errorSignal(label: number, outputsRaw: readonly bigint[]): ErrorSignal {
    const { loss, outputFractionBits } = this.#spec;
    this.#subtractions.add(trainingUpdate, outputsRaw.length);
    if (this.#softmax !== null) {
      const { fractionBits } = this.#softmax;
      return { kind: 'deltaH', errorRaw: this.#softmax.errors(label), fractionBits };
    }
    const errorRaw = errorsOf(label, outputsRaw, outputFractionBits);
    return loss === 'bce'
      ? { kind: 'deltaZ', errorRaw, fractionBits: outputFractionBits }
      : { kind: 'deltaH', errorRaw, fractionBits: outputFractionBits - 1 };
  }
}
