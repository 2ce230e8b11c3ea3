import { type Side, sides } from '../../experiment/file/only-side.js';
import type { MetricSummary } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import {
  energyPrefix,
  formatEnergy,
  formatMemory,
  formatNumber,
  formatPercent,
  formatPoints,
  formatTime,
  memoryPrefix,
  timePrefix,
} from '../kit/quantity.js';

/** How a figure of a study is called and printed. */
interface MetricText {
  readonly label: string;
  readonly explanation: string;
  /** Sides of a run without which there is no such figure. */
  readonly needs: readonly Side[];
  readonly print: (value: number) => string;
  /** What one of the unit is in which a value is printed. */
  readonly perUnit: (value: number) => number;
}

type Printed = Pick<MetricText, 'print' | 'perUnit'>;
const percent: Printed = { print: (value) => formatPercent(value), perUnit: () => 1 };
const points: Printed = { print: formatPoints, perUnit: () => 1 };
const energy: Printed = {
  print: (nj) => formatEnergy(nj * 1000),
  perUnit: (nj) => energyPrefix(nj * 1000).factor / 1000,
};
const time: Printed = { print: formatTime, perUnit: (us) => timePrefix(us).factor };
const memory: Printed = { print: formatMemory, perUnit: (bits) => memoryPrefix(bits).factor };

/** Every figure by its name in the exports. */
export const metricTexts: Readonly<Record<StudyMetric, MetricText>> = {
  chipTestErrorPercent: {
    label: 'test error, chip',
    needs: ['chip'],
    explanation: 'Wrong test samples on the chip after the last epoch.',
    ...percent,
  },
  bestChipTestErrorPercent: {
    label: 'best test error, chip',
    needs: ['chip'],
    explanation: 'Of all epochs: chosen on the test set itself, so it flatters.',
    ...percent,
  },
  referenceTestErrorPercent: {
    label: 'test error, reference',
    needs: ['reference'],
    explanation: 'Wrong test samples in float arithmetic after the last epoch.',
    ...percent,
  },
  bestReferenceTestErrorPercent: {
    label: 'best test error, reference',
    needs: ['reference'],
    explanation: 'Of all epochs: chosen on the test set itself, so it flatters.',
    ...percent,
  },
  lossPoints: {
    label: 'points lost',
    needs: sides,
    explanation: 'Test error of the chip minus that of the reference.',
    ...points,
  },
  trainingNj: {
    label: 'energy of training',
    needs: ['chip'],
    explanation: 'Of one training sample, as far as priced.',
    ...energy,
  },
  inferenceNj: {
    label: 'energy of inference',
    needs: ['chip'],
    explanation: 'Of one inference, as far as priced.',
    ...energy,
  },
  trainingUs: {
    label: 'latency of training',
    needs: ['chip'],
    explanation: 'Of one training sample, one after the other.',
    ...time,
  },
  inferenceUs: {
    label: 'latency of inference',
    needs: ['chip'],
    explanation: 'Of one inference, one after the other.',
    ...time,
  },
  memoryBits: {
    label: 'memory used',
    needs: ['chip'],
    explanation: 'Bits that the network occupies.',
    ...memory,
  },
};

/** The finest standard error that is printed, in the unit of its mean, whatever the mean is rounded to. */
const finestError = 0.01;

/** `5.35 ± 0.21 % (n 3)`: mean, standard error in the unit of the mean, number of runs; a dash where no run has the figure. */
export function printSummary(metric: StudyMetric, summary: MetricSummary | null): string {
  if (summary === null) return '–';
  const { print, perUnit } = metricTexts[metric];
  const { mean, standardError, n } = summary;
  const printed = print(mean);
  if (standardError === null) return `${printed} (n 1)`;
  const [number = '', unit = ''] = printed.split('\u00a0');
  const finest = Math.min(finestError, 10 ** -(number.split('.')[1] ?? '').length);
  const spread = standardError / perUnit(mean);
  const error = spread > 0 && spread < finest / 2 ? `<${String(finest)}` : formatNumber(spread, 2);
  return `${number}\u00a0±\u00a0${error}${unit === '' ? '' : `\u00a0${unit}`} (n ${n})`;
}
