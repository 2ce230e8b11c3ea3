import type {
  ResultLedgerRow,
  ResultRecord,
} from '../../../src/experiment/record/result-record.js';

/*
 * Figures worked out again from the rows of the record, by what their captions say: counts, prices, areas and samples are
 * taken, and no figure that the record derives from them.
 */

export type Run = 'inference' | 'training';
export const runs: readonly Run[] = ['inference', 'training'];

/** pJ of a sample; `isLow` is the band where all prices err alike, `apart` where each errs by itself. */
interface Energy {
  readonly pj: number;
  readonly low: number;
  readonly high: number;
  readonly apartLow: number;
  readonly apartHigh: number;
  /** Of the rows, those that have a price. */
  readonly pricing: 'all' | 'some' | 'none';
}

interface Part {
  readonly pj: number;
  readonly low: number;
  readonly high: number;
}

type Parts = ReadonlyMap<string, Part>;

export function add(into: Map<string, Part>, name: string, part: Part, factor: number): void {
  const known = into.get(name) ?? { pj: 0, low: 0, high: 0 };
  into.set(name, {
    pj: known.pj + factor * part.pj,
    low: known.low + factor * part.low,
    high: known.high + factor * part.high,
  });
}

/** What each price contributes to a sample: an action's rows of all widths, layers and cores together. */
export function partsOf(rows: readonly ResultLedgerRow[]): Parts {
  const parts = new Map<string, Part>();
  for (const { component, action, energyPj, energyLowPj, energyHighPj, samples } of rows) {
    if (energyPj === null || energyLowPj === null || energyHighPj === null) continue;
    const part = { pj: energyPj, low: energyLowPj, high: energyHighPj };
    add(parts, `${component}.${action}`, part, 1 / samples);
  }
  return parts;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function bandsOf(parts: Parts): Omit<Energy, 'pricing'> {
  const all = [...parts.values()];
  const pj = sum(all.map((part) => part.pj));
  return {
    pj,
    low: sum(all.map(({ low }) => low)),
    high: sum(all.map(({ high }) => high)),
    apartLow: pj - Math.sqrt(sum(all.map((part) => (part.pj - part.low) ** 2))),
    apartHigh: pj + Math.sqrt(sum(all.map((part) => (part.high - part.pj) ** 2))),
  };
}

export function energyOf(rows: readonly ResultLedgerRow[]): Energy {
  const priced = rows.filter(({ energyPj }) => energyPj !== null).length;
  const some = priced === rows.length ? 'all' : 'some';
  return { ...bandsOf(partsOf(rows)), pricing: priced === 0 ? 'none' : some };
}

export function rowsOfRun({ ledger }: ResultRecord, run: Run): readonly ResultLedgerRow[] {
  return ledger.filter((row) => row.run === run);
}

function leakageOf(result: ResultRecord, run: Run): ResultLedgerRow {
  const row = rowsOfRun(result, run).find(
    ({ component, action }) => component === 'leakage' && action === 'cycle',
  );
  if (row === undefined) throw new RangeError(`no core leaks in ${run}`);
  return row;
}

/** Every core in use leaks through all cycles of a sample. */
export function cyclesOf(result: ResultRecord, run: Run): number {
  const { count, samples } = leakageOf(result, run);
  return count / samples;
}

export function microsecondsOf(result: ResultRecord, run: Run): number {
  return cyclesOf(result, run) / result.hardware.clockMhz;
}

export function overhead(training: number, inference: number): number {
  return (100 * (training - inference)) / inference;
}

/**
 * The end of training / inference when each price lies anywhere in its band, the same in both runs: the ratio at which the
 * best choice of prices leaves nothing of training − ratio · inference, found by halving.
 */
export function extremeOverhead(result: ResultRecord, isHigh: boolean): number {
  const [inference, training] = runs.map((run) => partsOf(rowsOfRun(result, run)));
  const none = { pj: 0, low: 0, high: 0 };
  const names = new Set([...(inference?.keys() ?? []), ...(training?.keys() ?? [])]);
  const rest = (ratio: number): number =>
    sum(
      [...names].map((name) => {
        const over = training?.get(name) ?? none;
        const under = inference?.get(name) ?? none;
        const ends = (['low', 'pj', 'high'] as const).map((end) => over[end] - ratio * under[end]);
        return isHigh ? Math.max(...ends) : Math.min(...ends);
      }),
    );
  let [low, high] = [0, 1];
  while (rest(high) > 0) high *= 2;
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (rest(middle) > 0) low = middle;
    else high = middle;
  }
  return 100 * (low - 1);
}

