import type { ResultRecord } from '../experiment/result-record.js';
import type { RunKind } from '../ledger/ledger-row.js';
import { experimentFacts } from './experiment-facts.js';
import { pricingOfRun } from './ledger-view.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
  formatNumber,
  formatPercent,
  formatPoints,
  formatTime,
  unpriced,
  withUnit,
} from './quantity.js';

/** One key figure of a result, for tables of several and for short summaries. */
export interface SummaryFigure {
  readonly label: string;
  /** One sentence. */
  readonly explanation: string;
  readonly value: string;
}

/** Energy of a sample with its band; says when rows without a price are missing in it. */
export function energyWithBand(result: ResultRecord, run: RunKind): string {
  const { energyNj, energyLowNj, energyHighNj, complete } = result.perSample[run];
  if (pricingOfRun(result, run) === 'none') return unpriced;
  const band = formatEnergyBand(energyLowNj * 1000, energyHighNj * 1000);
  return `${formatEnergy(energyNj * 1000)} (${band})${complete ? '' : ', incomplete'}`;
}

/** `1,234 cycles, 12.3 µs`. */
export function latency(result: ResultRecord, run: RunKind): string {
  const { latencyCycles, latencyUs } = result.perSample[run];
  return `${withUnit(formatCount(latencyCycles), 'cycles')}, ${formatTime(latencyUs)}`;
}

function moreOrLess(percent: number | null, what: string): readonly string[] {
  if (percent === null) return [];
  const amount = withUnit(formatNumber(Math.abs(percent), 3), '%');
  return [`${amount} ${percent < 0 ? 'less' : 'more'} ${what}`];
}

/** The answer to the report's question, in one or two sentences. */
export function answer(result: ResultRecord): string {
  const { energy, latency: time, memory, area } = result.perSample.learningOverheadPercent;
  const { inference, training } = result.perSample;
  const what = inference.complete && training.complete ? 'energy' : 'energy (of what is priced)';
  const effort = [...moreOrLess(energy, what), ...moreOrLess(time, 'time')].join(' and ');
  const space = [...moreOrLess(memory, 'memory'), ...moreOrLess(area, 'area')].join(' and ');
  const { lossPoints } = result.accuracy;
  const side = (lossPoints ?? 0) < 0 ? 'below' : 'above';
  const isOtherwise = (result.referenceTraining?.settingsDiffer.length ?? 0) > 0;
  const otherwise = isOtherwise ? ', which was trained with other settings' : '';
  return [
    effort === '' ? '' : `Learning from a sample takes ${effort} than classifying it. `,
    space === '' ? '' : `A chip that learns needs ${space}. `,
    lossPoints === null
      ? 'What fixed point costs in accuracy was not measured.'
      : `Its test error ends ${formatPoints(Math.abs(lossPoints))} ${side} the float reference${otherwise}.`,
  ].join('');
}

/** Every key figure, in the order in which they are read. */
export function summaryFigures(result: ResultRecord): readonly SummaryFigure[] {
  const { chip, reference, lossPoints } = result.accuracy;
  const overhead = result.perSample.learningOverheadPercent;
  const chipEpochs = result.epochs.filter((epoch) => epoch.trainingEnergyUj !== null).length;
  const figures: readonly (readonly [string, string, string])[] = [
    ['Epochs', 'Passes of the chip through the training samples.', formatCount(chipEpochs)],
    [
      'Test error, chip',
      'Wrong test samples of the simulated chip after the last epoch.',
      formatPercent(chip.testErrorPercent),
    ],
    [
      'Test error, reference',
      'The same for the float network trained on the same samples in the same order.',
      formatPercent(reference?.testErrorPercent ?? null),
    ],
    [
      'Points lost',
      'Test error of the chip minus that of the reference, in percentage points.',
      formatPoints(lossPoints),
    ],
    [
      'Energy per inference',
      'Priced energy of classifying one sample, with its low–high band.',
      energyWithBand(result, 'inference'),
    ],
    [
      'Energy per training sample',
      'Priced energy of learning from one sample, with its low–high band.',
      energyWithBand(result, 'training'),
    ],
    ['Latency of an inference', 'Serial time of one sample.', latency(result, 'inference')],
    ['Latency of a training sample', 'Serial time of one sample.', latency(result, 'training')],
    [
      'Learning overhead, energy',
      'Training minus inference, divided by inference.',
      formatChangePercent(overhead.energy),
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
      formatChangePercent(overhead.area),
    ],
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
