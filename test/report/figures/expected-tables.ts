import { componentNames } from '../../../src/ledger/components.js';
import type {
  ResultLedgerRow,
  ResultRecord,
} from '../../../src/experiment/record/result-record.js';
import * as print from './print.js';
import { coresText, decisive } from './expected-summary.js';
import { energyOf, type Run, rowsOfRun, runs, wilson } from './recompute.js';

/* Rows of the page's tables about energy, as they must be printed. */

type Row = readonly string[];

const phases = ['forward', 'feedback', 'update', 'readout', 'control', 'idle'];

function trainingPj(result: ResultRecord): number {
  return energyOf(rowsOfRun(result, 'training')).pj;
}

function partRow(
  result: ResultRecord,
  name: string,
  isIn: (row: ResultLedgerRow) => boolean,
): readonly Row[] {
  const ofRun = (run: Run) => rowsOfRun(result, run).filter(isIn);
  if (runs.every((run) => ofRun(run).length === 0)) return [];
  const cells = runs.flatMap((run): Row => {
    const rows = ofRun(run);
    const { pj, low, high, apartLow, apartHigh, pricing } = energyOf(rows);
    if (rows.length === 0) return ['', '', ''];
    if (pricing === 'none') return ['unpriced', '', ''];
    const range = (from: number, to: number) =>
      `${print.significant(from, 3)}–${print.significant(to, 3)}`;
    const number = print.significant(pj);
    return [
      pricing === 'all' ? number : `${number} incomplete`,
      range(low, high),
      range(apartLow, apartHigh),
    ];
  });
  const training = energyOf(ofRun('training'));
  const whole = trainingPj(result);
  const isShared = training.pricing !== 'none' && whole > 0;
  return [[name, ...cells, isShared ? print.percent((100 * training.pj) / whole, 1) : '']];
}

/** The rows of "Energy by part", its headings left out. */
export function expectedParts(result: ResultRecord): readonly Row[] {
  const layers = [...new Set(result.ledger.map(({ layer }) => layer))].sort(
    (left, right) => (left ?? 1e9) - (right ?? 1e9),
  );
  return [
    ...phases.flatMap((phase) => partRow(result, phase, (row) => row.phase === phase)),
    ...componentNames.flatMap((name) => partRow(result, name, (row) => row.component === name)),
    ...layers.flatMap((layer) =>
      partRow(result, layer === null ? 'no layer' : `layer ${layer}`, (row) => row.layer === layer),
    ),
    ...partRow(result, 'Sample', () => true),
  ];
}

function priceOf({ energyPj, count }: ResultLedgerRow): number | null {
  return energyPj === null || count === 0 ? null : energyPj / count;
}

