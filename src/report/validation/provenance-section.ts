import { provenances } from '../../hardware/price-schema.js';
import type { SourcedFigure } from '../../hardware/provenance.js';
import { escapeMarkdown, markdownTable } from '../kit/markdown.js';

/** "Where prices and areas come from" of `docs/validation.md`: every figure that a shipped file states, and how it was read. */
export function provenanceSection(figures: readonly SourcedFigure[]): readonly string[] {
  const counts = Object.keys(provenances).map((name) => {
    const count = figures.filter(({ provenance }) => provenance === name).length;
    return `${name} ${count}`;
  });
  return [
    '## Where prices and areas come from',
    '',
    `Of ${figures.length} figures of shipped technologies and chips: ${counts.join(', ')}. Published results above say how they were read`,
    'beside each; published memories in their table.',
    '',
    ...Object.entries(provenances).map(([name, meaning]) => `- **${name}**: ${meaning}.`),
    '',
    ...markdownTable(
      ['file', 'figure', 'kind', 'read', 'source'],
      figures.map(({ file, name, kind, provenance, source }) => [
        file,
        name,
        kind ?? 'table',
        provenance ?? 'not said',
        escapeMarkdown(source),
      ]),
    ),
    '',
  ];
}
