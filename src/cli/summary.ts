import type { ResultRecord } from '../experiment/record/result-record.js';
import { deploymentSentence } from '../report/run/sections/power-section.js';
import { answer, bandSentence, summaryFigures } from '../report/run/summary.js';

/** What `run` prints when it is done: the key figures, the answer in a sentence, and where the report is. */
export function summaryLines(result: ResultRecord, reportFile: string): readonly string[] {
  const figures = summaryFigures(result);
  const deployment = deploymentSentence(result);
  const width = Math.max(...figures.map(({ label }) => label.length));
  return [
    ...figures.map(({ label, value }) => `${label.padEnd(width)}  ${value}`),
    '',
    answer(result),
    ...result.warnings.map((warning) => `Warning: ${warning}`),
    bandSentence,
    ...(deployment === null ? [] : [deployment]),
    ...result.notes.map((note) => `Note: ${note}`),
    '',
    `Report: ${reportFile}`,
  ];
}
