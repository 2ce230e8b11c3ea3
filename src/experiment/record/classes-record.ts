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

/** The most frequent class, and the error of always saying it, per cent; null without samples. */
function majorityOf(testCounts: readonly number[]): { most: number; errorPercent: number } | null {
  const sampleCount = sumOf(testCounts);
  if (sampleCount === 0) return null;
  const most = testCounts.reduce(
    (so, count, label) => (count > elementAt(testCounts, so, 'counts') ? label : so),
    0,
  );
  const mostCount = elementAt(testCounts, most, 'counts');
  return { most, errorPercent: (100 * (sampleCount - mostCount)) / sampleCount };
}

/**
 * Says that the chip has learned no more than which class is the most frequent; null where it has.
 * @param isExplained another warning says why, and what to do
 */
export function majorityWarning(
  classes: ClassesRecord | null,
  isExplained: boolean,
): string | null {
  if (classes === null) return null;
  const { perClass, balancedErrorPercent, confusion } = classes;
  const majority = majorityOf(perClass.map(({ testSamples }) => testSamples));
  if (balancedErrorPercent === null || majority === null) return null;
  const sampleCount = sumOf(perClass.map(({ testSamples }) => testSamples));
  const rightCount = sumOf(confusion.map((row, label) => elementAt(row, label, 'confusion')));
  const error = (100 * (sampleCount - rightCount)) / sampleCount;
  if (error < majority.errorPercent) return null;
  const said = perClass.filter(({ saidSamples }) => saidSamples > 0);
  const constant = `${majority.errorPercent.toFixed(2)} %`;
  const balanced = `its balanced error, every class weighing the same, is ${balancedErrorPercent.toFixed(2)} %`;
  const alone = said.length === 1 ? said[0] : undefined;
  const [fact, remedy] =
    alone === undefined
      ? [
          `The chip is no better than always saying class ${majority.most}, which is wrong on ${constant} of the test samples; ${balanced}.`,
          'Train longer, or with another learning rate.',
        ]
      : [
          `The chip says class ${alone.class} of every test sample: its error of ${error.toFixed(2)} % is no better than the majority (${constant}), and ${balanced}.`,
          'Train longer, with another learning rate, or on as many samples of each class.',
        ];
  return isExplained ? fact : `${fact} ${remedy}`;
}

/**
 * Says that the float reference is no measure of the chip, for it has learned no more than which class is the most frequent;
 * null where it has, or where there is none.
 * @param testErrorPercent of the reference after its last epoch
 * @param isExplained another warning says why, and what to do
 */
export function idleReferenceWarning(
  { test }: DatasetParts,
  testErrorPercent: number | null,
  isExplained: boolean,
): string | null {
  const majority = majorityOf([...countLabels(test.labels, test.classCount)]);
  if (testErrorPercent === null || majority === null) return null;
  // Of errors that are the same count of samples the last digits may differ.
  if (testErrorPercent < majority.errorPercent - 1e-9) return null;
  const fact = `The float reference, with an error of ${testErrorPercent.toFixed(2)} %, is no better than always saying class ${majority.most} (${majority.errorPercent.toFixed(2)} %): points lost to it do not say what fixed point costs.`;
  return isExplained
    ? fact
    : `${fact} Train longer, or give it another step with reference.training.learningRate.`;
}
