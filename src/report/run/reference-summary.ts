import {
  hasChip,
  type ReferenceRecord,
  type RunRecord,
} from '../../experiment/record/run-record.js';
import { experimentFacts } from '../kit/experiment-facts.js';
import { formatCount, formatPercent, notMeasured } from '../kit/quantity.js';
import {
  bestFigures,
  errorText,
  intervalsOf,
  type SummaryFigure,
  summaryFigures,
} from './summary.js';

/** What is said of a float reference that was trained alone. */
export function referenceAnswer({ accuracy: { reference } }: ReferenceRecord): string {
  const found =
    reference === null || reference.testErrorPercent === null
      ? 'The float reference diverged'
      : `The float reference ends with a test error of ${formatPercent(reference.testErrorPercent)}`;
  return `${found}. The chip was left out: what it costs, and what fixed point costs in accuracy, was not measured.`;
}

/** Key figures of a float reference that was trained alone, those of the chip as not measured. */
function referenceFigures(record: ReferenceRecord): readonly SummaryFigure[] {
  const { reference } = record.accuracy;
  const figures: readonly SummaryFigure[] = [
    {
      label: 'Epochs',
      explanation: 'Passes of the float reference through the training samples.',
      value: formatCount(record.epochs.length),
    },
    {
      label: 'Test error, chip',
      explanation: 'The chip was left out of this run.',
      value: `${notMeasured}: left out`,
    },
    {
      label: 'Test error, reference',
      explanation:
        'Wrong test samples of the float network after its last epoch, with the 95 % interval that the number of test samples leaves.',
      value: errorText(reference?.testErrorPercent ?? null, intervalsOf(record)?.reference ?? null),
    },
    {
      label: 'Points lost',
      explanation: 'Test error of the chip minus that of the reference.',
      value: notMeasured,
    },
  ];
  const facts = experimentFacts(record).map((fact) => ({
    ...fact,
    explanation: 'What was run.',
  }));
  const best = bestFigures(record).map(([label, explanation, value]) => ({
    label,
    explanation,
    value,
  }));
  return [...facts, ...figures, ...best];
}

/** Every key figure of a run, in the order in which they are read. */
export function figuresOf(run: RunRecord): readonly SummaryFigure[] {
  return hasChip(run) ? summaryFigures(run) : referenceFigures({ ...run, perSample: null });
}
