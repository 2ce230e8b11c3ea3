import test, { type ExecutionContext } from 'ava';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import type { RuleEstimate } from '../../../src/experiment/estimate/estimate-record.js';
import {
  parseRules,
  type PreparedEstimate,
  prepareEstimate,
} from '../../../src/experiment/estimate/prepare-estimate.js';
import { renderEstimateCsv } from '../../../src/report/estimate/estimate-csv.js';
import { packageRoot } from '../../../src/package-root.js';
import path from 'node:path';
import { prepareText } from './prepare-text.js';
import { run } from './run-and-estimate.js';
import { modelPrices, type WitnessPrice } from './witness/model-prices.js';

/*
 * Energies of an estimate, worked out again: counts of ledger.csv times prices that a second calculator takes from the model
 * files. What the page and the terminal print of the record has a witness of its own (test/report/figures).
 */

interface CsvRow {
  readonly rule: string;
  readonly run: string;
  readonly phase: string;
  readonly component: string;
  readonly action: string;
  readonly count: number;
  readonly samples: number;
  readonly bits: number;
  readonly energyPj: string;
  readonly price: WitnessPrice;
}

function rowsOf(csv: string, chip: string): readonly CsvRow[] {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.split(',');
  const priceOf = modelPrices(chip);
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const action = `${cell('component')}.${cell('action')}`;
    const bits = Number(cell('bits'));
    return {
      rule: cell('rule'),
      run: cell('run'),
      phase: cell('phase'),
      component: cell('component'),
      action,
      count: Number(cell('count')),
      samples: Number(cell('samples')),
      bits,
      energyPj: cell('energyPj'),
      price: priceOf(action, bits),
    };
  });
}

type End = 'energy' | 'low' | 'high';

function grouped(
  rows: readonly CsvRow[],
  keyOf: (row: CsvRow) => string,
): ReadonlyMap<string, readonly CsvRow[]> {
  const keys = [...new Set(rows.map(keyOf))];
  return new Map(keys.map((key) => [key, rows.filter((row) => keyOf(row) === key)]));
}

/** Energy of a sample in nJ over the rows that have a price. */
function totalNj(rows: readonly CsvRow[], end: End): number {
  return rows.reduce(
    (sum, { count, samples, price }) => sum + ((price?.[end] ?? 0) * count) / samples / 1000,
    0,
  );
}

/** One end of the band where each price errs by itself: rows of one price together, root of the sum of squares. */
function independentNj(rows: readonly CsvRow[], end: 'low' | 'high'): number {
  const parts = grouped(rows, ({ action }) => action);
  const squares = [...parts.values()].map(
    (own) => (totalNj(own, end) - totalNj(own, 'energy')) ** 2,
  );
  const spread = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  return totalNj(rows, 'energy') + (end === 'low' ? -spread : spread);
}

type Cost = NonNullable<RuleEstimate['perSample']>;

type Pair = readonly [name: string, recorded: number | null, mine: number];

/** Name and two values of every energy of a cost: of the record, and worked out again. */
function pairsOf(cost: Cost, rows: readonly CsvRow[]): readonly Pair[] {
  return (['inference', 'training'] as const).flatMap((run): readonly Pair[] => {
    const own = rows.filter((row) => row.run === run);
    const of = cost[run];
    const interval = run === 'training' ? cost.trainingInterval : cost.inferenceInterval;
    const saved = 1 - interval.cycles / of.latencyCycles;
    const idle = own.filter(({ phase }) => phase === 'idle');
    const paced = (end: End) => totalNj(own, end) - saved * totalNj(idle, end);
    const parts = grouped(own, ({ phase, component }) => `${phase} ${component}`);
    return [
      [run, of.energyNj, totalNj(own, 'energy')],
      [`${run} low`, of.energyLowNj, totalNj(own, 'low')],
      [`${run} high`, of.energyHighNj, totalNj(own, 'high')],
      [`${run} independent low`, of.energyIndependentLowNj, independentNj(own, 'low')],
      [`${run} independent high`, of.energyIndependentHighNj, independentNj(own, 'high')],
      [`${run} paced`, interval.energyNj, paced('energy')],
      [`${run} paced low`, interval.energyLowNj, paced('low')],
      [`${run} paced high`, interval.energyHighNj, paced('high')],
      ...[...parts].map(([name, part]) => {
        const recorded = cost.energyParts.find(
          (one) => one.run === run && `${one.phase} ${one.component}` === name,
        );
        return [`${run} ${name}`, recorded?.energyNj ?? 0, totalNj(part, 'energy')] as const;
      }),
    ];
  });
}

