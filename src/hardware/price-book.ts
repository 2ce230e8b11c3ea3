import {
  actionOf,
  type ActionWidth,
  type ComponentAction,
  componentActions,
} from '../ledger/components.js';
import type { PriceList, UnitPrice } from '../ledger/priced-ledger.js';
import { printQuantity } from '../units/quantity.js';
import { InputError } from '../units/input-error.js';
import { type BandedFormula, type BandedValue, statedFormula } from './formula/banded-formula.js';
import type { FormulaFunction } from './formula/formula.js';
import {
  accessedMemory,
  clockPeriod,
  type PricedChip,
  variablesFor,
} from './formula/formula-variables.js';
import { type StatedPrice } from './price-schema.js';
import { physical, type PhysicalValue, plain } from './formula/physical-value.js';
import type { StatedEntry } from './stated-entry.js';
import { technologyFunctions, type TechnologyModel } from './technology-model.js';

/** A memory that this chip does not have: it has no price, whatever the technology says. */
function isAbsentMemory(componentAction: ComponentAction, chip: PricedChip): boolean {
  return accessedMemory(componentAction, chip)?.bankCount === 0;
}

/** Largest width of an action, by the kind of its width; null: it has none. */
const largestBits: Readonly<Record<ActionWidth, number | null>> = {
  word: 256,
  operand: 64,
  activation: 16,
  generator: 32,
  none: null,
};

/**
 * Widths for which a price is checked when a chip is loaded: words up to 256 bits, operands up to 64 (docs/spec.md §2.1),
 * activations up to 16 (§2.4), generators up to 32 (§2.5). [null] where width has no meaning.
 */
export function allowedWidths(componentAction: ComponentAction): readonly (number | null)[] {
  const largest = largestBits[actionOf(componentAction).width];
  return largest === null ? [null] : Array.from({ length: largest }, (_, index) => index + 1);
}

/** A clock at which no price fails for the clock's own sake. */
export const usualClockMhz = 100;

/** A price that the chip's clock makes impossible: there is one at the usual clock. */
export class ClockError extends RangeError {
  override readonly name = 'ClockError';
}

/** A price whose formulas are read. */
interface ReadPrice extends Pick<StatedPrice, 'imported'> {
  readonly formula: BandedFormula;
  /** Whether the price depends on the width of the word or operand. */
  readonly hasWidths: boolean;
  /** By width; where it has none, null's is that of every width. */
  readonly resolved: Map<number | null, UnitPrice>;
}

/** The prices of one chip. Each formula is computed once per component.action and width. */
export class PriceBook implements PriceList {
  readonly #chip: PricedChip;
  readonly #technology: TechnologyModel;
  readonly #functions: ReadonlyMap<string, FormulaFunction>;
  /** Of everything that this chip has. */
  readonly #prices = new Map<ComponentAction, ReadPrice>();
  /** What its formulas may name, but for the width. */
  readonly #variables = new Map<ComponentAction, ReadonlyMap<string, PhysicalValue>>();

  /**
   * Reads every formula and computes it for every width that can occur.
   * @param stated what chip and technology state, the chip's own in place of the technology's.
   * @throws InputError with the place in the file: not a formula, not an energy, negative, falling with width, or a
   * band that does not hold the energy.
   */
  constructor(
    chip: PricedChip,
    technology: TechnologyModel,
    stated: ReadonlyMap<ComponentAction, StatedEntry<StatedPrice>>,
  ) {
    this.#chip = chip;
    this.#technology = technology;
    this.#functions = technologyFunctions(technology, {
      nodeNm: technology.text.value.node,
      voltageV: chip.voltageV,
    });
    for (const componentAction of componentActions) {
      const price = stated.get(componentAction);
      if (price === undefined) continue;
      const { energy, imported, ...band } = price.entry;
      const formula = statedFormula('energy', energy, band, price.problem);
      if (formula === null) continue;
      if (isAbsentMemory(componentAction, this.#chip)) continue;
      const hasWidths = formula.uses('bits');
      const read = { formula, hasWidths, resolved: new Map<number | null, UnitPrice>() };
      this.#prices.set(componentAction, imported === undefined ? read : { ...read, imported });
      this.#checkWidths(componentAction, price.problem);
    }
  }

  /** Null where no price is stated, none for this width, or the chip has no such memory. @throws InputError */
  unitPrice({
    componentAction,
    bits,
  }: {
    readonly componentAction: ComponentAction;
    readonly bits: number | null;
  }): UnitPrice | null {
    const stated = this.#prices.get(componentAction);
    if (stated === undefined) return null;
    const { formula, hasWidths, imported, resolved } = stated;
    if (imported !== undefined && (imported.onlyBits ?? bits) !== bits) return null;
    const width = hasWidths ? bits : null;
    const known = resolved.get(width);
    if (known !== undefined) return known;
    const variables = this.#variablesFor(componentAction, bits);
    if (imported !== undefined) {
      variables.set('tableEnergy', physical(imported.tableEnergyPj, 'energy'));
    }
    const circumstances = (): string => `for ${this.#chip.name}, ${bits ?? 'no'} bits: `;
    const { value, low, high } = this.#blamingClock(formula, variables, circumstances);
    const { kind, source } = formula.text;
    const price = { energyPj: value, lowPj: low, highPj: high, kind, source };
    resolved.set(width, price);
    return price;
  }

  #variablesFor(componentAction: ComponentAction, bits: number | null): Map<string, PhysicalValue> {
    const ofAnyWidth =
      this.#variables.get(componentAction) ??
      variablesFor(componentAction, null, this.#chip, this.#technology, this.#functions);
    this.#variables.set(componentAction, ofAnyWidth);
    const variables = new Map(ofAnyWidth);
    return bits === null ? variables : variables.set('bits', plain(bits));
  }

  /** Figures of a formula. @throws InputError; its cause is a ClockError where the formula has a value at a usual clock. */
  #blamingClock(
    formula: BandedFormula,
    variables: Map<string, PhysicalValue>,
    circumstances: () => string,
  ): BandedValue {
    try {
      return formula.evaluate(variables, this.#functions, circumstances);
    } catch (error) {
      if (!(error instanceof InputError) || !formula.uses('clockPeriod')) throw error;
      const usual = new Map(variables).set('clockPeriod', clockPeriod(usualClockMhz));
      try {
        formula.evaluate(usual, this.#functions, circumstances);
      } catch {
        throw error;
      }
      error.cause = new ClockError(error.message);
      throw error;
    }
  }

  /** Law: a wider word or operand never costs less. */
  #checkWidths(
    componentAction: ComponentAction,
    problem: StatedEntry<StatedPrice>['problem'],
  ): void {
    let previousPj = 0;
    for (const bits of allowedWidths(componentAction)) {
      const energyPj = this.unitPrice({ componentAction, bits })?.energyPj;
      if (energyPj === undefined) continue;
      // Prices are rounded to 12 digits: equal ones may differ in the last.
      if (energyPj < previousPj * (1 - 1e-11)) {
        throw problem(
          'energy',
          `falls from ${printQuantity(previousPj, 'energy')} to ${printQuantity(energyPj, 'energy')} at ${bits ?? 'no'} bits; a wider word or operand never costs less`,
        );
      }
      previousPj = energyPj;
    }
  }
}
