import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { FixedPointFormat } from '../../../numerics/format.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import { nearestQuotient } from '../../../numerics/divider.js';
import { exactDecay, exactSoftmax } from './exact-functions.js';
import type { RouterLink } from './router-link.js';

interface SoftmaxSpec {
  /** Format of y. */
  readonly outputFormat: FixedPointFormat;
  /** p correctly rounded, in place of the unit's table (docs/spec.md §2.12). */
  readonly isExact: boolean;
}

/** Some of the y, and their way to the unit. */
interface OutputRoute {
  readonly outputCount: number;
  readonly link: RouterLink;
}

/** Fraction bits of u = max(y) − y, and its largest raw value: the address of the table. */
const addressFractionBits = 8;
const largestAddress = 4095n;
/** Fraction bits of the table's entries and of p. */
const entryBits = 16;
/** Width of the sum, the reciprocal and the products. */
const sumBits = 32;
/** Fraction bits of p in an exact image. */
const exactFractionBits = 48;

const entries = new Map<bigint, bigint>();

/** T[j] = 2^16·e^(−j/256), rounded nearest. */
function entryOf(address: bigint): bigint {
  const entry = entries.get(address) ?? exactDecay(Number(address), addressFractionBits, entryBits);
  entries.set(address, entry);
  return entry;
}

/**
 * Softmax of the outputs, for loss ce: p of every class. It works once per sample, and only where p is asked for.
 *
 * Implements: docs/spec.md §2.13, §4.5 (loss ce), §7 (output layer of several homes).
 */
export class SoftmaxUnit {
  /** Of p. */
  readonly fractionBits: number;
  readonly #spec: SoftmaxSpec;
  readonly #comparisons: AccessMeter;
  readonly #differences: AccessMeter;
  readonly #lookUps: AccessMeter;
  readonly #sums: AccessMeter;
  readonly #reciprocals: AccessMeter;
  readonly #multiplications: AccessMeter;
  readonly #routes: readonly OutputRoute[];
  #outputs: readonly bigint[] = [];
  #probabilities: readonly bigint[] | null = null;

  /** `place`: the first home of the output layer; `routes`: of the y of other homes to it. */
  constructor(
    spec: SoftmaxSpec,
    place: Place,
    ledger: AccessLedger,
    routes: readonly OutputRoute[] = [],
  ) {
    const { totalBits } = spec.outputFormat;
    this.fractionBits = spec.isExact ? exactFractionBits : entryBits;
    this.#spec = spec;
    this.#routes = routes;
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', totalBits);
    this.#differences = new AccessMeter(ledger, place, 'datapath.add', totalBits);
    this.#lookUps = new AccessMeter(ledger, place, 'activation.lookup', entryBits);
    this.#sums = new AccessMeter(ledger, place, 'datapath.add', sumBits);
    this.#reciprocals = new AccessMeter(ledger, place, 'datapath.reciprocal', sumBits);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', sumBits);
  }

  /** Takes over y of a sample, shape (classCount). */
  latch(outputsRaw: readonly bigint[]): void {
    this.#outputs = outputsRaw;
    this.#probabilities = null;
  }

  /** p of the sample, shape (classCount), worked out when first asked for. */
  probabilities(): readonly bigint[] {
    this.#probabilities ??= this.#workOut();
    return this.#probabilities;
  }

  /** p − t of every class: the target t is 1 at the label, else 0. */
  errors(label: number): readonly bigint[] {
    const target = 1n << BigInt(this.fractionBits);
    return this.probabilities().map((p, index) => (index === label ? p - target : p));
  }

  #workOut(): readonly bigint[] {
    const classCount = this.#outputs.length;
    for (const { outputCount, link } of this.#routes) link.carry(outputCount, trainingUpdate);
    this.#comparisons.add(trainingUpdate, classCount - 1);
    this.#differences.add(trainingUpdate, classCount);
    this.#lookUps.add(trainingUpdate, classCount);
    this.#sums.add(trainingUpdate, classCount - 1);
    this.#reciprocals.add(trainingUpdate, 1);
    this.#multiplications.add(trainingUpdate, classCount);
    const { outputFormat, isExact } = this.#spec;
    return isExact
      ? exactSoftmax(this.#outputs, outputFormat.fractionBits, exactFractionBits)
      : this.#fromTable();
  }

  /** p = (E·2^16 + ⌊S/2⌋)/S, E from the table by the distance to the largest y. */
  #fromTable(): readonly bigint[] {
    const { fractionBits } = this.#spec.outputFormat;
    const largest = this.#outputs.reduce((most, y) => (y > most ? y : most));
    const powers = this.#outputs.map((y) => {
      const distance = rescale(largest - y, fractionBits, addressFractionBits, 'nearest');
      return entryOf(distance > largestAddress ? largestAddress : distance);
    });
    const sum = powers.reduce((total, power) => total + power);
    return powers.map((power) => nearestQuotient(power << BigInt(entryBits), sum));
  }
}