/** Prices are kept to 12 digits, so sums of them agree to 11. */
function isNear(actual: number | null, expected: number): boolean {
  return Math.abs((actual ?? NaN) - expected) <= 1e-10 * Math.max(Math.abs(expected), 1e-9);
}

interface Setting {
  readonly network?: string;
  readonly shape?: string;
  readonly training?: string;
  readonly skipped?: string;
  readonly hardware: string;
}

function experimentOf({
  network = 'FC_20_FC_5',
  shape = '[1, 1, 18]',
  training = '',
  skipped = '',
  hardware,
}: Setting): string {
  const chip = hardware.includes('/') ? path.join(packageRoot, hardware) : hardware;
  return `name: energies
dataset: { inputShape: ${shape}, classCount: 5, trainSamples: 70 }
network: ${network}
activity: { input: 0.4, layers: 0.75, changedWords: 0.5${skipped} }
training: { rule: drtp, epochs: 3, learningRate: 2^-5${training} }
hardware: ${chip}
`;
}

const settings: readonly (readonly [name: string, setting: Setting])[] = [
  ['edge-28nm', { hardware: 'edge-28nm' }],
  [
    'edge-28nm with DEFP of losses, measured first',
    {
      hardware: 'edge-28nm',
      training: ', loss: mse, defp: { variant: loss, init: measure }',
    },
  ],
  [
    'edge-28nm, a share of the samples skipped',
    {
      hardware: 'edge-28nm',
      training: ', updateSkip: { whenErrorBelow: 0.3 }',
      skipped: ', skippedSamples: 0.4',
    },
  ],
  ['reckon-28nm', { hardware: 'reckon-28nm' }],
  [
    'large-28nm, batches, adam',
    {
      hardware: 'large-28nm',
      training: ', batch: 4, optimizer: adam',
    },
  ],
  [
    'large-28nm, CONV',
    {
      hardware: 'large-28nm',
      network: 'CONV_4_3_1_1_FC_5',
      shape: '[1, 8, 8]',
      training: ', feedbackSource: generator',
    },
  ],
  [
    'mesh-28nm, layers on several cores',
    {
      hardware: 'mesh-28nm',
      network: 'FC_300_FC_5',
      shape: '[1, 1, 400]',
    },
  ],
  ['park-65nm', { hardware: 'park-65nm' }],
  ['anp-i-28nm', { hardware: 'anp-i-28nm' }],
  ['loihi-14nm, which lacks most prices', { hardware: 'loihi-14nm' }],
  ['prices of an energy-reference table', { hardware: 'examples/accelergy/chip.yaml' }],
];

/** Every energy of an estimate that is not what counts and model files say. */
function assertPriced(t: ExecutionContext, prepared: PreparedEstimate, hardware: string): void {
  const { record, ledgers } = makeEstimate(prepared);
  const rows = rowsOf(renderEstimateCsv(ledgers), hardware);
  const priced = record.rules.filter(({ perSample }) => perSample !== null);
  t.true(priced.length > 0, record.rules.map(({ problem }) => problem).join());
  for (const { rule, perSample } of priced) {
    if (perSample === null) continue;
    const own = rows.filter((row) => row.rule === rule);
    const far = pairsOf(perSample, own).filter(([, actual, mine]) => !isNear(actual, mine));
    t.deepEqual(far, [], rule);
    const absent = [...new Set(own.filter((row) => row.price === null).map((row) => row.action))];
    t.deepEqual([...perSample.unpriced].sort(), absent.sort(), rule);
    t.is(
      perSample.training.complete,
      !own.some((row) => row.run === 'training' && row.price === null),
    );
  }
  for (const { action, bits, count, energyPj, price } of rows) {
    t.true(
      price === null ? energyPj === '' : isNear(Number(energyPj), count * price.energy),
      `${action} ${bits}: ${energyPj}, ${count} × ${price?.energy}`,
    );
  }
}

for (const [name, setting] of settings) {
  test(`energies of an estimate are counts × prices of the model files: ${name}`, async (t) => {
    const prepared = await prepareText(experimentOf(setting), {
      rules: parseRules('all'),
      coreCount: setting.hardware === 'edge-28nm' ? null : 64,
    });
    assertPriced(t, prepared, setting.hardware);
  });
}

test('energies of an estimate are counts × prices of the model files: chips that learn in the next pass, from measured activity', async (t) => {
  const { file, folder } = await run([]);
  // ODIN has prices of its own, and one core.
  for (const hardware of ['edge-28nm-fused', 'odin-28nm']) {
    const prepared = await prepareEstimate(file, {
      overrides: [`hardware=${hardware}`],
      rules: parseRules('drtp,dfa'),
      coreCount: 8,
      result: folder,
    });
    assertPriced(t, prepared, hardware);
  }
});
