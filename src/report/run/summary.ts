import {
  errorDifference,
  errorInterval,
  type ErrorInterval,
} from '../../experiment/record/error-interval.js';
import type { ResultRecord } from '../../experiment/record/result-record.js';
import type { RunRecord } from '../../experiment/record/run-record.js';
import { type RunKind, runKinds } from '../../ledger/ledger-row.js';
import { areaOfResult, areaOverheadText, areaText } from '../kit/area-facts.js';
import { experimentFacts, meanSkipped } from '../kit/experiment-facts.js';
import { pricingOfRun } from '../kit/ledger-view.js';
import { powerText } from './power-text.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
  formatLife,
  formatNumber,
  formatPercent,
  formatPoints,
  formatRate,
  unpriced,
  withUnit,
} from '../kit/quantity.js';
import { scheduleSentenceOf } from '../kit/update-text.js';
import { decisivePrices, priceName } from './decisive-prices.js';
import { type Figure, latencyFigures } from './latency-figures.js';

/** One key figure of a result, for tables of several and for short summaries. */
export interface SummaryFigure {
  readonly label: string;
  /** One sentence. */
  readonly explanation: string;
  readonly value: string;
}

/** `12.9–43.1 nJ`: the band if each price errs by itself; null in an older record. */
export function independentBand(result: ResultRecord, run: RunKind): string | null {
  const { energyIndependentLowNj: low, energyIndependentHighNj: high } = result.perSample[run];
  return low === null || high === null ? null : formatEnergyBand(low * 1000, high * 1000);
}

/** Energy of a sample with its bands; says when rows without a price are missing in it. */
export function energyWithBand(result: ResultRecord, run: RunKind): string {
  const { energyNj, energyLowNj, energyHighNj, complete } = result.perSample[run];
  if (pricingOfRun(result, run) === 'none') return unpriced;
  const band = formatEnergyBand(energyLowNj * 1000, energyHighNj * 1000);
  const independent = independentBand(result, run);
  const bands = independent === null ? band : `${band}; independent ${independent}`;
  return `${formatEnergy(energyNj * 1000)} (${bands})${complete ? '' : ', incomplete'}`;
}

/** `+48.8 % to +282 %`: the energy overhead over the bands of the prices; null where there is none. */
export function overheadRange(result: ResultRecord): string | null {
  const { energyLow, energyHigh } = result.perSample.learningOverheadPercent;
  if (energyLow === null || energyHigh === null) return null;
  return `${formatChangePercent(energyLow)} to ${formatChangePercent(energyHigh)}`;
}

/** Which band is which. */
export const bandSentence =
  'Low–high: all prices err in the same direction. Independent: each price errs by itself, all rows of one price together (root of the sum of squares). The range of the overhead lets every price lie anywhere in its band, the same price in training and inference.';

function moreOrLess(percent: number | null, what: string): readonly string[] {
  if (percent === null) return [];
  const amount = withUnit(formatNumber(Math.abs(percent), 3), '%');
  return [`${amount} ${percent < 0 ? 'less' : 'more'} ${what}`];
}

function notMeasured({ accuracy: { reference } }: ResultRecord): string {
  const epoch = reference?.divergedInEpoch ?? null;
  return epoch === null
    ? 'What fixed point costs in accuracy was not measured.'
    : `What fixed point costs in accuracy is not known: the float reference diverged in epoch ${epoch}.`;
}

/** `1.34 points above the float reference`, `where the float reference does`. */
function besideReference(lossPoints: number): string {
  if (lossPoints === 0) return 'where that of the float reference does';
  const side = lossPoints < 0 ? 'below' : 'above';
  return `${formatPoints(Math.abs(lossPoints))} ${side} the float reference`;
}

/** The answer to the report's question, in one or two sentences. */
export function answer(result: ResultRecord): string {
  const { energy, latency: time, memory, area } = result.perSample.learningOverheadPercent;
  const { inference, training } = result.perSample;
  const range = overheadRange(result);
  const remarks = [
    ...(inference.complete && training.complete ? [] : ['of what is priced']),
    ...(range === null ? [] : [`${range} over the bands of the prices`]),
  ];
  const what = remarks.length === 0 ? 'energy' : `energy (${remarks.join('; ')})`;
  const energyEffort = moreOrLess(energy, what);
  const effort = [...energyEffort, ...moreOrLess(time, 'time')].join(' and ');
  const space = [...moreOrLess(memory, 'memory'), ...moreOrLess(area, 'area')].join(' and ');
  const skipped = meanSkipped(result);
  const schedule = scheduleSentenceOf(result.hardware.update);
  const { lossPoints } = result.accuracy;
  const isOtherwise = (result.referenceTraining?.settingsDiffer.length ?? 0) > 0;
  const otherwise = isOtherwise ? ', which was trained with other settings' : '';
  return [
    effort === '' ? '' : `Learning from a sample takes ${effort} than classifying it. `,
    skipped === null
      ? ''
      : `That is the mean of all training samples, ${formatPercent(skipped)} of which are not learned from. `,
    schedule === '' ? '' : `${schedule} `,
    space === '' ? '' : `A chip that learns needs ${space}. `,
    lossPoints === null
      ? notMeasured(result)
      : `Its test error ends ${besideReference(lossPoints)}${otherwise} (${differenceText(result)}).`,
  ].join('');
}

