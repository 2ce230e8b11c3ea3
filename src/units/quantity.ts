import { longestQuantity } from './limits.js';
import { suggestion } from './nearest-name.js';
import { quoted } from './printable.js';

/**
 * What can be written with a unit. The base unit is the one that our names carry
 * (`voltageV`, `energyPj`, `nodeNm`, `periodNs`, `clockMhz`, `capacityBits`, `powerUw`, `areaMm2`, `capacitancePf`, `chargeMah`).
 * Beside each unit stands how many base units it is, as a decimal, so that nothing is rounded before the end; units follow in
 * ascending size, for printing. `u` stands for µ, which may be written too. A unit is printed from `leastShown` of it on: 0.8 V
 * and 0.32 mm² are what people write, not 800 mV and 320000 µm².
 */
const unitsByQuantity = {
  voltage: { noun: 'a voltage', base: 'V', units: { mV: '1e-3', V: '1' }, leastShown: 0.1 },
  energy: {
    noun: 'an energy',
    base: 'pJ',
    units: { fJ: '1e-3', pJ: '1', nJ: '1e3', uJ: '1e6', mJ: '1e9', J: '1e12', kJ: '1e15' },
    leastShown: 1,
    readOnly: { mWh: '3.6e12', Wh: '3.6e15' },
  },
  charge: { noun: 'a charge', base: 'mAh', units: { mAh: '1', Ah: '1e3' }, leastShown: 1 },
  length: { noun: 'a length', base: 'nm', units: { nm: '1', um: '1e3', mm: '1e6' }, leastShown: 1 },
  time: {
    noun: 'a time',
    base: 'ns',
    units: { ps: '1e-3', ns: '1', us: '1e3', ms: '1e6', s: '1e9' },
    leastShown: 1,
  },
  frequency: {
    noun: 'a frequency',
    base: 'MHz',
    units: { Hz: '1e-6', kHz: '1e-3', MHz: '1', GHz: '1e3' },
    leastShown: 1,
  },
  information: {
    noun: 'a number of bits',
    base: 'bit',
    units: { bit: '1', B: '8', KiB: '8192', MiB: '8388608' },
    leastShown: 1,
  },
  power: {
    noun: 'a power',
    base: 'uW',
    units: { pW: '1e-6', nW: '1e-3', uW: '1', mW: '1e3', W: '1e6' },
    leastShown: 1,
  },
  area: { noun: 'an area', base: 'mm^2', units: { 'um^2': '1e-6', 'mm^2': '1' }, leastShown: 0.01 },
  capacitance: {
    noun: 'a capacitance',
    base: 'pF',
    units: { fF: '1e-3', pF: '1' },
    leastShown: 1,
  },
} as const;
export type Quantity = keyof typeof unitsByQuantity;

/** Every unit in which this may be written, and its size: those that are printed, then those that are only read. */
function readUnits(quantity: Quantity): Readonly<Record<string, string>> {
  const entry = unitsByQuantity[quantity];
  return 'readOnly' in entry ? { ...entry.units, ...entry.readOnly } : entry.units;
}

/** A unit that we know: what it measures, and how many base units of that it is. */
interface KnownUnit {
  readonly quantity: Quantity;
  readonly baseUnits: number;
}

const knownUnits: ReadonlyMap<string, KnownUnit> = new Map(
  (Object.keys(unitsByQuantity) as Quantity[]).flatMap((quantity) =>
    Object.entries(readUnits(quantity)).map(([name, decimal]): [string, KnownUnit] => [
      name,
      { quantity, baseUnits: Number(decimal) },
    ]),
  ),
);

/** A decimal as a whole number and a power of ten. */
function parseDecimal(text: string): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return {
    digits: BigInt(`${whole.replace(/^[+-]/, '')}${fraction}`) * (whole.startsWith('-') ? -1n : 1n),
    exponent: Number(exponent) - fraction.length,
  };
}

/** Product of decimals, rounded once: as floats 1.1 times 1000 would be 1100.0000000000002. */
function product(left: string, right: string): number {
  const [one, other] = [parseDecimal(left), parseDecimal(right)];
  return Number(`${one.digits * other.digits}e${one.exponent + other.exponent}`);
}

