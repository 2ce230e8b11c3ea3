/*
 * How figures are printed, written once more: significant digits or decimals, thousands in groups, the unit in which a value
 * has one to three digits before its point.
 */

type Prefixes = readonly (readonly [unit: string, factor: number])[];

const energies: Prefixes = [
  ['kJ', 1e15],
  ['J', 1e12],
  ['mJ', 1e9],
  ['µJ', 1e6],
  ['nJ', 1e3],
  ['pJ', 1],
];
const powers: Prefixes = [
  ['W', 1e6],
  ['mW', 1e3],
  ['µW', 1],
  ['nW', 1e-3],
  ['pW', 1e-6],
];
const times: Prefixes = [
  ['s', 1e6],
  ['ms', 1e3],
  ['µs', 1],
  ['ns', 1e-3],
];
const lives: Prefixes = [
  ['years', 365.25 * 24],
  ['days', 24],
  ['hours', 1],
  ['minutes', 1 / 60],
  ['seconds', 1 / 3600],
];
const memories: Prefixes = [
  ['GiB', 8 * 1024 ** 3],
  ['MiB', 8 * 1024 ** 2],
  ['KiB', 8 * 1024],
  ['bit', 1],
];

function grouped(text: string): string {
  const [whole = '', fraction] = text.replace('-', '−').split('.');
  const digits = whole.replace(/\d(?=(?:\d{3})+$)/g, '$&,');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** A value to this many significant digits, without trailing zeros, which say nothing. */
function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Significant digits; those before the point are all kept. */
export function significant(value: number, digits = 4): string {
  if (value === 0) return '0';
  const whole = Math.trunc(Math.abs(value)).toString().length;
  const precision = Math.abs(value) >= 1 ? Math.max(digits, whole) : digits;
  const rounded = Number(value.toPrecision(precision));
  const decimals = Math.max(0, precision - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return grouped(trimmed(rounded.toFixed(Math.min(15, decimals))));
}

export function count(value: number): string {
  return grouped(value.toFixed(0));
}

/** A mean of counts. */
export function mean(value: number): string {
  if (Math.abs(value) < 1) return significant(value);
  const text = value.toFixed(2);
  return grouped(text.replace(/\.00$/, ''));
}

function unitFor(prefixes: Prefixes, value: number): readonly [unit: string, factor: number] {
  return prefixes.find(([, factor]) => Math.abs(value) >= factor) ?? prefixes.at(-1) ?? ['', 1];
}

function quantity(value: number, prefixes: Prefixes): string {
  const [unit, factor] = unitFor(prefixes, value);
  return `${significant(value / factor, 3)} ${unit}`;
}

function between(low: number, high: number, prefixes: Prefixes): string {
  const [unit, factor] = unitFor(prefixes, high);
  if (low > 0 && low < factor / 10) return `${quantity(low, prefixes)}–${quantity(high, prefixes)}`;
  return `${significant(low / factor, 3)}–${significant(high / factor, 3)} ${unit}`;
}

export const energy = (pj: number): string => quantity(pj, energies);
export const energyRange = (low: number, high: number): string => between(low, high, energies);
export const power = (uw: number): string => quantity(uw, powers);
export const powerRange = (low: number, high: number): string => between(low, high, powers);
export const time = (us: number): string => quantity(us, times);
export const memory = (bits: number): string => quantity(bits, memories);
export const rate = (perSecond: number): string => `${significant(perSecond, 3)} samples/s`;
export const energyUnit = (pj: number): readonly [unit: string, factor: number] =>
  unitFor(energies, pj);

export function life(hours: number): string {
  return quantity(hours, lives).replace(/^1 (\w+)s$/, '1 $1');
}

export function lifeRange(low: number, high: number): string {
  const isOneUnit = unitFor(lives, low)[0] === unitFor(lives, high)[0];
  return isOneUnit ? between(low, high, lives) : `${life(low)} to ${life(high)}`;
}

/** A share of 100; one that is small but not 0 is not 0. */
export function percent(value: number, decimals = 2): string {
  const smallest = 10 ** -decimals;
  if (value > 0 && value < smallest / 2) return `<${String(smallest)} %`;
  return `${value.toFixed(decimals)} %`;
}

export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : percent((100 * part) / whole, 1);
}

export function change(value: number): string {
  return `${value > 0 ? '+' : ''}${significant(value, 3)} %`;
}

export function points(value: number): string {
  const text = grouped(value.toFixed(2).replace(/\.00$/, '')).replace(/^−0$/, '0');
  return `${text} ${text === '1' || text === '−1' ? 'point' : 'points'}`;
}

/** Two decimals, a real minus sign. */
export function interval({ low, high }: { low: number; high: number }, unit: string): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)} ${unit}`.replaceAll('-', '−');
}
