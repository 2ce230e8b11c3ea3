import type { AccessLedger } from '../ledger/access-ledger.js';
import type { FixedPointFormat } from '../numerics/format.js';
import { elementAt } from '../numerics/integer.js';
import type { LearningRateFactor } from '../numerics/learning-rate.js';
import type { RoundingMode } from '../numerics/modes.js';
import { rescale, rescaleStochastically } from '../numerics/rounding.js';
import { AccessMeter, type Place, trainingUpdate } from './access-meter.js';
import type { ActivationUnit } from './activation-unit.js';
import type { AddressEvent } from './address-event.js';
import type { ChipNumerics } from './chip-image.js';
import type { UpdateHealth } from './engine.js';
import type { RandomLanes } from './random-lanes.js';
import type { ErrorSignal } from './rules/error-source.js';
import type { TensorCheck, TensorChecks } from './tensor-check.js';

export interface LearningEngineSpec {
  readonly layer: number;
  readonly rounding: ChipNumerics['rounding'];
  /** Format of the buffered event values x. */
  readonly inputFormat: FixedPointFormat;
  readonly learningRate: LearningRateFactor;
}

/** The neighbours of the learning engine in its core. */
export interface LearningEngineServices {
  readonly activationUnit: ActivationUnit;
  readonly randomLanes: RandomLanes;
  readonly checks: TensorChecks;
}

/** Width of the multiplier that scales δz by a mantissa (docs/spec.md §2.6 step 4). */
const mantissaBits = 16;

/**
 * Turns an error signal into new weights and biases: δz, η·δz, W ← W − η·δz·hᵀ, b ← b − η·δz. It holds no memory;
 * the core brings rows and takes them back.
 *
 * Implements: docs/spec.md §2.6 steps 3 to 6 (thesis eq. 3.10, 3.11), §2.7, and the operations of phase update in §4.2.
 */
export class LearningEngine {
  readonly #spec: LearningEngineSpec;
  readonly #services: LearningEngineServices;
  /** F_g: fraction bits of g = η·δz. */
  readonly #scaledFractionBits: number;
  readonly #errorMultiplies: AccessMeter;
  readonly #rateMultiplies: AccessMeter;
  readonly #multiplyAccumulates: AccessMeter;
  readonly #biasAdditions: AccessMeter;
  #nonZeroUpdateCount = 0;
  #deadUpdateCount = 0;

