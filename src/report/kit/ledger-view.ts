import { type Component, componentNames, ledgerActions } from '../../ledger/components.js';
import { type ResultLedgerRow, type ResultRecord } from '../../experiment/record/result-record.js';
import { contributionsByPrice, independentEnds } from '../../ledger/price-bands.js';
import { type EnergyBand, type PriceKind, sumEnergies } from '../../ledger/priced-ledger.js';
import { phases, type Phase, type RunKind } from '../../ledger/ledger-row.js';
import { InputError } from '../../units/input-error.js';

/** A run's share of a line of the ledger, per sample. */
export interface RunPart {
  readonly count: number;
  readonly samples: number;
  readonly countPerSample: number;
  /** null: unpriced. */
  readonly energyPjPerSample: number | null;
}

/** One line of the printed ledger: the same action at the same price, inference beside training. */
export interface LedgerLine {
  readonly layer: number | null;
  readonly core: number | null;
  readonly phase: Phase;
  readonly component: Component;
  readonly action: string;
  readonly bits: number | null;
  readonly priceKind: PriceKind;
  /** Energy of one action; null: unpriced. */
  readonly pricePj: number | null;
  readonly priceLowPj: number | null;
  readonly priceHighPj: number | null;
  readonly inference: RunPart | null;
  readonly training: RunPart | null;
}

/** Energy of a row for one sample, null: unpriced. */
function energyPjPerSample(row: ResultLedgerRow): number | null {
  return row.energyPj === null ? null : row.energyPj / Math.max(row.samples, 1);
}

export function rowsOf(result: ResultRecord, run: RunKind): readonly ResultLedgerRow[] {
  return result.ledger.filter((row) => row.run === run);
}

/** Σ energy per sample over the priced rows, pJ. */
export function sumEnergyPj(rows: readonly ResultLedgerRow[]): number {
  return rows.reduce((sum, row) => sum + (energyPjPerSample(row) ?? 0), 0);
}

/** An energy, its band if all prices err in the same direction, and its band if each errs by itself; pJ per sample. */
export interface SampleBand extends EnergyBand {
  readonly independentLowPj: number;
  readonly independentHighPj: number;
}

/** What these rows cost for one sample, with both bands; unpriced rows are left out. */
export function bandOf(rows: readonly ResultLedgerRow[]): SampleBand {
  const perSample = rows.map((row) => {
    const { component, action, energyPj, energyLowPj, energyHighPj } = row;
    const samples = Math.max(row.samples, 1);
    const isPriced = energyPj !== null && energyLowPj !== null && energyHighPj !== null;
    const energy = isPriced
      ? {
          energyPj: energyPj / samples,
          lowPj: energyLowPj / samples,
          highPj: energyHighPj / samples,
        }
      : null;
    return { componentAction: `${component}.${action}`, energy };
  });
  const total = sumEnergies(perSample);
  const independent = independentEnds(total, contributionsByPrice(perSample));
  return {
    ...total,
    independentLowPj: independent.lowPj,
    independentHighPj: independent.highPj,
  };
}

/** How many of the rows behind a sum have a price: with `none` the sum is unknown, not 0. */
export type Pricing = 'complete' | 'incomplete' | 'none';

/** Takes the energies of the rows; null: unpriced. No rows at all have no price either. */
export function pricingOf(energies: readonly (number | null)[]): Pricing {
  if (energies.every((energy) => energy === null)) return 'none';
  return energies.includes(null) ? 'incomplete' : 'complete';
}

export function pricingOfRun(result: ResultRecord, run: RunKind): Pricing {
  return pricingOf(rowsOf(result, run).map((row) => row.energyPj));
}

/**
 * Parts and totals agree (contract: perSample.energyNj = Σ energyPj / samples / 1000 over the priced rows).
 * @throws InputError when they do not: a report of such a record would contradict itself.
 */
export function checkTotals(result: ResultRecord): void {
  for (const run of ['inference', 'training'] as const) {
    const partsNj = sumEnergyPj(rowsOf(result, run)) / 1000;
    const totalNj = result.perSample[run].energyNj;
    if (Math.abs(partsNj - totalNj) > 1e-6 * Math.max(Math.abs(totalNj), 1e-6)) {
      throw new InputError(
        `result.json: perSample.${run}.energyNj is ${totalNj}, but the ledger rows add up to ${partsNj}; the record was edited or is damaged, run the experiment again`,
      );
    }
  }
}

const componentOrder: readonly string[] = componentNames;
const actionOrder = ledgerActions.map(({ action }) => action);

/** Layers ascending, rows of no layer last; then phase, core, component, action, bits. */
function orderOf(line: LedgerLine): readonly number[] {
  return [
    line.layer ?? Number.MAX_SAFE_INTEGER,
    phases.indexOf(line.phase),
    line.core ?? -1,
    componentOrder.indexOf(line.component),
    actionOrder.indexOf(line.action),
    line.bits ?? -1,
  ];
}

function compareLines(left: LedgerLine, right: LedgerLine): number {
  const rightOrder = orderOf(right);
  const differences = orderOf(left).map((place, index) => place - (rightOrder[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

function perAction(energyPj: number | null, count: number): number | null {
  return energyPj === null || count === 0 ? null : energyPj / count;
}

/** Joins inference and training rows of equal place, action and price. */
export function ledgerLines(result: ResultRecord): readonly LedgerLine[] {
  const lines = new Map<string, LedgerLine>();
  for (const row of result.ledger) {
    const { run, phase, layer, core, component, action, bits, priceKind, count, samples } = row;
    const pricePj = perAction(row.energyPj, count);
    const part: RunPart = {
      count,
      samples,
      countPerSample: count / Math.max(samples, 1),
      energyPjPerSample: energyPjPerSample(row),
    };
    // Nine digits: the same price, recovered from two different counts, may differ in its last bits.
    const price = `${priceKind} ${pricePj?.toPrecision(9) ?? 'unpriced'}`;
    let key = [layer, core, phase, component, action, bits, price].join('/');
    while ((lines.get(key)?.[run] ?? null) !== null) key += ' again'; // equal keys in one run stay two lines
    const known = lines.get(key);
    lines.set(key, {
      layer,
      core,
      phase,
      component,
      action,
      bits,
      priceKind,
      pricePj: known?.pricePj ?? pricePj,
      priceLowPj: known?.priceLowPj ?? perAction(row.energyLowPj, count),
      priceHighPj: known?.priceHighPj ?? perAction(row.energyHighPj, count),
      inference: known?.inference ?? null,
      training: known?.training ?? null,
      [run]: part,
    });
  }
  return [...lines.values()].sort(compareLines);
}
