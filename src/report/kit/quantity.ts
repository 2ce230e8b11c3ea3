/* The only place where numbers become text. Numbers carry thousands separators and a fixed count of significant digits. */

/** Between number and unit: no line break there. */
const gap = '\u00a0';
export const notMeasured = 'not measured';
export const unpriced = 'unpriced';

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** No page shows what is no figure. @throws RangeError */
function checkFigure(value: number): void {
  if (Number.isFinite(value)) return;
  throw new RangeError(
    `report: ${value} is not a figure; the record must hold finite numbers or null`,
  );
}

/** Exactly `decimals` decimals, but none where all would be 0. @throws RangeError when the value is not finite. */
function printFixed(value: number, decimals: number): string {
  checkFigure(value);
  const [whole = '0', fraction = ''] = Math.abs(value).toFixed(decimals).split('.');
  const magnitude = groupThousands(whole) + (/[1-9]/.test(fraction) ? `.${fraction}` : '');
  return value < 0 && magnitude !== '0' ? `−${magnitude}` : magnitude;
}

/**
 * At most `digits` significant digits, never an exponent; digits before the point are all kept.
 * @throws RangeError when the value is not finite.
 */
export function formatNumber(value: number, digits = 4): string {
  checkFigure(value);
  const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
  const decimals = Math.min(Math.max(digits - 1 - exponent, 0), 15);
  return printFixed(value, decimals).replace(/(\.\d*[1-9])0+$/, '$1');
}

/** A whole number, for example of accesses or bits. */
export function formatCount(value: number): string {
  return printFixed(value, 0);
}

/** A mean count per sample: two decimals unless it is whole, below 1 four significant digits. */
export function formatMeanCount(value: number): string {
  return Math.abs(value) < 1 ? formatNumber(value) : printFixed(value, 2);
}

export function withUnit(number: string, unit: string): string {
  return number + gap + unit;
}

export interface UnitPrefix {
  readonly unit: string;
  /** How many base units one of this is. */
  readonly factor: number;
}

const energyPrefixes: readonly UnitPrefix[] = [
  { unit: 'kJ', factor: 1e15 },
  { unit: 'J', factor: 1e12 },
  { unit: 'mJ', factor: 1e9 },
  { unit: 'µJ', factor: 1e6 },
  { unit: 'nJ', factor: 1e3 },
  { unit: 'pJ', factor: 1 },
];
const timePrefixes: readonly UnitPrefix[] = [
  { unit: 's', factor: 1e6 },
  { unit: 'ms', factor: 1e3 },
  { unit: 'µs', factor: 1 },
  { unit: 'ns', factor: 1e-3 },
];

const memoryPrefixes: readonly UnitPrefix[] = [
  { unit: 'GiB', factor: 2 ** 33 },
  { unit: 'MiB', factor: 2 ** 23 },
  { unit: 'KiB', factor: 2 ** 13 },
  { unit: 'bit', factor: 1 },
];

const powerPrefixes: readonly UnitPrefix[] = [
  { unit: 'W', factor: 1e6 },
  { unit: 'mW', factor: 1e3 },
  { unit: 'µW', factor: 1 },
  { unit: 'nW', factor: 1e-3 },
  { unit: 'pW', factor: 1e-6 },
];
/** Hours in each: a year has 365.25 days. */
const lifePrefixes: readonly UnitPrefix[] = [
  { unit: 'years', factor: 8766 },
  { unit: 'days', factor: 24 },
  { unit: 'hours', factor: 1 },
  { unit: 'minutes', factor: 1 / 60 },
  { unit: 'seconds', factor: 1 / 3600 },
];

function prefixFor(prefixes: readonly UnitPrefix[], value: number): UnitPrefix {
  const fitting = prefixes.find(({ factor }) => Math.abs(value) >= factor);
  return fitting ?? prefixes.at(-1) ?? { unit: '', factor: 1 };
}

/** The unit in which an energy of this size has one to three digits before the point. */
export function energyPrefix(energyPj: number): UnitPrefix {
  return prefixFor(energyPrefixes, energyPj);
}