/** `µm²` and `um2` as they stand in the table: `um^2`; both signs for micro (U+00B5, U+03BC); `mA h` as `mAh`. */
function normaliseUnit(text: string): string {
  const name = text
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replace(/(?<=m)(?:²|2)$/, '^2')
    .replace(/(?<=^m?[AW]) h$/, 'h');
  return name === 'bits' ? 'bit' : name;
}

function readable(unitName: string): string {
  return unitName.replace(/^u(?=[a-zA-Z])/, 'µ').replace('^2', '²');
}

/** The unit of this name, or null where it is none of ours. */
export function findUnit(name: string): KnownUnit | null {
  return knownUnits.get(normaliseUnit(name)) ?? null;
}

/** `a voltage`, `an energy`: for sentences. */
export function nameQuantity(quantity: Quantity): string {
  return unitsByQuantity[quantity].noun;
}

/** `mV, V`: the units in which this may be written. */
export function allowedUnits(quantity: Quantity): string {
  return Object.keys(readUnits(quantity)).map(readable).join(', ');
}

/** `mV, V, fJ, …`: every unit that we know. */
export function allUnits(): string {
  return (Object.keys(unitsByQuantity) as Quantity[]).map(allowedUnits).join(', ');
}

// Each character is tried once: digits, space and unit never compete for it.
const quantityPattern =
  /^(?<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(?<unit>(?![\s.\d])[^]*)?$/u;

/**
 * Reads `0.6 V`, `313 nJ`, `256 KiB` as a number of base units (V, pJ, mAh, nm, ns, MHz, bit, µW, mm², pF).
 * @throws RangeError, a sentence: no number, no unit, or a unit of something else; with the allowed units.
 */
export function parseQuantity(text: string, quantity: Quantity): number {
  const { noun, base } = unitsByQuantity[quantity];
  if (text.length > longestQuantity) {
    throw new RangeError(
      `"${quoted(text)}" has ${text.length} characters; a number and its unit have at most ${longestQuantity}`,
    );
  }
  const groups = quantityPattern.exec(text.trim())?.groups;
  const allowed = `allowed units are ${allowedUnits(quantity)}`;
  if (groups === undefined) {
    throw new RangeError(
      `"${text}" is not ${noun}; write a number and a unit, as in 1 ${readable(base)}; ${allowed}`,
    );
  }
  const written = groups['unit'] ?? '';
  if (written === '') throw new RangeError(`"${text}" has no unit; ${allowed}`);
  const known = findUnit(written);
  if (known?.quantity !== quantity) {
    throw new RangeError(
      `"${text}" is not ${noun}: "${written}" is not one of its units; ${allowed}${suggestion(normaliseUnit(written), Object.keys(readUnits(quantity)))}`,
    );
  }
  const value = product(groups['number'] ?? '', readUnits(quantity)[normaliseUnit(written)] ?? '');
  if (!Number.isFinite(value)) throw new RangeError(`"${text}" is too large for ${noun}`);
  return value;
}

/**
 * The inverse, for people: the largest unit of which there is at least 1 (0.1 V, 0.01 mm²).
 * @param baseValue in base units: 313000 (pJ) prints as `313 nJ`.
 * @param significantDigits digits kept of the value
 */
export function printQuantity(
  baseValue: number,
  quantity: Quantity,
  significantDigits = 4,
): string {
  const { base, units, leastShown } = unitsByQuantity[quantity];
  const magnitude = Math.abs(baseValue);
  let chosen: string = magnitude === 0 ? base : (Object.keys(units)[0] ?? base);
  for (const [name, size] of Object.entries(units)) {
    // Rounding must not print 1000 pJ where 1 nJ is meant.
    const rounded = Number(magnitude.toPrecision(significantDigits));
    if (magnitude > 0 && rounded >= Number(size) * leastShown) chosen = name;
  }
  const value = baseValue / (findUnit(chosen)?.baseUnits ?? 1);
  return `${Number(value.toPrecision(significantDigits))} ${readable(chosen)}`;
}
