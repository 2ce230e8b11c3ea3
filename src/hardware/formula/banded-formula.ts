import type { PriceKind } from '../../ledger/priced-ledger.js';
import type { InputError } from '../../units/input-error.js';
import { quoted } from '../../units/printable.js';
import { nameQuantity, printQuantity } from '../../units/quantity.js';
import { type Formula, type FormulaFunction, parseFormula } from './formula.js';
import { isSameDimension, physical, type PhysicalValue, printDimension } from './physical-value.js';

/** Values keep this many digits: Math.log and Math.pow may differ in the last bit between machines, results may not. */
const significantDigits = 12;

/** What can be stated with a band: base unit pJ or mm². */
export type BandedQuantity = 'energy' | 'area';

/** The words of an entry as a file states it; `value` is what stands under the key of the quantity. */
interface BandedText {
  readonly value: string;
  readonly low: string;
  readonly high: string;
  readonly kind: Exclude<PriceKind, 'unknown'>;
  readonly source: string;
}

/** A value and its band in the base unit, 0 ≤ low ≤ value ≤ high. */
export interface BandedValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

type Variables = ReadonlyMap<string, PhysicalValue>;

/** Largest figure of one action or part, 1 kJ and 1 m²: above that a file means something else (docs/limits.md). */
const largest: Readonly<Record<BandedQuantity, number>> = { energy: 1e15, area: 1e6 };

const examples: Readonly<Record<BandedQuantity, string>> = {
  energy: 'a price is an energy, in pJ or nJ',
  area: 'it must be an area, in µm² or mm²',
};

/** One of the base unit of each. */
const units: Readonly<Record<BandedQuantity, PhysicalValue>> = {
  energy: physical(1, 'energy'),
  area: physical(1, 'area'),
};

/** A figure of a hardware model: three formulas, and where their file states them. */
export class BandedFormula {
  readonly text: BandedText;
  readonly #quantity: BandedQuantity;
  readonly #formulas: Readonly<Record<keyof BandedValue, Formula>>;
  readonly #problem: (key: string, sentence: string) => InputError;

  /**
   * @param problem makes the error at one of the entry's keys.
   * @throws InputError where one of the texts is no formula.
   */
  constructor(
    quantity: BandedQuantity,
    text: BandedText,
    problem: (key: string, sentence: string) => InputError,
  ) {
    this.text = text;
    this.#quantity = quantity;
    this.#problem = problem;
    const parse = (end: keyof BandedValue): Formula =>
      this.#locating(
        end,
        () => '',
        () => parseFormula(text[end]),
      );
    this.#formulas = { value: parse('value'), low: parse('low'), high: parse('high') };
  }

  /** Whether the figure or an end of its band depends on this variable. */
  uses(variable: string): boolean {
    return Object.values(this.#formulas).some(({ names }) => names.has(variable));
  }

  /**
   * @param variables those of the value; its band may also use the variable named after the quantity, which is among them
   * while the band is computed.
   * @param circumstances what begins each sentence of an error: `for edge-28nm, 8 bits: `.
   * @throws InputError: of another dimension, negative, or a value outside its band.
   */
  evaluate(
    variables: Map<string, PhysicalValue>,
    functions: ReadonlyMap<string, FormulaFunction>,
    circumstances: () => string,
  ): BandedValue {
    const compute = (end: keyof BandedValue): number =>
      this.#locating(end, circumstances, () =>
        this.#magnitude(this.#formulas[end], variables, functions),
      );
    const value = compute('value');
    variables.set(this.#quantity, physical(value, this.#quantity));
    const [low, high] = [compute('low'), compute('high')];
    variables.delete(this.#quantity);
    if (low > value || value > high) {
      const print = (amount: number): string => printQuantity(amount, this.#quantity);
      throw this.#problem(
        low > value ? 'low' : 'high',
        `${circumstances()}the ${this.#quantity}, ${print(value)}, is outside its band of ${print(low)} to ${print(high)}`,
      );
    }
    return { value, low, high };
  }

  #magnitude(
    formula: Formula,
    variables: Variables,
    functions: ReadonlyMap<string, FormulaFunction>,
  ): number {
    const { value, dimension } = formula.evaluate({ variables, functions });
    const unit = units[this.#quantity];
    if (!isSameDimension(dimension, unit.dimension)) {
      throw new RangeError(
        `"${formula.text}" is ${printDimension(dimension)}; ${examples[this.#quantity]}`,
      );
    }
    const magnitude = value / unit.value;
    if (!Number.isFinite(magnitude) || magnitude > largest[this.#quantity]) {
      const limit = printQuantity(largest[this.#quantity], this.#quantity);
      throw new RangeError(
        `"${quoted(formula.text)}" is ${Number.isNaN(magnitude) ? 'no number' : 'too large'}; ${nameQuantity(this.#quantity)} of at most ${limit} is needed`,
      );
    }
    if (magnitude < 0) {
      throw new RangeError(
        `"${formula.text}" is ${printQuantity(magnitude, this.#quantity)}; no ${nameQuantity(this.#quantity).replace(/^an? /, '')} is negative`,
      );
    }
    return Number(magnitude.toPrecision(significantDigits));
  }

  #locating<Result>(end: keyof BandedValue, prefix: () => string, compute: () => Result): Result {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const key = end === 'value' ? this.#quantity : end;
      const problem = this.#problem(key, `${prefix()}${error.message}`);
      // Whoever knows the chip may find the memory that is to blame.
      problem.cause = error;
      throw problem;
    }
  }
}

/** What stands beside a value in a file; without a band where the value is unknown. */
export interface StatedBand {
  readonly low?: string | undefined;
  readonly high?: string | undefined;
  readonly kind: PriceKind;
  readonly source: string;
}

/** The figure that an entry states; null where it says that it is unknown. @throws InputError where a text is no formula */
export function statedFormula(
  quantity: BandedQuantity,
  value: string | null,
  { low, high, kind, source }: StatedBand,
  problem: (key: string, sentence: string) => InputError,
): BandedFormula | null {
  if (value === null || low === undefined || high === undefined || kind === 'unknown') return null;
  return new BandedFormula(quantity, { value, low, high, kind, source }, problem);
}