/** Bits that exist only for learning, in per cent of the others. */
export function memoryOverhead({ memory }: ResultRecord): number {
  const bits = (isTraining: boolean): number =>
    sum(memory.filter((one) => one.trainingOnly === isTraining).map(({ usedBits }) => usedBits));
  return (100 * bits(true)) / bits(false);
}

interface Area {
  readonly mm2: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

function total(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (known, value) => (known === null || value === null ? null : known + value),
    0,
  );
}

export function areaOf(parts: readonly ResultRecord['area']['parts'][number][]): Area {
  return {
    mm2: total(parts.map(({ areaMm2 }) => areaMm2)),
    low: total(parts.map(({ lowMm2 }) => lowMm2)),
    high: total(parts.map(({ highMm2 }) => highMm2)),
  };
}

/** Area that exists only for learning, in per cent of the rest; null: unknown. */
export function areaOverhead({ area: { parts } }: ResultRecord): number | null {
  const [learning, rest] = [true, false].map(
    (isTraining) => areaOf(parts.filter(({ trainingOnly }) => trainingOnly === isTraining)).mm2,
  );
  return learning == null || rest == null || rest === 0 ? null : (100 * learning) / rest;
}

/** Cores in use, which leak between samples too. */
export function leakingCores(result: ResultRecord): number {
  const rows = rowsOfRun(result, 'inference').filter(
    ({ component, action }) => component === 'leakage' && action === 'cycle',
  );
  return new Set(rows.map(({ core }) => core)).size;
}

/** µW that leak between samples, by price: the cores in use, and what they share; null: a leakage has no price. */
export function idleParts(result: ResultRecord): ReadonlyMap<string, Part> | null {
  const parts = new Map<string, Part>();
  for (const row of rowsOfRun(result, 'inference')) {
    const { component, action, energyPj, energyLowPj, energyHighPj, count } = row;
    if (component !== 'leakage') continue;
    if (energyPj === null || energyLowPj === null || energyHighPj === null) return null;
    const places = action === 'cycle' ? leakingCores(result) : 1;
    const factor = (places * result.hardware.clockMhz) / count;
    parts.set(`leakage.${action}`, {
      pj: energyPj * factor,
      low: energyLowPj * factor,
      high: energyHighPj * factor,
    });
  }
  return parts;
}

/** µW that leak between samples in all; null: a leakage has no price. */
export function idlePower(result: ResultRecord): Part | null {
  const parts = idleParts(result);
  if (parts === null) return null;
  const total = (key: keyof Part): number => sum([...parts.values()].map((part) => part[key]));
  return { pj: total('pj'), low: total('low'), high: total('high') };
}

/** Wrong test samples of the confusion matrix, and all of them. */
export function testedOf({ classes }: ResultRecord): readonly [wrong: number, samples: number] {
  const confusion = classes?.confusion ?? [];
  const samples = sum(confusion.flat());
  return [samples - sum(confusion.map((row, label) => row[label] ?? 0)), samples];
}

const deviate = 1.959963984540054;

/** Wilson's interval as the two roots of (p − p̂)² = z²·p(1 − p)/n, per cent. */
export function wilson(wrong: number, samples: number): { low: number; high: number } {
  const share = wrong / samples;
  const square = deviate ** 2 / samples;
  const [a, b, c] = [1 + square, -(2 * share + square), share ** 2];
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  return { low: (100 * (-b - root)) / (2 * a), high: (100 * (-b + root)) / (2 * a) };
}

/** φ of a table of two errors, its product lowered by half a sample per sample where it is positive (Newcombe 1998, 2635). */
function phiOf(left: number, right: number, both: number, samples: number): number {
  const variance = left * (samples - left) * right * (samples - right);
  if (variance === 0) return 0;
  // e·h − f·g = n·e − (e + f)(e + g)
  const product = samples * both - left * right;
  return (product < 0 ? product : Math.max(0, product - samples / 2)) / Math.sqrt(variance);
}

/** Newcombe's method 10 of left − right, points. @param both samples that both get wrong; null: not known, φ is 0 */
export function newcombe(left: number, right: number, both: number | null, samples: number) {
  const [chip, other] = [wilson(left, samples), wilson(right, samples)];
  const [p, q] = [(100 * left) / samples, (100 * right) / samples];
  const phi = both === null ? 0 : phiOf(left, right, both, samples);
  const add = (a: number, b: number) => Math.sqrt(Math.max(0, a ** 2 + b ** 2 - 2 * phi * a * b));
  return {
    low: p - q - add(p - chip.low, other.high - q),
    high: p - q + add(chip.high - p, q - other.low),
  };
}
