import { longestQuantity } from './limits.js';
import { math } from './mathjs.js';
import { suggestion } from './nearest-name.js';
import { quoted } from './printable.js';

/**
 * What can be written with a unit. The first unit of each list is the base unit: the one that our names carry
 * (`voltageV`, `energyPj`, `nodeNm`, `periodNs`, `clockMhz`, `capacityBits`, `powerUw`, `areaMm2`, `capacitancePf`, `chargeMah`).
 * The others follow in ascending size, for printing. `u` stands for µ, which may be written too. A unit is printed from
 * `leastShown` of it on: 0.8 V and 0.32 mm² are what people write, not 800 mV and 320000 µm².
 */
const unitsByQuantity = {
  voltage: { noun: 'a voltage', base: 'V', units: ['mV', 'V'], leastShown: 0.1 },
  energy: {
    noun: 'an energy',
    base: 'pJ',
    units: ['fJ', 'pJ', 'nJ', 'uJ', 'mJ', 'J', 'kJ'],
    leastShown: 1,
    readOnly: ['mWh', 'Wh'],
  },
  charge: { noun: 'a charge', base: 'mAh', units: ['mAh', 'Ah'], leastShown: 1 },
  length: { noun: 'a length', base: 'nm', units: ['nm', 'um', 'mm'], leastShown: 1 },
  time: { noun: 'a time', base: 'ns', units: ['ps', 'ns', 'us', 'ms', 's'], leastShown: 1 },
  frequency: {
    noun: 'a frequency',
    base: 'MHz',
    units: ['Hz', 'kHz', 'MHz', 'GHz'],
    leastShown: 1,
  },
  information: {
    noun: 'a number of bits',
    base: 'bit',
    units: ['bit', 'B', 'KiB', 'MiB'],
    leastShown: 1,
  },
  power: { noun: 'a power', base: 'uW', units: ['pW', 'nW', 'uW', 'mW', 'W'], leastShown: 1 },
  area: { noun: 'an area', base: 'mm^2', units: ['um^2', 'mm^2'], leastShown: 0.01 },
  capacitance: { noun: 'a capacitance', base: 'pF', units: ['fF', 'pF'], leastShown: 1 },
} as const;
export type Quantity = keyof typeof unitsByQuantity;

/** Every unit in which this may be written: those that are printed, then those that are only read. */
function readUnits(quantity: Quantity): readonly string[] {
  const entry = unitsByQuantity[quantity];
  return 'readOnly' in entry ? [...entry.units, ...entry.readOnly] : entry.units;
}

/** A unit that we know: what it measures, and how many base units of that it is. */
interface KnownUnit {
  readonly quantity: Quantity;
  readonly baseUnits: number;
}

/** How many of `base` this is, converted with 64 decimal digits: floats would make 1 nJ 1000.0000000000001 pJ. */
function convert(amount: string, unitName: string, base: string): number {
  // mathjs knows no ampere-hour as one unit, but it knows the product.
  const spell = (name: string): string => name.replace(/Ah$/, 'A h');
  return Number(
    math.unit(math.bignumber(amount), spell(unitName)).toNumeric(spell(base)).toString(),
  );
}

const knownUnits: ReadonlyMap<string, KnownUnit> = new Map(
  (Object.keys(unitsByQuantity) as Quantity[]).flatMap((quantity) => {
    const { base } = unitsByQuantity[quantity];
    return readUnits(quantity).map((name): [string, KnownUnit] => [
      name,
      { quantity, baseUnits: convert('1', name, base) },
    ]);
  }),
);

/** `µm²` and `um2` as mathjs knows them: `um^2`; both signs for micro (U+00B5, U+03BC); `mA h` as `mAh`. */
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
  return readUnits(quantity).map(readable).join(', ');
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
      `"${text}" is not ${noun}: "${written}" is not one of its units; ${allowed}${suggestion(normaliseUnit(written), readUnits(quantity))}`,
    );
  }
  const value = convert(groups['number'] ?? '', normaliseUnit(written), base);
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
  let chosen: string = magnitude === 0 ? base : units[0];
  for (const name of units) {
    const size = findUnit(name)?.baseUnits ?? Infinity;
    // Rounding must not print 1000 pJ where 1 nJ is meant.
    if (magnitude > 0 && Number(magnitude.toPrecision(significantDigits)) >= size * leastShown)
      chosen = name;
  }
  const value = baseValue / (findUnit(chosen)?.baseUnits ?? 1);
  return `${Number(value.toPrecision(significantDigits))} ${readable(chosen)}`;
}
