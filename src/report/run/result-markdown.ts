import type { ResultRecord } from '../../experiment/record/result-record.js';
import { decisivePrices, priceName } from './decisive-prices.js';
import { experimentName } from '../kit/experiment-facts.js';
import { escapeMarkdown } from '../kit/markdown.js';
import { deploymentSentence } from './sections/power-section.js';
import { formatEnergy, formatEnergyBand } from '../kit/quantity.js';
import { answer, bandSentence, summaryFigures } from './summary.js';

/** The prices that move the energy of a training sample most, as a table; nothing in an older record. */
function sensitivityLines(result: ResultRecord): readonly string[] {
  const prices = decisivePrices(result, 'training');
  if (prices.length === 0) return [];
  const rows = prices.map((price) => {
    const band = formatEnergyBand(1000 * price.totalLowNj, 1000 * price.totalHighNj);
    return `| ${escapeMarkdown(priceName(price))} | ${price.priceKind} | ${formatEnergy(1000 * price.energyNj)} | ${band} |`;
  });
  return [
    '',
    '| price that matters most | kind | its part of a training sample | training sample, this price alone low–high |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

/** The key figures of a result as Markdown, for a README. */
export function renderMarkdown(result: ResultRecord): string {
  const rows = summaryFigures(result).map(
    ({ label, value }) => `| ${label} | ${escapeMarkdown(value)} |`,
  );
  const deployment = deploymentSentence(result);
  const unpriced =
    result.unpriced.length === 0
      ? []
      : ['', `Unpriced: ${result.unpriced.map(escapeMarkdown).join(', ')}.`];
  return [
    `## ${escapeMarkdown(experimentName(result))}`,
    '',
    escapeMarkdown(answer(result)),
    '',
    ...result.warnings.flatMap((warning) => [`**Warning:** ${escapeMarkdown(warning)}`, '']),
    '| figure | value |',
    '| --- | --- |',
    ...rows,
    ...sensitivityLines(result),
    '',
    bandSentence,
    ...(deployment === null ? [] : ['', deployment]),
    ...unpriced,
    '',
  ].join('\n');
}