/** Rows of one place, action and price: at most one of each run. */
function joined(result: ResultRecord): readonly (readonly ResultLedgerRow[])[] {
  const groups = new Map<string, ResultLedgerRow[]>();
  for (const row of result.ledger) {
    const { layer, core, phase, component, action, bits, priceKind } = row;
    const price = priceOf(row)?.toPrecision(9);
    const key = JSON.stringify([layer, core, phase, component, action, bits, priceKind, price]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** `97,200 in 3,000 samples: 32.4 a sample × 1.5 pJ = 48.6 pJ`. */
function calculation(row: ResultLedgerRow): string {
  const { count, samples, energyPj } = row;
  const counted = `${print.count(count)} in ${print.count(samples)} samples: ${print.mean(count / samples)} a sample`;
  const price = priceOf(row);
  if (price === null || energyPj === null) return `${counted}; no price`;
  return `${counted} × ${print.significant(price, 5)} pJ = ${print.significant(energyPj / samples)} pJ`;
}

/** Lines of the ledger in any order, and what stands behind their figures. */
export function expectedLedger(result: ResultRecord): readonly Row[] {
  const whole = trainingPj(result);
  return joined(result).map((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const price = priceOf(first);
    const per = (energy: number | null) => print.significant((energy ?? NaN) / first.count, 3);
    const cells = runs.flatMap((run): Row => {
      const row = rows.find((one) => one.run === run);
      if (row === undefined) return ['', ''];
      const energy =
        row.energyPj === null ? 'unpriced' : print.significant(row.energyPj / row.samples);
      return [print.mean(row.count / row.samples), energy];
    });
    const trained = rows.find(({ run }) => run === 'training');
    const share =
      trained?.energyPj == null || whole === 0
        ? ''
        : print.percent((100 * trained.energyPj) / trained.samples / whole, 1);
    return [
      first.phase,
      `${first.component}.${first.action}`,
      first.core === null ? '–' : print.count(first.core),
      first.bits === null ? '–' : print.count(first.bits),
      price === null ? 'unpriced' : print.significant(price, 5),
      price === null ? '–' : `${per(first.energyLowPj)}–${per(first.energyHighPj)}`,
      first.priceKind,
      ...cells,
      share,
    ];
  });
}

export function expectedCalculations(result: ResultRecord): readonly string[] {
  return result.ledger.map(calculation);
}

/** What stands above the lines of each layer, and of what belongs to none. */
export function expectedHeadings({ ledger, activity }: ResultRecord): readonly Row[] {
  return [...new Set(ledger.map(({ layer }) => layer))].map((layer) => {
    const own = activity.find((one) => one.layer === layer);
    if (own === undefined) return ['Chip (actions that belong to no layer)'];
    const noun = own.neuronParts * own.axonParts === 1 ? 'core' : 'cores';
    return [
      `Layer ${layer}: ${print.count(own.inputCount)} inputs, ${print.count(own.neuronCount)} neurons, ${noun} ${coresText(own)}`,
    ];
  });
}

/** The line of most energy in training, worked out; nothing where no line has a price. */
export function expectedExample(result: ResultRecord): readonly string[] {
  const priced = rowsOfRun(result, 'training').filter(({ energyPj }) => (energyPj ?? 0) > 0);
  const [largest] = [...priced].sort((left, right) => (right.energyPj ?? 0) - (left.energyPj ?? 0));
  if (largest === undefined) return [];
  const { layer, phase, component, action } = largest;
  const place = layer === null ? 'chip' : `layer ${layer}`;
  return [
    `The largest line, ${place}, ${phase}, ${component}.${action}, in training: ${calculation(largest)}.`,
  ];
}

/** Totals of the ledger: of every layer, of what belongs to none, of the sample. */
export function expectedTotals(result: ResultRecord): readonly Row[] {
  const layers = [...new Set(result.ledger.map(({ layer }) => layer))];
  const whole = trainingPj(result);
  const total = (label: string, isIn: (row: ResultLedgerRow) => boolean): Row => {
    const [inference = '', training = ''] = runs.map((run) => {
      const rows = rowsOfRun(result, run).filter(isIn);
      const { pj, low, high, pricing } = energyOf(rows);
      if (rows.length > 0 && pricing === 'none') return 'unpriced';
      const note = rows.length === 0 || pricing === 'all' ? '' : ' incomplete';
      const band = high > 0 ? ` ${print.significant(low, 3)}–${print.significant(high, 3)}` : '';
      return `${print.significant(pj)}${note}${band}`;
    });
    const own = energyOf(rowsOfRun(result, 'training').filter(isIn));
    const share =
      whole === 0 || training === 'unpriced' ? '' : print.percent((100 * own.pj) / whole, 1);
    return [label, '', inference, '', training, share];
  };
  return [
    ...layers.map((layer) =>
      total(layer === null ? 'Chip' : `Layer ${layer}`, (row) => row.layer === layer),
    ),
    total('Sample, all layers', () => true),
  ];
}

/** What the energy rests on: a row for each kind of price. */
export function expectedKinds(result: ResultRecord): readonly Row[] {
  return ['measured', 'published', 'estimated', 'assumed', 'unknown'].map((kind) => [
    kind,
    ...runs.map((run) => {
      const rows = rowsOfRun(result, run);
      const own = rows.filter(({ priceKind }) => priceKind === kind);
      const unpriced = own.filter(({ energyPj }) => energyPj === null).length;
      if (unpriced > 0) return `unpriced (${unpriced} ${unpriced === 1 ? 'row' : 'rows'})`;
      if (kind === 'unknown') return '0 rows';
      const whole = energyOf(rows).pj;
      return whole === 0 ? '–' : print.percent((100 * energyOf(own).pj) / whole, 1);
    }),
  ]);
}

/** The prices that matter most, run by run, each under its heading. */
export function expectedPrices(result: ResultRecord): readonly Row[] {
  return runs.flatMap((run): readonly Row[] => {
    const { pj } = energyOf(rowsOfRun(result, run));
    const prices = decisive(result, run).map((price): Row => {
      const [component, action] = price.name.split('.');
      const kind = result.ledger.find(
        (row) => row.component === component && row.action === action,
      )?.priceKind;
      return [
        price.name,
        kind ?? '',
        print.percent((100 * price.pj) / pj, 1),
        print.energyRange(pj - price.pj + price.low, pj - price.pj + price.high),
      ];
    });
    const title = run === 'training' ? 'Training' : 'Inference';
    return prices.length === 0 ? [] : [[`${title}, ${print.energy(pj)}`], ...prices];
  });
}

/** The rows of "By epoch". */
export function expectedEpochs({
  epochs,
  dataset,
  timing,
  judgedTrainSamples,
}: ResultRecord): readonly Row[] {
  if (judgedTrainSamples === null) return []; // an older record
  const cell = (value: number | null | undefined, text: (value: number) => string) =>
    value == null ? '–' : text(value);
  return epochs.map(({ epoch, ...sides }, index) => {
    const times = timing.epochs[index];
    const cells = (['chip', 'reference'] as const).flatMap((side): Row => {
      const own = sides[side];
      const error = own?.testErrorPercent ?? null;
      const wrong = Math.round(((error ?? NaN) * dataset.testSamples) / 100);
      const { low, high } = wilson(wrong, dataset.testSamples);
      return [
        cell(error, (value) => print.percent(value)),
        error === null ? '–' : `${low.toFixed(2)}–${high.toFixed(2)}`,
        cell(own?.testLoss, (value) => print.significant(value)),
        cell(own?.trainErrorAfterPercent, (value) => print.percent(value)),
        cell(own?.trainLossAfter, (value) => print.significant(value)),
        cell(times?.[`${side}Seconds`], (value) => print.significant(value, 3)),
      ];
    });
    return [String(epoch), ...cells];
  });
}

/** The rows of "Schedules of the update" but for their remarks. */
export function expectedSchedules({ updateSchedules }: ResultRecord): readonly Row[] {
  return updateSchedules.map(({ schedule, writeBanks, costs }) => {
    if (costs === null) return [schedule, writeBanks, '–', '–', '–', '–', '–'];
    const { training, learningOverheadPercent: more, areaMm2 } = costs;
    const { energyNj, energyLowNj, energyHighNj, complete, latencyCycles, latencyUs } = training;
    const band = print.energyRange(1000 * energyLowNj, 1000 * energyHighNj);
    const energy = `${print.energy(1000 * energyNj)}${band}${complete ? '' : ', incomplete'}`;
    const area =
      areaMm2 === null || more.area === null
        ? 'unknown'
        : `${print.change(more.area)}of ${print.significant(areaMm2, 3)} mm²`;
    return [
      ...[schedule, writeBanks],
      energyNj === 0 && !complete ? 'unpriced' : energy,
      more.energy === null ? 'unpriced' : print.change(more.energy),
      `${print.count(Math.round(latencyCycles))} cycles${latencyUs === null ? '' : print.time(latencyUs)}`,
      more.latency === null ? 'not measured' : print.change(more.latency),
      area,
    ];
  });
}
