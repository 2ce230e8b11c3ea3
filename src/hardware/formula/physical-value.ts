import { findUnit, type Quantity } from '../../units/quantity.js';

/** Exponents of energy, voltage, length and time: power is energy¹·time⁻¹, capacitance energy¹·voltage⁻². */
export type Dimension = readonly [energy: number, voltage: number, length: number, time: number];

/**
 * A number with its dimension, in the coherent units pJ, V, nm, ns: products of values need no conversion
 * (mW × ns = pJ, pF × V² = pJ).
 */
export interface PhysicalValue {
  readonly value: number;
  readonly dimension: Dimension;
}

export const dimensionless: Dimension = [0, 0, 0, 0];
const energyDimension: Dimension = [1, 0, 0, 0];

/** How each quantity enters a formula: its dimension, and how many coherent units one of its base units is. */
const coherent: Readonly<Record<Quantity, { dimension: Dimension; perBaseUnit: number }>> = {
  energy: { dimension: energyDimension, perBaseUnit: 1 },
  voltage: { dimension: [0, 1, 0, 0], perBaseUnit: 1 },
  length: { dimension: [0, 0, 1, 0], perBaseUnit: 1 },
  area: { dimension: [0, 0, 2, 0], perBaseUnit: 1e12 }, // mm² in nm²
  time: { dimension: [0, 0, 0, 1], perBaseUnit: 1 },
  frequency: { dimension: [0, 0, 0, -1], perBaseUnit: 1e-3 }, // MHz in 1/ns
  power: { dimension: [1, 0, 0, -1], perBaseUnit: 1e-3 }, // µW in pJ/ns
  capacitance: { dimension: [1, -2, 0, 0], perBaseUnit: 1 },
  charge: { dimension: [1, -1, 0, 0], perBaseUnit: 3.6e12 }, // mAh in pJ/V
  information: { dimension: dimensionless, perBaseUnit: 1 }, // bits are counted, not measured
};

/** A pure number: a count, a ratio, bits. */
export function plain(value: number): PhysicalValue {
  return { value, dimension: dimensionless };
}

/** A value given in the base unit of its quantity (V, pJ, nm, ns, MHz, bit, µW, mm², pF). */
export function physical(baseValue: number, quantity: Quantity): PhysicalValue {
  const { dimension, perBaseUnit } = coherent[quantity];
  return { value: baseValue * perBaseUnit, dimension };
}

/**
 * One of the unit of this name, or null where we know no such unit. The plural `bits` is none here: it is a variable,
 * and where that does not exist it must not pass for 1 bit.
 */
export function oneUnit(name: string): PhysicalValue | null {
  if (name === 'bits') return null;
  const unit = findUnit(name);
  return unit === null ? null : physical(unit.baseUnits, unit.quantity);
}

export function isSameDimension(left: Dimension, right: Dimension): boolean {
  return left === right || left.every((exponent, index) => exponent === right[index]);
}

/** left + factor · right, exponent by exponent: multiplication adds dimensions, division subtracts them. */
export function combineDimensions(left: Dimension, right: Dimension, factor: 1 | -1): Dimension {
  return [
    left[0] + factor * right[0],
    left[1] + factor * right[1],
    left[2] + factor * right[2],
    left[3] + factor * right[3],
  ];
}

/** The dimension of a value raised to a power. */
export function raiseDimension(base: Dimension, exponent: number): Dimension {
  return [base[0] * exponent, base[1] * exponent, base[2] * exponent, base[3] * exponent];
}

const dimensionSymbols = ['pJ', 'V', 'nm', 'ns'] as const;

/** `pJ·ns^-1`; `a number` where there is no unit. */
export function printDimension(dimension: Dimension): string {
  const factors = dimensionSymbols.flatMap((symbol, index) => {
    const exponent = dimension[index] ?? 0;
    if (exponent === 0) return [];
    return [exponent === 1 ? symbol : `${symbol}^${exponent}`];
  });
  return factors.length === 0 ? 'a number' : factors.join('·');
}
