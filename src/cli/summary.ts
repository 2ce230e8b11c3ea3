import { hasChip, type RunRecord } from '../experiment/record/run-record.js';
import { deploymentSentence } from '../report/run/sections/power-section.js';
import { figuresOf, referenceAnswer } from '../report/run/reference-summary.js';
import { answer, bandSentence } from '../report/run/summary.js';

/** What `run` prints when it is done: the key figures, the answer in a sentence, and where the report is. */
export function summaryLines(result: RunRecord, reportFile: string): readonly string[] {
  const figures = figuresOf(result);
  const isOfChip = hasChip(result);
  const deployment = isOfChip ? deploymentSentence(result) : null;
  const width = Math.max(...figures.map(({ label }) => label.length));
  return [
    ...figures.map(({ label, value }) => `${label.padEnd(width)}  ${value}`),
    '',
    isOfChip ? answer(result) : referenceAnswer({ ...result, perSample: null }),
    ...result.warnings.map((warning) => `Warning: ${warning}`),
    ...(isOfChip ? [bandSentence] : []),
    ...(deployment === null ? [] : [deployment]),
    ...result.notes.map((note) => `Note: ${note}`),
    '',
    `Report: ${reportFile}`,
  ];
}