  constructor(
    spec: LearningEngineSpec,
    services: LearningEngineServices,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { learningRate, inputFormat } = spec;
    const { delta, update, bias } = services.checks;
    const deltaBits = delta.format.totalBits;
    const isShift = learningRate.kind === 'shift';
    const scaledBits = isShift ? deltaBits : update.format.totalBits;
    this.#spec = spec;
    this.#services = services;
    this.#scaledFractionBits = isShift
      ? delta.format.fractionBits + learningRate.shiftBits
      : update.format.fractionBits;
    this.#errorMultiplies = new AccessMeter(ledger, place, 'datapath.multiply', deltaBits);
    this.#rateMultiplies = new AccessMeter(
      ledger,
      place,
      'datapath.multiply',
      Math.max(deltaBits, mantissaBits),
    );
    this.#multiplyAccumulates = new AccessMeter(
      ledger,
      place,
      'datapath.multiplyAccumulate',
      Math.max(scaledBits, inputFormat.totalBits),
    );
    this.#biasAdditions = new AccessMeter(ledger, place, 'datapath.add', bias.format.totalBits);
  }

  /** Step 3, eq. 3.10: δh → delta, then δz = δh·f′(h) → delta with one rounding. Shape (neuronCount), raw in delta. */
  errorAtSum(signal: ErrorSignal, outputsRaw: readonly bigint[]): bigint[] {
    const { activationUnit } = this.#services;
    const { fractionBits } = this.#services.checks.delta.format;
    const incoming = signal.errorRaw.map((error) => this.#toDelta(error, signal.fractionBits));
    if (signal.kind === 'deltaZ') return incoming;
    return incoming.map((deltaH, neuron) => {
      const output = elementAt(outputsRaw, neuron, 'outputs');
      const derivative = activationUnit.derivative(output, trainingUpdate);
      this.#errorMultiplies.add(trainingUpdate, 1);
      return this.#toDelta(
        deltaH * derivative,
        fractionBits + activationUnit.derivativeFractionBits,
      );
    });
  }

  /** Step 4: g = η·δz. A power of two only moves the binary point; a mantissa multiplies and rounds to update. */
  scale(deltaZ: readonly bigint[]): readonly bigint[] {
    const { learningRate, rounding } = this.#spec;
    if (learningRate.kind === 'shift') return deltaZ;
    const { delta, update } = this.#services.checks;
    const mantissa = BigInt(learningRate.mantissaRaw);
    const productFractionBits = delta.format.fractionBits + learningRate.fractionBits;
    return deltaZ.map((value) => {
      this.#rateMultiplies.add(trainingUpdate, 1);
      const { fractionBits } = update.format;
      return update.confine(
        rescale(mantissa * value, productFractionBits, fractionBits, rounding.update),
      );
    });
  }

  /** Step 5, eq. 3.11: w ← (w − g[n]·x) → weight for one event. An event of value 0 costs operations and changes nothing. */
  updateRow(
    row: readonly bigint[],
    event: AddressEvent,
    scaled: readonly bigint[],
  ): readonly bigint[] {
    this.#multiplyAccumulates.add(trainingUpdate, row.length);
    if (event.valueRaw === 0n) return row;
    const { rounding, inputFormat } = this.#spec;
    const changeFractionBits = this.#scaledFractionBits + inputFormat.fractionBits;
    return row.map((weight, neuron) => {
      const change = elementAt(scaled, neuron, 'scaled errors') * event.valueRaw;
      const { weight: check } = this.#services.checks;
      const updated = this.#subtract(
        weight,
        change,
        changeFractionBits,
        check,
        rounding.weight,
        neuron,
      );
      if (change !== 0n) {
        this.#nonZeroUpdateCount += 1;
        if (updated === weight) this.#deadUpdateCount += 1;
      }
      return updated;
    });
  }

  /** Step 6: b ← (b − g[n]) → bias. */
  updateBiases(biases: readonly bigint[], scaled: readonly bigint[]): bigint[] {
    const { bias: check } = this.#services.checks;
    this.#biasAdditions.add(trainingUpdate, biases.length);
    return biases.map((bias, neuron) => {
      const change = elementAt(scaled, neuron, 'scaled errors');
      return this.#subtract(
        bias,
        change,
        this.#scaledFractionBits,
        check,
        this.#spec.rounding.bias,
        neuron,
      );
    });
  }

  health(): UpdateHealth {
    return {
      layer: this.#spec.layer,
      nonZeroUpdateCount: this.#nonZeroUpdateCount,
      deadUpdateCount: this.#deadUpdateCount,
    };
  }

  #toDelta(raw: bigint, fractionBits: number): bigint {
    const { delta } = this.#services.checks;
    return delta.confine(
      rescale(raw, fractionBits, delta.format.fractionBits, this.#spec.rounding.delta),
    );
  }

  /** `stored − change`, both brought to the larger fraction exactly, one rounding, one check. */
  #subtract(
    stored: bigint,
    change: bigint,
    changeFractionBits: number,
    check: TensorCheck,
    mode: RoundingMode,
    neuron: number,
  ): bigint {
    const { fractionBits } = check.format;
    const commonFractionBits = Math.max(fractionBits, changeFractionBits);
    const difference =
      (stored << BigInt(commonFractionBits - fractionBits)) -
      (change << BigInt(commonFractionBits - changeFractionBits));
    if (mode !== 'stochastic') {
      return check.confine(rescale(difference, commonFractionBits, fractionBits, mode));
    }
    // Drawn even where no bit is dropped (§2.5), so that the sequence does not depend on the formats.
    const { randomLanes } = this.#services;
    const word = randomLanes.draw(neuron, trainingUpdate);
    const { widthBits } = randomLanes.spec;
    return check.confine(
      rescaleStochastically(difference, commonFractionBits, fractionBits, word, widthBits),
    );
  }
}
