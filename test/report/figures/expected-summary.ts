import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import * as print from './print.js';
import {
  add,
  areaOf,
  areaOverhead,
  bandsOf,
  cyclesOf,
  energyOf,
  extremeOverhead,
  idleParts,
  memoryOverhead,
  microsecondsOf,
  newcombe,
  overhead,
  partsOf,
  type Run,
  rowsOfRun,
  runs,
  testedOf,
  wilson,
} from './recompute.js';

/* The key figures of a result as they must be printed: on the page, in its README text, in the terminal and side by side. */

type Figure = readonly [label: string, value: string];

interface Stated {
  readonly network: string;
  readonly training: { readonly rule: string; readonly epochs: number };
  readonly deployment?: {
    readonly samplesPerSecond: number;
    readonly trainingFraction?: number;
    readonly battery?: { readonly capacity: string; readonly voltage: string };
  };
}

/** What the experiment says, as far as figures follow from it. */
export function statedIn(result: ResultRecord): Stated {
  return result.experiment as unknown as Stated;
}

/** `27.9 nJ (10.2–86.8 nJ; independent 16.8–61.6 nJ)`. */
export function energyText(result: ResultRecord, run: Run): string {
  const { pj, low, high, apartLow, apartHigh, pricing } = energyOf(rowsOfRun(result, run));
  if (pricing === 'none') return 'unpriced';
  const bands = `${print.energyRange(low, high)}; independent ${print.energyRange(apartLow, apartHigh)}`;
  return `${print.energy(pj)} (${bands})${pricing === 'all' ? '' : ', incomplete'}`;
}

export function latencyText(result: ResultRecord, run: Run): string {
  const cycles = print.count(cyclesOf(result, run));
  return `${cycles} cycles, ${print.time(microsecondsOf(result, run))}`;
}

export function energyOverhead(result: ResultRecord): number | null {
  const [inference = 0, training = 0] = runs.map((run) => energyOf(rowsOfRun(result, run)).pj);
  return inference === 0 ? null : overhead(training, inference);
}

/** `+62 % to +251 %`; null: an inference costs nothing where prices are low. */
export function overheadRangeText(result: ResultRecord): string | null {
  if (energyOf(rowsOfRun(result, 'inference')).low === 0) return null;
  const [low, high] = [false, true].map((isHigh) => extremeOverhead(result, isHigh));
  return `${print.change(low ?? NaN)} to ${print.change(high ?? NaN)}`;
}

export function latencyOverhead(result: ResultRecord): number {
  return overhead(cyclesOf(result, 'training'), cyclesOf(result, 'inference'));
}

/** Wrong test samples of the reference; null: there is none, or it diverged. */
function referenceWrong({ accuracy, dataset }: ResultRecord): number | null {
  const percent = accuracy.reference?.testErrorPercent ?? null;
  return percent === null ? null : Math.round((percent * dataset.testSamples) / 100);
}

function errorText(wrong: number | null, samples: number): string {
  if (wrong === null) return 'not measured';
  const interval = print.interval(wilson(wrong, samples), '%');
  return `${print.percent((100 * wrong) / samples)} (${interval})`;
}

export function chipErrorText(result: ResultRecord): string {
  return errorText(...testedOf(result));
}

export function referenceErrorText(result: ResultRecord): string {
  return errorText(referenceWrong(result), result.dataset.testSamples);
}

/** Points that the chip loses, and what the test set says of them; null: nothing is compared. */
export function lossOf(result: ResultRecord) {
  const [wrong, samples] = testedOf(result);
  const reference = referenceWrong(result);
  if (reference === null) return null;
  const alone = result.accuracy.intervals?.lossPoints?.paired?.leftAlone ?? null;
  const both = alone === null ? null : wrong - alone;
  const band = newcombe(wrong, reference, both, samples);
  const method =
    both === null
      ? 'as if both erred independently'
      : `paired by sample: ${print.count(wrong - both)} wrong on the chip alone, ${print.count(reference - both)} in the reference alone`;
  const where =
    band.low <= 0 && band.high >= 0 ? 'within the interval' : 'outside chance, interval';
  const count = `${print.count(Math.abs(wrong - reference))} of ${print.count(samples)} samples`;
  return {
    points: (100 * (wrong - reference)) / samples,
    note: `${count}: ${where}, ${print.interval(band, 'points')}, ${method}`,
  };
}

/** An area that is not known, and of which parts. */
function unknownArea({ area: { parts } }: ResultRecord): string {
  const names = parts.filter(({ areaMm2 }) => areaMm2 === null).map(({ component }) => component);
  if (names.length === parts.length) return 'unknown (the hardware model has no areas)';
  return `unknown (the hardware model has no area of ${[...new Set(names)].join(', ')})`;
}

function areaFigure(result: ResultRecord): string {
  const { mm2, low, high } = areaOf(result.area.parts);
  if (mm2 === null || low === null || high === null) return unknownArea(result);
  return `${print.significant(mm2, 3)} mm² (${print.significant(low, 3)}–${print.significant(high, 3)} mm²)`;
}

