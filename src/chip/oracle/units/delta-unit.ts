import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { elementAt } from '../../../numerics/integer.js';
import type { DeterministicRoundingMode } from '../../../numerics/modes.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { ActivationUnit } from './activation-unit.js';
import type { TensorCheck } from './tensor-check.js';

/** The errors of a layer's neurons, shape (neuronCount), raw in delta. */
export interface NeuronErrors {
  /** Null where the signal was δz already. */
  readonly deltaH: readonly bigint[] | null;
  readonly deltaZ: readonly bigint[];
}

/** An error signal at the neurons of a layer, before it is brought into delta. */
export interface NeuronSignal {
  readonly kind: 'deltaH' | 'deltaZ';
  /** Shape (neuronCount). */
  readonly errorRaw: readonly bigint[];
  readonly fractionBits: number;
}

/**
 * Turns the error signal of a layer into δz.
 *
 * Implements: docs/spec.md §2.6 step 3 (thesis eq. 2.10), §2.12 (linear units), and the operations of δz in §4.2, §4.5.
 */
export class DeltaUnit {
  readonly #activationUnit: ActivationUnit;
  readonly #delta: TensorCheck;
  readonly #rounding: DeterministicRoundingMode;
  readonly #multiplications: AccessMeter;

  constructor(
    activationUnit: ActivationUnit,
    delta: TensorCheck,
    rounding: DeterministicRoundingMode,
    place: Place,
    ledger: AccessLedger,
  ) {
    this.#activationUnit = activationUnit;
    this.#delta = delta;
    this.#rounding = rounding;
    const { totalBits } = delta.format;
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', totalBits);
  }

  /** δh → delta, then δz = δh·f′(h) → delta with one rounding. `outputsRaw`: h, shape (neuronCount). */
  errorsAtNeurons(signal: NeuronSignal, outputsRaw: readonly bigint[]): NeuronErrors {
    const incoming = signal.errorRaw.map((error) => this.#toDelta(error, signal.fractionBits));
    if (signal.kind === 'deltaZ') return { deltaH: null, deltaZ: incoming };
    const { isLinear, derivativeFractionBits } = this.#activationUnit;
    const productFractionBits = this.#delta.format.fractionBits + derivativeFractionBits;
    const deltaZ = incoming.map((deltaH, neuron) => {
      const output = elementAt(outputsRaw, neuron, 'outputs');
      const derivative = this.#activationUnit.derivative(output, trainingUpdate);
      if (!isLinear) this.#multiplications.add(trainingUpdate, 1);
      return this.#toDelta(deltaH * derivative, productFractionBits);
    });
    return { deltaH: incoming, deltaZ };
  }

  #toDelta(raw: bigint, fractionBits: number): bigint {
    const { format } = this.#delta;
    return this.#delta.confine(rescale(raw, fractionBits, format.fractionBits, this.#rounding));
  }
}
