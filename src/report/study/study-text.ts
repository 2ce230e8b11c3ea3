import type { MetricSummary } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import {
  formatEnergy,
  formatMemory,
  formatNumber,
  formatPercent,
  formatPoints,
  formatTime,
} from '../kit/quantity.js';

/** How a figure of a study is called and printed. */
interface MetricText {
  readonly label: string;
  readonly explanation: string;
  readonly print: (value: number) => string;
}

const percent = (value: number) => formatPercent(value);
const energy = (nj: number) => formatEnergy(nj * 1000);
const time = (us: number) => formatTime(us);

/** Every figure by its name in the exports. */
export const metricTexts: Readonly<Record<StudyMetric, MetricText>> = {
  chipTestErrorPercent: {
    label: 'test error, chip',
    explanation: 'Wrong test samples on the chip after the last epoch.',
    print: percent,
  },
  bestChipTestErrorPercent: {
    label: 'best test error, chip',
    explanation: 'Of all epochs: chosen on the test set itself, so it flatters.',
    print: percent,
  },
  referenceTestErrorPercent: {
    label: 'test error, reference',
    explanation: 'Wrong test samples in float arithmetic after the last epoch.',
    print: percent,
  },
  bestReferenceTestErrorPercent: {
    label: 'best test error, reference',
    explanation: 'Of all epochs: chosen on the test set itself, so it flatters.',
    print: percent,
  },
  lossPoints: {
    label: 'points lost',
    explanation: 'Test error of the chip minus that of the reference.',
    print: formatPoints,
  },
  trainingNj: {
    label: 'energy of training',
    explanation: 'Of one training sample, as far as priced.',
    print: energy,
  },
  inferenceNj: {
    label: 'energy of inference',
    explanation: 'Of one inference, as far as priced.',
    print: energy,
  },
  trainingUs: {
    label: 'latency of training',
    explanation: 'Of one training sample, one after the other.',
    print: time,
  },
  inferenceUs: {
    label: 'latency of inference',
    explanation: 'Of one inference, one after the other.',
    print: time,
  },
  memoryBits: {
    label: 'memory used',
    explanation: 'Bits that the network occupies.',
    print: (bits) => formatMemory(bits),
  },
};

/** `5.35 % ± 0.21 (n 3)`: mean, standard error and number of runs; a dash where no run has the figure. */
export function printSummary(metric: StudyMetric, summary: MetricSummary | null): string {
  if (summary === null) return '–';
  const mean = metricTexts[metric].print(summary.mean);
  const { standardError, n } = summary;
  if (standardError === null) return `${mean} (n 1)`;
  // The error stands in the unit that the mean was given, no finer than the mean is printed.
  const [number = '', unit = ''] = mean.split('\u00a0');
  const printed = Math.abs(Number(number.replaceAll(',', '').replace('−', '-')));
  const scale = summary.mean === 0 ? 1 : printed / Math.abs(summary.mean);
  const finest = 10 ** -(number.split('.')[1] ?? '').length;
  const spread = standardError * scale;
  const error = spread > 0 && spread < finest / 2 ? `<${String(finest)}` : formatNumber(spread, 2);
  return `${number}\u00a0±\u00a0${error}${unit === '' ? '' : `\u00a0${unit}`} (n ${n})`;
}
