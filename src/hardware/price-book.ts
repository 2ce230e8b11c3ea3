import type { ComponentAction } from '../ledger/ledger-row.js';
import type { PriceList, UnitPrice } from '../ledger/priced-ledger.js';
import { printQuantity } from '../units/quantity.js';
import { memoryComponents } from './chip-model.js';
import { type Formula, type FormulaFunction, parseFormula } from './formula.js';
import { accessedMemory, type PricedChip, variablesFor } from './formula-variables.js';
import {
  energyDimension,
  isSameDimension,
  physical,
  type PhysicalValue,
  printDimension,
} from './physical-value.js';
import { technologyFunctions, type TechnologyModel } from './technology-model.js';
import { componentActions } from './technology-schema.js';

/** Prices keep this many digits: Math.log and Math.pow may differ in the last bit between machines, results may not. */
const significantDigits = 12;

interface ParsedPrice extends Pick<UnitPrice, 'kind' | 'source'> {
  readonly energy: Formula;
  readonly low: Formula;
  readonly high: Formula;
}

/** A memory that this chip does not have, or that no chip model knows: it has no price, whatever the technology says. */
function isAbsentMemory(componentAction: ComponentAction, chip: PricedChip): boolean {
  if (componentAction.startsWith('activationBuffer.')) return true;
  return accessedMemory(componentAction, chip)?.bankCount === 0;
}

/**
 * Widths for which a price is checked when a chip is loaded: words up to 256 bits, operands up to 64 (docs/spec.md §2.1),
 * activations up to 16 (§2.4), generators up to 32 (§2.5). [null] where width has no meaning.
 */
export function allowedWidths(componentAction: ComponentAction): readonly (number | null)[] {
  if (/^(clock|leakage)\./.test(componentAction)) return [null];
  const upTo = (most: number): readonly number[] =>
    Array.from({ length: most }, (_, index) => index + 1);
  const isOfMemory = [...memoryComponents, 'delayedError'].some((memory) =>
    componentAction.startsWith(`${memory}.`),
  );
  if (isOfMemory && componentAction !== 'feedback.generate') return upTo(256);
  if (componentAction.startsWith('activation.')) return upTo(16);
  if (componentAction.startsWith('random.')) return upTo(32);
  return upTo(64);
}

function energyOf(
  formula: Formula,
  variables: ReadonlyMap<string, PhysicalValue>,
  functions: ReadonlyMap<string, FormulaFunction>,
): number {
  const { value, dimension } = formula.evaluate({ variables, functions });
  if (!isSameDimension(dimension, energyDimension)) {
    throw new RangeError(
      `"${formula.text}" is ${printDimension(dimension)}; a price is an energy, in pJ or nJ`,
    );
  }
  if (value < 0) {
    throw new RangeError(
      `"${formula.text}" is ${printQuantity(value, 'energy')}; no energy is negative`,
    );
  }
  return Number(value.toPrecision(significantDigits));
}

/** The prices of a technology for one chip. Each formula is computed once per component.action and width. */
export class PriceBook implements PriceList {
  readonly #chip: PricedChip;
  readonly #technology: TechnologyModel;
  readonly #functions: ReadonlyMap<string, FormulaFunction>;
  readonly #parsed = new Map<ComponentAction, ParsedPrice>();
  readonly #resolved = new Map<string, UnitPrice>();

  /**
   * Reads every formula and computes it for every width that can occur.
   * @throws InputError with the place in the technology file: not a formula, not an energy, negative, falling with
   * width, or a band that does not hold the energy.
   */
  constructor(chip: PricedChip, technology: TechnologyModel) {
    this.#chip = chip;
    this.#technology = technology;
    this.#functions = technologyFunctions(technology, {
      nodeNm: technology.file.value.node,
      voltageV: chip.voltageV,
    });
    for (const componentAction of componentActions) {
      const entry = technology.file.value.prices[componentAction];
      if (entry === undefined) continue;
      const { energy, low, high, kind, source } = entry;
      if (energy === null || low === undefined || high === undefined) continue;
      if (kind === 'unknown') continue;
      const parse = (key: string, text: string): Formula =>
        this.#locating([componentAction, key], () => parseFormula(text));
      this.#parsed.set(componentAction, {
        kind,
        source,
        energy: parse('energy', energy),
        low: parse('low', low),
        high: parse('high', high),
      });
      if (!isAbsentMemory(componentAction, this.#chip)) this.#checkWidths(componentAction);
    }
  }

  /** Null where the technology states no price, or the chip has no such memory. @throws InputError */
  unitPrice({
    componentAction,
    bits,
  }: {
    readonly componentAction: ComponentAction;
    readonly bits: number | null;
  }): UnitPrice | null {
    const parsed = this.#parsed.get(componentAction);
    if (parsed === undefined || isAbsentMemory(componentAction, this.#chip)) return null;
    const name = `${componentAction}/${bits ?? '-'}`;
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const price = this.#resolve(componentAction, bits, parsed);
    this.#resolved.set(name, price);
    return price;
  }

  #resolve(
    componentAction: ComponentAction,
    bits: number | null,
    { energy, low, high, kind, source }: ParsedPrice,
  ): UnitPrice {
    const functions = this.#functions;
    const variables = variablesFor(componentAction, bits, this.#chip, this.#technology, functions);
    const compute = (key: 'energy' | 'low' | 'high', formula: Formula): number =>
      this.#locating(
        [componentAction, key],
        () => energyOf(formula, variables, functions),
        `for ${this.#chip.name}, ${bits ?? 'no'} bits: `,
      );
    const energyPj = compute('energy', energy);
    variables.set('energy', physical(energyPj, 'energy'));
    const lowPj = compute('low', low);
    const highPj = compute('high', high);
    if (lowPj > energyPj || energyPj > highPj) {
      const print = (valuePj: number): string => printQuantity(valuePj, 'energy');
      throw this.#technology.file.problem(
        ['prices', componentAction, lowPj > energyPj ? 'low' : 'high'],
        `for ${this.#chip.name}, ${bits ?? 'no'} bits: the energy, ${print(energyPj)}, is outside its band of ${print(lowPj)} to ${print(highPj)}`,
      );
    }
    return { energyPj, lowPj, highPj, kind, source };
  }

  /** Law: a wider word or operand never costs less. */
  #checkWidths(componentAction: ComponentAction): void {
    let previousPj = 0;
    for (const bits of allowedWidths(componentAction)) {
      const energyPj = this.unitPrice({ componentAction, bits })?.energyPj ?? 0;
      // Prices are rounded to 12 digits: equal ones may differ in the last.
      if (energyPj < previousPj * (1 - 1e-11)) {
        throw this.#technology.file.problem(
          ['prices', componentAction, 'energy'],
          `falls from ${printQuantity(previousPj, 'energy')} to ${printQuantity(energyPj, 'energy')} at ${bits ?? 'no'} bits; a wider word or operand never costs less`,
        );
      }
      previousPj = energyPj;
    }
  }

  #locating<Result>(
    path: readonly [ComponentAction, string],
    compute: () => Result,
    prefix = '',
  ): Result {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.#technology.file.problem(['prices', ...path], `${prefix}${error.message}`);
    }
  }
}
