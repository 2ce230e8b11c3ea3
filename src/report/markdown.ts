import type { ResultRecord } from '../experiment/result-record.js';
import { experimentName } from './experiment-facts.js';
import { answer, summaryFigures } from './summary.js';

/** Text that Markdown shows as itself, also in a table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\|<>&*_`[\]#]/g, (character) => `\\${character}`)
    .replace(/\s*\n\s*/g, ' ');
}

/** The key figures of a result as Markdown, for a README. */
export function renderMarkdown(result: ResultRecord): string {
  const rows = summaryFigures(result).map(
    ({ label, value }) => `| ${label} | ${escapeMarkdown(value)} |`,
  );
  const unpriced =
    result.unpriced.length === 0
      ? []
      : ['', `Unpriced: ${result.unpriced.map(escapeMarkdown).join(', ')}.`];
  return [
    `## ${escapeMarkdown(experimentName(result))}`,
    '',
    escapeMarkdown(answer(result)),
    '',
    '| figure | value |',
    '| --- | --- |',
    ...rows,
    ...unpriced,
    '',
  ].join('\n');
}
