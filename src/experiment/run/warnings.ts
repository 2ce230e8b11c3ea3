import type { Component } from '../../ledger/components.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';
import { byteWarning, inputWarning, missingClassWarning, percentOf } from './data-warnings.js';

/*
 * What would mislead a reader of the headline: said in the terminal before training where it is known then, at the top of
 * the report, and in the record.
 */

/** Share of saturated writes above which a memory no longer holds what the rule says. */
const saturatedLimit = 0.5;

/** What is known to mislead before anything is trained. */
export function warningsBefore(prepared: PreparedExperiment): readonly string[] {
  return [inputWarning(prepared), byteWarning(prepared), missingClassWarning(prepared)].filter(
    (warning) => warning !== null,
  );
}

type FixedPoint = ResultRecord['fixedPoint'][number];

/** Writes of the run `training` to a memory, whole chip. */
function writesOf(ledger: ResultRecord['ledger'], component: Component): number {
  return ledger
    .filter(
      (row) => row.run === 'training' && row.component === component && row.action === 'write',
    )
    .reduce((sum, { count }) => sum + count, 0);
}

function saturationWarning(row: FixedPoint, writes: number, what: string): string | null {
  const { saturations, layer, tensor } = row;
  if (saturations === null || saturations <= saturatedLimit * writes) return null;
  return `${what} of layer ${layer} saturates in ${percentOf(saturations, writes)} of its writes: the chip does not learn with the rule that is named, but with one whose ${what} is constant; give precision.${tensor} more range.`;
}

/** Memories most of whose writes saturated: what they hold is the end of their range, not what the rule says. */
export function saturationWarnings({
  fixedPoint,
  ledger,
}: Pick<ResultRecord, 'fixedPoint' | 'ledger'>): readonly string[] {
  const delayed = writesOf(ledger, 'delayedError');
  return fixedPoint
    .filter(({ tensor }) => tensor === 'delayedError' && delayed > 0)
    .map((row) => saturationWarning(row, delayed, 'the delayed error'))
    .filter((warning) => warning !== null);
}

/** Says that there is nothing to compare the chip with; null where the reference ended with finite weights. */
export function divergenceWarning({ reference }: ResultRecord['accuracy']): string | null {
  const epoch = reference?.divergedInEpoch ?? null;
  return epoch === null
    ? null
    : `The float reference diverged in epoch ${epoch}: its weights are no finite numbers, so there is no error of it and no points lost; give it a smaller step with reference.training.learningRate.`;
}