/** The same of a time. */
export function timePrefix(timeUs: number): UnitPrefix {
  return prefixFor(timePrefixes, timeUs);
}

/** The same of a memory's size. */
export function memoryPrefix(bits: number): UnitPrefix {
  return prefixFor(memoryPrefixes, bits);
}

/** Number and unit apart, for figures that set the unit smaller. */
export function splitEnergy(energyPj: number): { readonly number: string; readonly unit: string } {
  const { unit, factor } = energyPrefix(energyPj);
  return { number: formatNumber(energyPj / factor, 3), unit };
}

export function formatEnergy(energyPj: number | null): string {
  if (energyPj === null) return unpriced;
  const { number, unit } = splitEnergy(energyPj);
  return withUnit(number, unit);
}

function formatValue(value: number, prefixes: readonly UnitPrefix[]): string {
  const { unit, factor } = prefixFor(prefixes, value);
  return withUnit(formatNumber(value / factor, 3), unit);
}

/** Both ends in the unit of the high one, unless the low one would be below a tenth of it: `37.9 µW–2.48 mW`. */
function formatBand(low: number, high: number, prefixes: readonly UnitPrefix[]): string {
  const { unit, factor } = prefixFor(prefixes, high);
  if (low > 0 && low < factor / 10) {
    return `${formatValue(low, prefixes)}–${formatValue(high, prefixes)}`;
  }
  return withUnit(`${formatNumber(low / factor, 3)}–${formatNumber(high / factor, 3)}`, unit);
}

/** `9.1–17.3 nJ`. */
export function formatEnergyBand(lowPj: number, highPj: number): string {
  return formatBand(lowPj, highPj, energyPrefixes);
}

export function formatPower(powerUw: number): string {
  return formatValue(powerUw, powerPrefixes);
}

export function formatPowerBand(lowUw: number, highUw: number): string {
  return formatBand(lowUw, highUw, powerPrefixes);
}

/** How long a battery lasts: `229 days`. */
export function formatLife(hours: number): string {
  return formatValue(hours, lifePrefixes).replace(/^(1\u00a0.*)s$/, '$1');
}

export function formatLifeBand(lowHours: number, highHours: number): string {
  const hasOneUnit = prefixFor(lifePrefixes, lowHours) === prefixFor(lifePrefixes, highHours);
  return hasOneUnit
    ? formatBand(lowHours, highHours, lifePrefixes)
    : `${formatLife(lowHours)} to ${formatLife(highHours)}`;
}

/** A rate, per second. */
export function formatRate(samplesPerSecond: number): string {
  return withUnit(formatNumber(samplesPerSecond, 3), 'samples/s');
}

export function formatTime(timeUs: number | null): string {
  if (timeUs === null) return notMeasured;
  return formatValue(timeUs, timePrefixes);
}

/** A memory's size; below 1 KiB in bits. */
export function formatMemory(bits: number | null): string {
  if (bits === null) return '–';
  const { unit, factor } = prefixFor(memoryPrefixes, bits);
  return withUnit(formatNumber(bits / factor, 3), unit);
}

/** An error rate or a share. One that is small but not 0 does not print as 0. */
export function formatPercent(percent: number | null, decimals = 2): string {
  if (percent === null) return notMeasured;
  checkFigure(percent);
  const smallest = 10 ** -decimals;
  const isTiny = percent > 0 && percent < smallest / 2;
  return withUnit(isTiny ? `<${String(smallest)}` : percent.toFixed(decimals), '%');
}

/** A part of a whole in per cent; a dash of nothing. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '–' : formatPercent((100 * part) / whole, 1);
}

/** A change in per cent, three significant digits, always with its sign. */
export function formatChangePercent(percent: number | null): string {
  if (percent === null) return notMeasured;
  return withUnit(`${percent > 0 ? '+' : ''}${formatNumber(percent, 3)}`, '%');
}

/** Percentage points, two decimals. */
export function formatPoints(points: number | null): string {
  if (points === null) return notMeasured;
  const number = printFixed(points, 2);
  return withUnit(number, number === '1' || number === '−1' ? 'point' : 'points');
}
