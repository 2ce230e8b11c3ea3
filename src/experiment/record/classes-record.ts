import type { DatasetParts } from '../../datasets/dataset.js';
import { countLabels } from '../../datasets/label-counts.js';
import { elementAt } from '../../numerics/integer.js';
import type { ClassesRecord } from './classes-schema.js';
import { errorInterval } from './error-interval.js';

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

/**
 * Errors by class from the test samples by label and class said.
 * @param confusion shape (classes × classes); null: nothing was evaluated
 */
export function classesOf(
  { train }: DatasetParts,
  confusion: Uint32Array | null,
): ClassesRecord | null {
  if (confusion === null) return null;
  const { classCount } = train;
  const trainCounts = countLabels(train.labels, classCount);
  const rows = Array.from({ length: classCount }, (_, label) => [
    ...confusion.subarray(label * classCount, (label + 1) * classCount),
  ]);
  const perClass = rows.map((row, label) => {
    const testSamples = sumOf(row);
    const wrong = testSamples - elementAt(row, label, 'confusion');
    const testErrorPercent = testSamples === 0 ? null : (100 * wrong) / testSamples;
    return {
      class: label,
      trainSamples: elementAt(trainCounts, label, 'training samples'),
      testSamples,
      saidSamples: sumOf(rows.map((other) => elementAt(other, label, 'confusion'))),
      testErrorPercent,
      interval: testErrorPercent === null ? null : errorInterval(testErrorPercent, testSamples),
    };
  });
  const errors = perClass
    .map(({ testErrorPercent }) => testErrorPercent)
    .filter((error) => error !== null);
  const sampleCount = sumOf(confusion);
  const most = Math.max(...perClass.map(({ testSamples }) => testSamples));
  return {
    balancedErrorPercent: errors.length === 0 ? null : sumOf(errors) / errors.length,
    constantErrorPercent: sampleCount === 0 ? null : (100 * (sampleCount - most)) / sampleCount,
    perClass,
    confusion: rows,
  };
}

/** Says that the chip has learned no more than which class is the most frequent; null where it has. */
export function majorityWarning(classes: ClassesRecord | null): string | null {
  if (classes === null) return null;
  const { perClass, balancedErrorPercent, constantErrorPercent, confusion } = classes;
  if (balancedErrorPercent === null || constantErrorPercent === null) return null;
  const sampleCount = sumOf(perClass.map(({ testSamples }) => testSamples));
  const rightCount = sumOf(confusion.map((row, label) => elementAt(row, label, 'confusion')));
  const error = (100 * (sampleCount - rightCount)) / sampleCount;
  if (error < constantErrorPercent) return null;
  const said = perClass.filter(({ saidSamples }) => saidSamples > 0);
  const most = perClass.reduce((so, row) => (row.testSamples > so.testSamples ? row : so));
  const balanced = `its balanced error, every class weighing the same, is ${balancedErrorPercent.toFixed(2)} %`;
  const alone = said.length === 1 ? said[0] : undefined;
  return alone === undefined
    ? `The chip is no better than always saying class ${most.class}, which is wrong on ${constantErrorPercent.toFixed(2)} % of the test samples; ${balanced}. Train longer, or with another learning rate.`
    : `The chip says class ${alone.class} of every test sample: its error of ${error.toFixed(2)} % is no better than the majority (${constantErrorPercent.toFixed(2)} %), and ${balanced}. Train longer, with another learning rate, or on as many samples of each class.`;
}
