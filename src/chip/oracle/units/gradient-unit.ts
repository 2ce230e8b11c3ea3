import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { FixedPointFormat } from '../../../numerics/format.js';
import { elementAt } from '../../../numerics/integer.js';
import type { DeterministicRoundingMode } from '../../../numerics/modes.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { AddressEvent } from './address-event.js';
import type { TensorCheck, TensorChecks } from './tensor-check.js';
import { atPosition, type Wiring } from '../core/wiring.js';

interface GradientUnitSpec {
  /** Format of the buffered event values x. */
  readonly inputFormat: FixedPointFormat;
  readonly rounding: DeterministicRoundingMode;
}

/**
 * Sums gradients: G ← G + δz·x for the weights, Gb ← Gb + Σ δz for the biases. It holds no memory.
 *
 * Implements: docs/spec.md §2.11 (per sample), and the operations of each sample in §4.5.
 */
export class GradientUnit {
  readonly #spec: GradientUnitSpec;
  readonly #deltaFractionBits: number;
  readonly #gradient: TensorCheck;
  readonly #multiplyAccumulates: AccessMeter;
  readonly #additions: AccessMeter;

  constructor(
    spec: GradientUnitSpec,
    { delta, gradient }: Pick<TensorChecks, 'delta' | 'gradient'>,
    place: Place,
    ledger: AccessLedger,
  ) {
    this.#spec = spec;
    this.#deltaFractionBits = delta.format.fractionBits;
    this.#gradient = gradient;
    const productBits = Math.max(delta.format.totalBits, spec.inputFormat.totalBits);
    const { totalBits } = gradient.format;
    this.#multiplyAccumulates = new AccessMeter(
      ledger,
      place,
      'datapath.multiplyAccumulate',
      productBits,
    );
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', totalBits);
  }

  /** One visit of an event; δz of its position, shape (columnCount). An event of value 0 costs operations and adds nothing. */
  addProducts(
    gradients: readonly bigint[],
    event: AddressEvent,
    deltaZ: readonly bigint[],
  ): readonly bigint[] {
    this.#multiplyAccumulates.add(trainingUpdate, gradients.length);
    if (event.valueRaw === 0n) return gradients;
    const productFractionBits = this.#deltaFractionBits + this.#spec.inputFormat.fractionBits;
    return gradients.map((gradient, column) =>
      this.#add(gradient, elementAt(deltaZ, column, 'δz') * event.valueRaw, productFractionBits),
    );
  }

  /** The biases: Σ δz over the positions of each column is exact. δz: of all neurons. */
  addErrors(
    gradients: readonly bigint[],
    deltaZ: readonly bigint[],
    wiring: Wiring,
  ): readonly bigint[] {
    this.#additions.add(trainingUpdate, deltaZ.length);
    const positions = Array.from({ length: wiring.positionCount }, (_, position) =>
      atPosition(deltaZ, position, wiring),
    );
    return gradients.map((gradient, column) => {
      const sum = positions.reduce((total, errors) => total + elementAt(errors, column, 'δz'), 0n);
      return this.#add(gradient, sum, this.#deltaFractionBits);
    });
  }

  #add(gradient: bigint, addend: bigint, fractionBits: number): bigint {
    const { format } = this.#gradient;
    const aligned = rescale(addend, fractionBits, format.fractionBits, this.#spec.rounding);
    return this.#gradient.confine(gradient + aligned);
  }
}