/** Intervals of the record, or of an older one from what it has. */
export function intervalsOf({
  accuracy: { chip, reference, intervals },
  dataset: { testSamples },
}: RunRecord): NonNullable<RunRecord['accuracy']['intervals']> | null {
  if (intervals !== null) return intervals;
  const [left, right] = [chip.testErrorPercent, reference?.testErrorPercent ?? null];
  if (testSamples === 0) return null;
  return {
    chip: left === null ? null : errorInterval(left, testSamples),
    reference: right === null ? null : errorInterval(right, testSamples),
    lossPoints: left === null || right === null ? null : errorDifference(left, right, testSamples),
  };
}

/** `2.49 % (1.2 to 5 %)`: an error with the interval of the test set. */
export function errorText(percent: number | null, interval: ErrorInterval | null): string {
  if (percent === null || interval === null) return formatPercent(percent);
  return `${formatPercent(percent)} (${intervalText(interval, '%')})`;
}

/** `1.20 to 5.00 %`: both ends with two decimals. */
export function intervalText({ low, high }: ErrorInterval, unit: string): string {
  return withUnit(`${low.toFixed(2)} to ${high.toFixed(2)}`, unit).replaceAll('-', '−');
}

/** How an interval of a difference was made. */
function methodText({
  paired,
}: NonNullable<ResultRecord['accuracy']['intervals']>['lossPoints'] & object): string {
  return paired === null
    ? 'as if both erred independently'
    : `paired by sample: ${formatCount(paired.leftAlone)} wrong on the chip alone, ${formatCount(paired.rightAlone)} in the reference alone`;
}

/** `2 of 299 samples: within the interval, −2.1 to 3.5 points, paired by sample: …`; empty where nothing is compared. */
export function differenceText(result: ResultRecord): string {
  const difference = intervalsOf(result)?.lossPoints ?? null;
  if (difference === null) return '';
  const count = formatCount(Math.abs(difference.samples));
  const of = `${count} of ${formatCount(result.dataset.testSamples)} samples`;
  const where = difference.isWithin ? 'within the interval' : 'outside chance, interval';
  return `${of}: ${where}, ${intervalText(difference, 'points')}, ${methodText(difference)}`;
}

/** Points lost, split between the encoder and everything behind it; nothing where it was not asked for. */
function encodedFigures({ accuracy: { encoded } }: ResultRecord): readonly Figure[] {
  if (encoded === null) return [];
  return [
    [
      'Points lost, encoding',
      "Test error of a float network that learned from the inputs as the chip's format holds them, minus that of the reference.",
      formatPoints(encoded.encodingPoints),
    ],
    [
      'Points lost, other formats',
      'Test error of the chip minus that of that network.',
      formatPoints(encoded.formatPoints),
    ],
  ];
}

/** Smallest test error of all epochs by side; nothing in an older record, or of a side that was left out. */
export function bestFigures({ accuracy: { best } }: RunRecord): readonly Figure[] {
  return (['chip', 'reference'] as const).flatMap((side): readonly Figure[] => {
    const own = best?.[side] ?? null;
    if (own === null) return [];
    return [
      [
        `Best test error, ${side}`,
        'Of all epochs, with its 95 % interval: chosen on the test set itself, so it flatters.',
        `${formatPercent(own.testErrorPercent)} after epoch ${formatCount(own.epoch)} (${intervalText(own.interval, '%')})`,
      ],
    ];
  });
}

/** Energies of single samples; nothing in an older record. */
function spreadFigures({ energySpread }: ResultRecord): readonly Figure[] {
  return runKinds.flatMap((run): readonly Figure[] => {
    const own = energySpread?.[run] ?? null;
    if (own === null) return [];
    const ends = formatEnergyBand(1000 * own.percentile5Nj, 1000 * own.percentile95Nj);
    const what =
      own.samplesPerValue === 1
        ? 'samples'
        : `samples in batches of ${formatCount(own.samplesPerValue)}`;
    return [
      [
        `Spread of the energy, ${run}`,
        'Median and 5th to 95th percentile of single samples, each priced from its own counts.',
        `${formatEnergy(1000 * own.percentile50Nj)} (${ends} of ${formatCount(own.samples)} ${what})`,
      ],
    ];
  });
}

