import {
  type FixedPointFormat,
  maximumFractionBits,
  maximumRaw,
  minimumRaw,
} from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';
import type { FeatureTable } from './input-encoder.js';

/** How the real values of a data set lie in the `input` format, before anything is trained. */
export interface InputFit {
  /** Smallest and largest real value. */
  readonly lowest: number;
  readonly highest: number;
  readonly valueCount: number;
  /** Values that change by more than one step because they lie outside the format's range. */
  readonly outsideCount: number;
  /** Values below 0 that become 0 because the format is unsigned; part of `outsideCount`. */
  readonly lostSignCount: number;
  /** Values other than 0, and those of them that become 0 because they are below half a step. */
  readonly nonZeroCount: number;
  readonly vanishedCount: number;
  /** Steps of the format up to the largest magnitude of the data. */
  readonly stepCount: number;
  /** The data end within the first steps of a format that reaches much further: rounding takes most of them away. */
  readonly isCoarse: boolean;
  /** Over 1 % of the values lie outside, a sign is lost, over half of what is not 0 becomes 0, or it is coarse: worth a warning. */
  readonly isLost: boolean;
  /** The format of as many bits that holds all but 1 % of the values with the finest step; null: nothing is lost, or none does. */
  readonly fittingFormat: FixedPointFormat | null;
}

/** Range of a format in real values, widened by what rounding takes in: one step above, half a step below 0. */
interface Bounds {
  readonly below: number;
  readonly above: number;
}

/** One step of grace: full white, 255/255, is 255/256 in u8.8, which is no loss worth a word. */
function boundsOf(format: FixedPointFormat): Bounds {
  const step = 2 ** -format.fractionBits;
  return {
    below: format.isSigned ? (Number(minimumRaw(format)) - 1) * step : -step / 2,
    above: (Number(maximumRaw(format)) + 1) * step,
  };
}

/** Calls `visit` with every real value and how often it occurs; bytes are counted first, so that sixty thousand images take one pass. */
function everyValue(
  { features, featureScale }: FeatureTable,
  visit: (real: number, count: number) => void,
): void {
  if (features instanceof Float32Array) {
    // A plain call for each: a set of images has up to hundreds of millions of values.
    for (const feature of features) visit(feature * featureScale, 1);
    return;
  }
  const counts = new Float64Array(256);
  for (const byte of features) counts[byte] = elementAt(counts, byte, 'bytes') + 1;
  for (const [byte, count] of counts.entries()) if (count > 0) visit(byte * featureScale, count);
}

/** Share of the values that a format may leave outside and still be said to hold them. */
const outsideLimit = 0.01;

/** Share of the values other than 0 that may become 0 without a word. */
const vanishedLimit = 0.5;

/** Fewest steps that data may reach in a format that has 16 times as many: 4 bits of the value are left. */
const fewestSteps = 16;

/** Share of the variance of the data that rounding to so few steps may be. */
const noiseLimit = 0.01;

/** Σ(rounded − x)² / Σ(x − mean)² of data that lie inside the format; 0 where they are all the same. */
function roundingNoise(table: FeatureTable, { fractionBits }: FixedPointFormat): number {
  let sum = 0;
  let sumOfSquares = 0;
  let noise = 0;
  everyValue(table, (real, count) => {
    const steps = real * 2 ** fractionBits;
    sum += count * steps;
    sumOfSquares += count * steps ** 2;
    noise += count * (Math.round(steps) - steps) ** 2;
  });
  const variance = sumOfSquares - sum ** 2 / table.features.length;
  return variance <= 0 ? 0 : noise / variance;
}

/** Whether data of this magnitude, in steps, end far below the end of their format, and lose to its steps what they differ by. */
function isCoarseIn(table: FeatureTable, format: FixedPointFormat, stepCount: number): boolean {
  const isUnused = stepCount * 16 < Number(maximumRaw(format)) + 1;
  if (stepCount === 0 || stepCount >= fewestSteps || !isUnused) return false;
  return roundingNoise(table, format) > noiseLimit;
}

function outsideOf(table: FeatureTable, format: FixedPointFormat): number {
  const { below, above } = boundsOf(format);
  let outsideCount = 0;
  everyValue(table, (real, count) => {
    if (real < below || real > above) outsideCount += count;
  });
  return outsideCount;
}

/** Fewest fraction bits that are tried, those of the widest range a format can have. */
const fewestFractionBits = -maximumFractionBits;

/** The finest format that holds the data, with a sign where a value is below 0. */
function findFormat(
  table: FeatureTable,
  { totalBits }: FixedPointFormat,
  lowest: number,
  highest: number,
): FixedPointFormat | null {
  const formatOf = (fractionBits: number): FixedPointFormat => {
    return { isSigned: lowest < 0, totalBits, fractionBits };
  };
  const limit = outsideLimit * table.features.length;
  const holdsEnough = (fractionBits: number): boolean =>
    outsideOf(table, formatOf(fractionBits)) <= limit;
  // A finer format holds less: from one that holds all of them on, a few passes over the data find the finest.
  let finest = maximumFractionBits;
  for (; finest > fewestFractionBits; finest -= 1) {
    const { below, above } = boundsOf(formatOf(finest));
    if (lowest >= below && highest <= above) break;
  }
  if (!holdsEnough(finest)) return null;
  while (finest < maximumFractionBits && holdsEnough(finest + 1)) finest += 1;
  return formatOf(finest);
}

/** Compares the values of a data set with the format that they are encoded in. */
export function fitInputs(table: FeatureTable, format: FixedPointFormat): InputFit {
  const { below } = boundsOf(format);
  let lowest = Infinity;
  let highest = -Infinity;
  let lostSignCount = 0;
  let nonZeroCount = 0;
  let vanishedCount = 0;
  const halfStep = 2 ** -format.fractionBits / 2;
  everyValue(table, (real, count) => {
    if (real < lowest) lowest = real;
    if (real > highest) highest = real;
    if (real < below && !format.isSigned) lostSignCount += count;
    if (real !== 0) nonZeroCount += count;
    if (real !== 0 && Math.abs(real) < halfStep) vanishedCount += count;
  });
  const valueCount = table.features.length;
  const outsideCount = outsideOf(table, format);
  const stepCount = Math.max(highest, -lowest) * 2 ** format.fractionBits;
  const isCoarse = isCoarseIn(table, format, stepCount);
  const isLost =
    isCoarse ||
    lostSignCount > 0 ||
    outsideCount > outsideLimit * valueCount ||
    vanishedCount > vanishedLimit * nonZeroCount;
  return {
    lowest,
    highest,
    valueCount,
    outsideCount,
    lostSignCount,
    nonZeroCount,
    vanishedCount,
    stepCount,
    isCoarse,
    isLost,
    fittingFormat: isLost ? findFormat(table, format, lowest, highest) : null,
  };
}
