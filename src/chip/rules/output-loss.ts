import type { AccessLedger } from '../../ledger/access-ledger.js';
import { AccessMeter, type Place, trainingUpdate } from '../access-meter.js';
import type { ChipImage } from '../chip-image.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';

export interface OutputLossSpec {
  readonly layer: number;
  readonly loss: ChipImage['loss'];
  readonly outputFractionBits: number;
  /** Width of the subtraction y − t in the ledger. */
  readonly deltaBits: number;
}

/**
 * The true gradient of the loss, for the output layer: e = y − t with the target t exactly 1 at the label, else 0.
 * Binary cross-entropy with the sigmoid: δz = e. Mean squared error: δh = 2e, by reading e with one fraction bit less.
 *
 * Implements: docs/spec.md §2.6 step 3. Waits for: the forward pass of the output layer.
 */
export class OutputLoss implements ErrorSource {
  readonly readyAfterLayer: number;
  readonly #spec: OutputLossSpec;
  readonly #targetRaw: bigint;
  readonly #subtractions: AccessMeter;

  constructor(spec: OutputLossSpec, place: Place, ledger: AccessLedger) {
    this.readyAfterLayer = spec.layer;
    this.#spec = spec;
    this.#targetRaw = 1n << BigInt(spec.outputFractionBits);
    this.#subtractions = new AccessMeter(ledger, place, 'datapath.add', spec.deltaBits);
  }

  errorSignal(label: number, outputsRaw: readonly bigint[]): ErrorSignal {
    const { loss, outputFractionBits } = this.#spec;
    this.#subtractions.add(trainingUpdate, outputsRaw.length);
    const errorRaw = outputsRaw.map((output, index) =>
      index === label ? output - this.#targetRaw : output,
    );
    return loss === 'bce'
      ? { kind: 'deltaZ', errorRaw, fractionBits: outputFractionBits }
      : { kind: 'deltaH', errorRaw, fractionBits: outputFractionBits - 1 };
  }
}