/** Error with every class weighing the same; nothing in an older record. */
function balancedFigure({ classes }: ResultRecord): readonly Figure[] {
  if (classes === null) return [];
  return [
    [
      'Balanced test error, chip',
      'Mean of the test errors of the classes, each weighing the same.',
      formatPercent(classes.balancedErrorPercent),
    ],
  ];
}

/** The prices that matter most; nothing in an older record. */
function decisiveFigures(result: ResultRecord): readonly Figure[] {
  return runKinds.flatMap((run): readonly Figure[] => {
    const prices = decisivePrices(result, run);
    if (prices.length === 0) return [];
    return [
      [
        `Prices that matter most, ${run}`,
        `Each alone moves the energy of a sample most over its band, the first one most of all.`,
        prices.map(priceName).join(', '),
      ],
    ];
  });
}

/** Average power at full speed and, where the experiment states a use, in it; nothing in an older record. */
function powerFigures(result: ResultRecord): readonly Figure[] {
  const { power } = result;
  if (power === null) return [];
  const { deployment } = power;
  const deployed: readonly (readonly Figure[])[] = [
    deployment === null
      ? []
      : [
          [
            `Average power at ${formatRate(deployment.samplesPerSecond)}`,
            'Working and idle, as the experiment states the use.',
            powerText(deployment.average),
          ],
        ],
    deployment?.battery?.lifeHours == null
      ? []
      : [
          [
            'Battery life',
            'Of the stated battery at this power.',
            formatLife(deployment.battery.lifeHours),
          ],
        ],
  ];
  return [
    ...runKinds.map((run): Figure => [
      `Average power, ${run} at full speed`,
      'Energy of a sample divided by its serial latency.',
      powerText(power.fullSpeed[run]),
    ]),
    ...deployed.flat(),
  ];
}

/** What learning adds to inference: energy, latency, memory and area. */
function overheadFigures(result: ResultRecord): readonly Figure[] {
  const overhead = result.perSample.learningOverheadPercent;
  const range = overheadRange(result);
  return [
    [
      'Learning overhead, energy',
      'Training minus inference, divided by inference; its range when every price lies anywhere in its band.',
      range === null
        ? formatChangePercent(overhead.energy)
        : `${formatChangePercent(overhead.energy)} (${range})`,
    ],
    [
      'Learning overhead, latency',
      'Training minus inference, divided by inference.',
      formatChangePercent(overhead.latency),
    ],
    [
      'Learning overhead, memory',
      'Bits that exist only because the chip learns, divided by the others.',
      formatChangePercent(overhead.memory),
    ],
    [
      'Learning overhead, area',
      'Area that exists only because the chip learns, divided by the rest.',
      areaOverheadText(areaOfResult(result)),
    ],
  ];
}

/** Every key figure, in the order in which they are read. */
export function summaryFigures(result: ResultRecord): readonly SummaryFigure[] {
  const { chip, reference, lossPoints } = result.accuracy;
  const intervals = intervalsOf(result);
  const chipEpochs = result.epochs.filter((epoch) => epoch.trainingEnergyUj !== null).length;
  const figures: readonly Figure[] = [
    ['Epochs', 'Passes of the chip through the training samples.', formatCount(chipEpochs)],
    [
      'Test error, chip',
      'Wrong test samples of the simulated chip after the last epoch, with the 95 % interval that the number of test samples leaves.',
      errorText(chip.testErrorPercent, intervals?.chip ?? null),
    ],
    ...balancedFigure(result),
    [
      'Test error, reference',
      'The same for the float network trained on the same samples in the same order.',
      errorText(reference?.testErrorPercent ?? null, intervals?.reference ?? null),
    ],
    [
      'Points lost',
      'Test error of the chip minus that of the reference, in percentage points, with its 95 % interval.',
      lossPoints === null
        ? formatPoints(lossPoints)
        : `${formatPoints(lossPoints)} (${differenceText(result)})`,
    ],
    ...encodedFigures(result),
    ...bestFigures(result),
    [
      'Energy per inference',
      'Priced energy of classifying one sample: low–high if all prices err in the same direction, independent if each errs by itself.',
      energyWithBand(result, 'inference'),
    ],
    [
      'Energy per training sample',
      'Priced energy of learning from one sample, with the same bands.',
      energyWithBand(result, 'training'),
    ],
    ...spreadFigures(result),
    ...latencyFigures(result),
    ...overheadFigures(result),
    [
      'Area of the chip',
      'All its cores, whether the network uses them or not, with its band.',
      areaText(areaOfResult(result)),
    ],
    ...decisiveFigures(result),
    ...powerFigures(result),
  ];
  const facts = experimentFacts(result).map((fact) => ({
    ...fact,
    explanation: 'What was run on what.',
  }));
  return [
    ...facts,
    ...figures.map(([label, explanation, value]) => ({ label, explanation, value })),
  ];
}