/** Prices by what their bands move, the widest first; equal ones by name. */
export function decisive(result: ResultRecord, run: Run) {
  return [...partsOf(rowsOfRun(result, run))]
    .map(([name, part]) => ({
      name,
      ...part,
      width: Number((part.high - part.low).toPrecision(12)),
    }))
    .filter(({ width }) => width > 0)
    .sort((left, right) => right.width - left.width || (left.name < right.name ? -1 : 1))
    .slice(0, 5);
}

/** µW of a run one sample after the other; the rate is 1 / latency. */
export function fullSpeedText(result: ResultRecord, run: Run): string {
  const { pj, pricing } = energyOf(rowsOfRun(result, run));
  if (pricing === 'none') return 'unpriced';
  const uw = print.power(pj / microsecondsOf(result, run));
  return pricing === 'all' ? uw : `${uw}, incomplete`;
}

const perHour = 3600;

/** What the chip takes in the use that the experiment states; null: none is stated. */
export function deploymentOf(result: ResultRecord) {
  const stated = statedIn(result).deployment;
  const idle = idleParts(result);
  if (stated === undefined || idle === null) return null;
  const { samplesPerSecond: perSecond, trainingFraction = 0 } = stated;
  const fractions = { inference: 1 - trainingFraction, training: trainingFraction };
  const busyUs = runs.reduce((us, run) => us + fractions[run] * microsecondsOf(result, run), 0);
  const duty = perSecond * busyUs * 1e-6;
  const parts = new Map<string, { pj: number; low: number; high: number }>();
  for (const run of runs) {
    for (const [name, part] of partsOf(rowsOfRun(result, run))) {
      add(parts, name, part, perSecond * fractions[run] * 1e-6);
    }
  }
  for (const [name, part] of idle) add(parts, name, part, 1 - duty);
  const { battery } = stated;
  const joules =
    battery === undefined
      ? null
      : ((Number.parseFloat(battery.capacity) * (battery.capacity.endsWith('mAh') ? 1 : 1000)) /
          1000) *
        perHour *
        Number.parseFloat(battery.voltage);
  const used = runs.filter((run) => fractions[run] > 0);
  const isComplete = used.every((run) => energyOf(rowsOfRun(result, run)).pricing === 'all');
  const hours = (uw: number): number => (joules ?? NaN) / (uw * 1e-6) / perHour;
  return { perSecond, trainingFraction, duty, ...bandsOf(parts), joules, hours, isComplete };
}

function powerFigures(result: ResultRecord): readonly Figure[] {
  const used = deploymentOf(result);
  const speeds = runs.map((run): Figure => [
    `Average power, ${run} at full speed`,
    fullSpeedText(result, run),
  ]);
  if (used === null) return speeds;
  const text = `${print.power(used.pj)}${used.isComplete ? '' : ', incomplete'}`;
  const battery: readonly Figure[] =
    used.joules === null ? [] : [['Battery life', print.life(used.hours(used.pj))]];
  return [...speeds, [`Average power at ${print.rate(used.perSecond)}`, text], ...battery];
}

/** Mean of the errors of the classes that have test samples. */
export function balancedErrorText({ classes }: ResultRecord): string {
  const errors = (classes?.confusion ?? []).flatMap((row, label) => {
    const samples = row.reduce((total, one) => total + one, 0);
    return samples === 0 ? [] : [(100 * (samples - (row[label] ?? 0))) / samples];
  });
  return print.percent(errors.reduce((total, one) => total + one, 0) / errors.length);
}

function accuracyFigures(result: ResultRecord): readonly Figure[] {
  const { accuracy, dataset } = result;
  const loss = lossOf(result);
  const between = accuracy.encoded?.testErrorPercent ?? null;
  const reference = referenceWrong(result);
  const encoded: readonly Figure[] =
    between === null || reference === null
      ? []
      : [
          [
            'Points lost, encoding',
            print.points(between - (100 * reference) / dataset.testSamples),
          ],
          [
            'Points lost, other formats',
            print.points((100 * testedOf(result)[0]) / dataset.testSamples - between),
          ],
        ];
  return [
    ['Test error, chip', chipErrorText(result)],
    ['Balanced test error, chip', balancedErrorText(result)],
    ['Test error, reference', referenceErrorText(result)],
    ['Points lost', loss === null ? 'not measured' : `${print.points(loss.points)} (${loss.note})`],
    ...encoded,
    ...(['chip', 'reference'] as const).flatMap((side) => bestFigure(result, side)),
  ];
}

function spreadFigures({ energySpread }: ResultRecord): readonly Figure[] {
  return runs.flatMap((run): readonly Figure[] => {
    const own = energySpread?.[run] ?? null;
    if (own === null) return [];
    const [low, middle, high] = [own.percentile5Nj, own.percentile50Nj, own.percentile95Nj];
    const batches = own.samplesPerValue === 1 ? '' : ` in batches of ${own.samplesPerValue}`;
    const range = print.energyRange(1000 * low, 1000 * high);
    const text = `${print.energy(1000 * middle)} (${range} of ${own.samples} samples${batches})`;
    return [[`Spread of the energy, ${run}`, text]];
  });
}

