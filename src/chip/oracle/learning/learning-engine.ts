import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { FixedPointFormat } from '../../../numerics/format.js';
import { elementAt } from '../../../numerics/integer.js';
import type { LearningRateFactor } from '../../../numerics/learning-rate.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { AddressEvent } from '../units/address-event.js';
import type { ChipNumerics } from '../../image/chip-image.js';
import type { UpdateHealth } from '../../engine.js';
import { ParameterUpdate } from './parameter-update.js';
import type { RandomLanes } from './random-lanes.js';
import { RateMultiplier, type RateScale } from './rate-multiplier.js';
import type { TensorChecks } from '../units/tensor-check.js';
import { UpdateTally } from './update-tally.js';

interface LearningEngineSpec {
  readonly layer: number;
  readonly rounding: ChipNumerics['rounding'];
  /** Format of the buffered event values x. */
  readonly inputFormat: FixedPointFormat;
  readonly learningRate: LearningRateFactor;
}

/** The neighbours of the learning engine in its core. */
interface LearningEngineServices {
  readonly randomLanes: RandomLanes;
  readonly checks: TensorChecks;
}

/**
 * Turns δz into new weights and biases, event by event: η·δz, W ← W − η·δz·hᵀ, b ← b − η·δz. It holds no memory; the
 * learning path brings rows and takes them back.
 *
 * Implements: docs/spec.md §2.6 steps 4 to 6 (thesis eq. 2.6), §2.7, and the operations of phase update in §4.2.
 */
export class LearningEngine {
  readonly #spec: LearningEngineSpec;
  readonly #update: TensorChecks['update'];
  readonly #deltaFractionBits: number;
  /** F_g: fraction bits of g = η·δz. */
  readonly #scaledFractionBits: number;
  readonly #rate: RateMultiplier;
  readonly #weights: ParameterUpdate;
  readonly #biases: ParameterUpdate;
  readonly #multiplyAccumulates: AccessMeter;
  readonly #biasAdditions: AccessMeter;
  readonly #tally = new UpdateTally();

  constructor(
    spec: LearningEngineSpec,
    { randomLanes, checks }: LearningEngineServices,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { learningRate, inputFormat, rounding } = spec;
    const { delta, update, weight, bias } = checks;
    const isShift = learningRate.kind === 'shift';
    const scaledBits = (isShift ? delta : update).format.totalBits;
    this.#spec = spec;
    this.#update = update;
    this.#deltaFractionBits = delta.format.fractionBits;
    this.#rate = new RateMultiplier(learningRate, delta.format.totalBits, place, ledger);
    this.#scaledFractionBits = isShift
      ? this.#deltaFractionBits + learningRate.shiftBits
      : update.format.fractionBits;
    this.#weights = new ParameterUpdate(weight, rounding.weight, randomLanes);
    this.#biases = new ParameterUpdate(bias, rounding.bias, randomLanes);
    this.#multiplyAccumulates = new AccessMeter(
      ledger,
      place,
      'datapath.multiplyAccumulate',
      Math.max(scaledBits, inputFormat.totalBits),
    );
    this.#biasAdditions = new AccessMeter(ledger, place, 'datapath.add', bias.format.totalBits);
  }

  scaleRate(scale: RateScale): void {
    this.#rate.scaleBy(scale);
  }

  /** Step 4: g = η·δz. A power of two only moves the binary point; a mantissa multiplies and rounds to update. */
  scale(deltaZ: readonly bigint[]): readonly bigint[] {
    const { learningRate, rounding } = this.#spec;
    if (learningRate.kind === 'shift') return deltaZ;
    const { fractionBits } = this.#update.format;
    const productFractionBits = this.#deltaFractionBits + this.#rate.gainedFractionBits;
    return deltaZ.map((value) => {
      const product = this.#rate.multiply(value);
      return this.#update.confine(
        rescale(product, productFractionBits, fractionBits, rounding.update),
      );
    });
  }

  /** Step 5, eq. 2.6: w ← (w − g[n]·x) → weight for one event. An event of value 0 costs operations and changes nothing. */
  updateRow(
    row: readonly bigint[],
    event: AddressEvent,
    scaled: readonly bigint[],
  ): readonly bigint[] {
    this.#multiplyAccumulates.add(trainingUpdate, row.length);
    if (event.valueRaw === 0n) return row;
    const changeFractionBits = this.#scaledFractionBits + this.#spec.inputFormat.fractionBits;
    return row.map((weight, neuron) => {
      const change = elementAt(scaled, neuron, 'scaled errors') * event.valueRaw;
      const updated = this.#weights.subtract(weight, change, changeFractionBits, neuron);
      this.#tally.add(change, weight, updated);
      return updated;
    });
  }

  /** Step 6: b ← (b − g[n]) → bias. */
  updateBiases(biases: readonly bigint[], scaled: readonly bigint[]): bigint[] {
    this.#biasAdditions.add(trainingUpdate, biases.length);
    return biases.map((bias, neuron) => {
      const change = elementAt(scaled, neuron, 'scaled errors');
      return this.#biases.subtract(bias, change, this.#scaledFractionBits, neuron);
    });
  }

  health(): UpdateHealth {
    return this.#tally.health(this.#spec.layer);
  }
}
