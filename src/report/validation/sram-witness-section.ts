import {
  type SramComparison,
  witnessBases,
  witnessFigures,
} from '../../hardware/sram/sram-witnesses.js';
import { printQuantity } from '../../units/quantity.js';
import { escapeMarkdown, markdownTable } from '../kit/markdown.js';

/** Whether the published figure lies in the band of the price; a leakage has none. */
function isInside({ figure, published, model }: SramComparison): boolean | null {
  return figure === 'leakage' ? null : model.low <= published && published <= model.high;
}

/** Published over modelled; null where there is no such number: nothing is modelled, or it is beyond all numbers. */
function ratioOf({ published, model }: SramComparison): number | null {
  const ratio = published / model.value;
  return Number.isFinite(ratio) ? ratio : null;
}

function row(comparison: SramComparison): readonly string[] {
  const { witness, figure, wordBits, published, model } = comparison;
  const print = (value: number): string => printQuantity(value, witnessFigures[figure]);
  const inside = isInside(comparison);
  return [
    escapeMarkdown(witness.name),
    `${witness.voltage} V`,
    witness.word.from === witness.word.to ? `${wordBits} bit` : `${wordBits} bit, not stated`,
    figure,
    print(published),
    print(model.value),
    ratioOf(comparison)?.toPrecision(3) ?? '–',
    inside === null ? '–' : inside ? 'inside' : 'OUTSIDE',
    witness.basis,
    witness.provenance,
  ];
}

function rangeWords(comparisons: readonly SramComparison[]): string {
  const ratios = comparisons.flatMap((comparison) => ratioOf(comparison) ?? []);
  if (ratios.length === 0) return '';
  const print = (value: number): string => value.toPrecision(2);
  return `; published over modelled ${print(Math.min(...ratios))} to ${print(Math.max(...ratios))}`;
}

/** A figure of a macro whose word is not stated is inside where one end of what the word may be is. */
function tallyOf(comparisons: readonly SramComparison[], what: string): string {
  const nameOf = ({ witness, figure }: SramComparison): string => `${witness.name}: ${figure}`;
  const names = new Set(comparisons.map(nameOf));
  const inside = new Set(comparisons.filter((one) => isInside(one) === true).map(nameOf));
  return `${what}: ${inside.size} of ${names.size} inside the band${rangeWords(comparisons)}.`;
}

/** "Memories against silicon" of `docs/validation.md`: every published macro against the table of SRAM. */
export function sramWitnessSection(comparisons: readonly SramComparison[]): readonly string[] {
  const energies = comparisons.filter(({ figure }) => witnessFigures[figure] === 'energy');
  const areas = comparisons.filter(({ figure }) => figure === 'area');
  const witnesses = [...new Set(comparisons.map(({ witness }) => witness))];
  return [
    '## Memories against silicon',
    '',
    'Published SRAM macros (`hardware-models/technologies/sram-witnesses.yaml`) against what the generic technologies say of the',
    'same capacity, word, node and supply. Nothing in their table is from one of these. Where a source does not state the word,',
    'both ends of what it may be are compared, and one of them inside the band is enough. The bands of the prices are set so that all',
    'lie inside; the prices are not. Nodes that the table lacks are scaled from the nearest, as the file says.',
    '',
    `- ${tallyOf(energies, 'Energies')}`,
    `- ${tallyOf(areas, 'Areas')}`,
    '',
    ...markdownTable(
      ['macro', 'supply', 'word', 'figure', 'published', 'model', 'ratio', 'band', 'basis', 'read'],
      comparisons.map(row),
    ),
    '',
    ...Object.entries(witnessBases).map(([basis, meaning]) => `- **${basis}**: ${meaning}.`),
    ...witnesses.map(
      ({ name, source, reading }) =>
        `- ${escapeMarkdown(name)}: ${escapeMarkdown(source)} ${escapeMarkdown(reading)}`,
    ),
    '',
  ];
}