/** The first of the smallest errors of the epochs. */
function bestFigure(result: ResultRecord, side: 'chip' | 'reference'): readonly Figure[] {
  if (result.accuracy.best === null) return []; // an older record
  if (side === 'reference' && typeof result.accuracy.reference?.divergedInEpoch === 'number')
    return [];
  const errors = result.epochs.flatMap((epoch) => epoch[side]?.testErrorPercent ?? []);
  if (errors.length === 0) return [];
  const least = errors.reduce((one, other) => (other < one ? other : one));
  const { testSamples } = result.dataset;
  const wrong = Math.round((least * testSamples) / 100);
  const text = `${print.percent(least)} after epoch ${errors.indexOf(least) + 1}`;
  return [
    [`Best test error, ${side}`, `${text} (${print.interval(wilson(wrong, testSamples), '%')})`],
  ];
}

function overheadFigures(result: ResultRecord): readonly Figure[] {
  const energy = energyOverhead(result);
  const range = overheadRangeText(result);
  const area = areaOverhead(result);
  const text = energy === null ? 'not measured' : print.change(energy);
  return [
    ['Learning overhead, energy', range === null ? text : `${text} (${range})`],
    ['Learning overhead, latency', print.change(latencyOverhead(result))],
    ['Learning overhead, memory', print.change(memoryOverhead(result))],
    ['Learning overhead, area', area === null ? unknownArea(result) : print.change(area)],
    ['Area of the chip', areaFigure(result)],
  ];
}

/** `0–3`: the cores of a layer have numbers one after the other. */
export function coresText(
  own: Pick<ResultRecord['activity'][number], 'core' | 'neuronParts' | 'axonParts'>,
): string {
  const last = own.core + own.neuronParts * own.axonParts - 1;
  return last === own.core ? String(last) : `${own.core}–${last}`;
}

/** A batch of a locked rule: its time is cycles over the clock; the cycles have a witness of their own (batch-latency.test.ts). */
function batchFigures({ batchLatency, hardware }: ResultRecord): readonly Figure[] {
  if (batchLatency === undefined) return [];
  const { samples, serialCycles, pipelinedCycles } = batchLatency;
  const [serial, pipelined] = [serialCycles, pipelinedCycles].map(
    (cycles) =>
      `${print.count(Math.round(cycles))} cycles, ${print.time(cycles / hardware.clockMhz)}`,
  );
  return [[`Latency of a batch of ${samples}`, `${serial}; pipelined ${pipelined}`]];
}

/** Every key figure behind the facts, in the order of the summary. */
export function expectedFigures(result: ResultRecord): readonly Figure[] {
  return [
    ['Epochs', print.count(statedIn(result).training.epochs)],
    ...accuracyFigures(result),
    ['Energy per inference', energyText(result, 'inference')],
    ['Energy per training sample', energyText(result, 'training')],
    ...spreadFigures(result),
    ['Latency of an inference', latencyText(result, 'inference')],
    ['Latency of a training sample', latencyText(result, 'training')],
    ...batchFigures(result),
    ...overheadFigures(result),
    ...runs.flatMap((run): readonly Figure[] => {
      const prices = decisive(result, run).map(({ name }) => name);
      return prices.length === 0 ? [] : [[`Prices that matter most, ${run}`, prices.join(', ')]];
    }),
    ...powerFigures(result),
  ];
}

/** Shares of the training samples that each side left out, their mean first. */
function skippedFacts({ epochs }: ResultRecord): readonly Figure[] {
  return (['skippedPercent', 'referenceSkippedPercent'] as const).flatMap(
    (key): readonly Figure[] => {
      const shares = epochs.flatMap((epoch) => epoch[key] ?? []);
      if (shares.length === 0) return [];
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const byEpoch = shares.map((share) => print.percent(share)).join(', ');
      const label = key === 'skippedPercent' ? '' : ', reference';
      return [
        [
          `Not learned from${label}`,
          `${print.percent(mean)} of the training samples; by epoch ${byEpoch}`,
        ],
      ];
    },
  );
}

/** The first facts: samples, network, rule, clock. */
export function expectedFacts(result: ResultRecord): readonly Figure[] {
  const { dataset, hardware } = result;
  const layers = statedIn(result)
    .network.split(/_(?=CONV|FC)/)
    .map((layer) => {
      const [kind, ...sizes] = layer.split('_');
      return kind === 'CONV' ? `CONV ${sizes.join(',')}` : sizes.join(',');
    });
  return [
    ['Network', [String(dataset.inputCount), ...layers].join('–')],
    ...skippedFacts(result),
    ['Seed', print.count(result.seed)],
    ['Chip', hardware.name],
    ...(hardware.update === null
      ? []
      : ([
          ['Update schedule', `${hardware.update.schedule}, ${hardware.update.writeBanks} banks`],
        ] as const)),
    ['Node', `${print.significant(hardware.nodeNm)} nm`],
    ['Voltage', `${print.significant(hardware.voltageV)} V`],
    ['Clock', `${print.significant(hardware.clockMhz)} MHz`],
  ];
}
