import type { ResultRecord } from '../experiment/result-record.js';
import type { RunKind } from '../ledger/ledger-row.js';
import { experimentFacts } from './experiment-facts.js';
import { isWhollyUnpriced } from './ledger-view.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
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
  if (isWhollyUnpriced(result, run)) return unpriced;
  const band = formatEnergyBand(energyLowNj * 1000, energyHighNj * 1000);
  return `${formatEnergy(energyNj * 1000)} (${band})${complete ? '' : ', incomplete'}`;
}

/** `1,234 cycles, 12.3 µs`. */
export function latency(result: ResultRecord, run: RunKind): string {
  const { latencyCycles, latencyUs } = result.perSample[run];
  return `${withUnit(formatCount(latencyCycles), 'cycles')}, ${formatTime(latencyUs)}`;
}

/** The sentence that answers the report's question. */
export function answer(result: ResultRecord): string {
  const { energy, latency: time, memory, area } = result.perSample.learningOverheadPercent;
  const costs = [
    { percent: energy, what: 'energy' },
    { percent: time, what: 'time' },
    { percent: memory, what: 'memory' },
    { percent: area, what: 'area' },
  ].flatMap(({ percent, what }) =>
    percent === null ? [] : [`${formatChangePercent(percent)} ${what}`],
  );
  const cost =
    costs.length === 0
      ? 'What learning adds was not measured'
      : `Learning from a sample instead of only classifying it costs ${costs.join(', ')}`;
  const { lossPoints } = result.accuracy;
  if (lossPoints === null) return `${cost}; what fixed point costs in accuracy was not measured.`;
  const side = lossPoints < 0 ? 'below' : 'above';
  return `${cost}; the chip's test error ends ${formatPoints(Math.abs(lossPoints))} ${side} the float reference's.`;
}

/** Every key figure, in the order in which they are read. */
export function summaryFigures(result: ResultRecord): readonly SummaryFigure[] {
  const { chip, reference, lossPoints } = result.accuracy;
  const overhead = result.perSample.learningOverheadPercent;
  const figures: readonly (readonly [string, string, string])[] = [
    ['Epochs', 'Passes through the training samples.', formatCount(result.epochs.length)],
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
