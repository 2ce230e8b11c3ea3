import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { FixedPointFormat } from '../../../numerics/format.js';
import { elementAt } from '../../../numerics/integer.js';
import type { DeterministicRoundingMode } from '../../../numerics/modes.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { AddressEvent } from './address-event.js';
import type { TensorCheck } from './tensor-check.js';

interface ForwardDatapathSpec {
  readonly weightFormat: FixedPointFormat;
  readonly biasFormat: FixedPointFormat;
  /** Format of the incoming event values. */
  readonly inputFormat: FixedPointFormat;
  /** Rounding of biases and products to the fraction of the accumulator. */
  readonly rounding: DeterministicRoundingMode;
}

/**
 * Multiply-accumulate lanes of the forward pass: z = bias + Σ w·x.
 *
 * Implements: docs/spec.md §2.6 step 1, §7 (sums of several cores); the accumulator is checked when loaded and after
 * every addition.
 */
export class ForwardDatapath {
  readonly #spec: ForwardDatapathSpec;
  readonly #accumulator: TensorCheck;
  readonly #multiplyAccumulates: AccessMeter;
  readonly #additions: AccessMeter;

  constructor(
    spec: ForwardDatapathSpec,
    accumulator: TensorCheck,
    place: Place,
    ledger: AccessLedger,
  ) {
    const bits = Math.max(spec.weightFormat.totalBits, spec.inputFormat.totalBits);
    this.#spec = spec;
    this.#accumulator = accumulator;
    this.#multiplyAccumulates = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', bits);
    const { totalBits } = accumulator.format;
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', totalBits);
  }

  /** z ← bias → accumulator, shape (neuronCount). */
  load(biases: readonly bigint[]): bigint[] {
    return biases.map((bias) =>
      this.#accumulator.confine(this.#align(bias, this.#spec.biasFormat.fractionBits)),
    );
  }

  /** z ← confine(z + p) for every neuron, p = w[a][n]·x aligned with the accumulator. */
  accumulate(
    accumulators: readonly bigint[],
    row: readonly bigint[],
    event: AddressEvent,
    moment: Moment,
  ): bigint[] {
    const { weightFormat, inputFormat } = this.#spec;
    const productFractionBits = weightFormat.fractionBits + inputFormat.fractionBits;
    this.#multiplyAccumulates.add(moment, row.length);
    return accumulators.map((sum, neuron) => {
      const product = elementAt(row, neuron, 'synapse array row') * event.valueRaw;
      return this.#accumulator.confine(sum + this.#align(product, productFractionBits));
    });
  }

  /** z ← confine(z + what another core has summed), both in the format of the accumulator (docs/spec.md §7). */
  merge(accumulators: readonly bigint[], received: readonly bigint[], moment: Moment): bigint[] {
    this.#additions.add(moment, received.length);
    return accumulators.map((sum, neuron) =>
      this.#accumulator.confine(sum + elementAt(received, neuron, 'received sums')),
    );
  }

  #align(raw: bigint, fractionBits: number): bigint {
    return rescale(raw, fractionBits, this.#accumulator.format.fractionBits, this.#spec.rounding);
  }
}
