import type { PointGroup } from '../../experiment/study/summarise.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { formatCount } from '../kit/quantity.js';
import { type Column, renderPlainTable } from '../kit/table.js';

/** A warning that runs have, which may differ in its shares and classes from run to run. */
interface SharedWarning {
  /** As the first of the runs has it. */
  readonly text: string;
  readonly runs: number;
  /** Labels of the groups with such a run. */
  readonly labels: readonly string[];
}

/** What a warning is without what differs from seed to seed. */
function kindOf(warning: string): string {
  return warning.replaceAll(/\d[\d.]* %/g, '# %').replaceAll(/\bclass \d+/g, 'class #');
}

/** The warnings of a group by kind, each as the first of its runs has it. */
export function groupWarnings({ done }: PointGroup): readonly string[] {
  const all = [...done.values()].flatMap(({ figures }) => figures.warnings);
  return [...new Map(all.toReversed().map((text) => [kindOf(text), text])).values()].toReversed();
}

/** Warnings of all runs by kind, those of most runs first. */
function sharedWarnings(groups: readonly PointGroup[]): readonly SharedWarning[] {
  const found = new Map<string, SharedWarning>();
  for (const { label, done } of groups) {
    for (const { figures } of done.values()) {
      for (const text of figures.warnings) {
        const kind = kindOf(text);
        const known = found.get(kind) ?? { text, runs: 0, labels: [] };
        const labels = known.labels.at(-1) === label ? known.labels : [...known.labels, label];
        found.set(kind, { ...known, runs: known.runs + 1, labels });
      }
    }
  }
  return [...found.values()].sort((left, right) => right.runs - left.runs);
}

/** `4 of 8 runs have warnings`; null where none has. */
export function warningsText(groups: readonly PointGroup[]): string | null {
  const runs = groups.flatMap(({ done }) => [...done.values()]);
  const warned = runs.filter(({ figures }) => figures.warnings.length > 0).length;
  if (warned === 0) return null;
  const have = warned === 1 ? 'has' : 'have';
  return `${formatCount(warned)} of ${formatCount(runs.length)} runs ${have} warnings`;
}

/** Points that are named of each warning. */
const mostNamed = 6;

const columns: readonly Column<SharedWarning>[] = [
  {
    label: 'warning',
    unit: '',
    explanation: 'As the first of the runs has it: in others its shares and classes may differ.',
    isNumeric: false,
    cell: ({ text }) => text,
  },
  {
    label: 'runs',
    unit: '',
    explanation: 'Runs that have it.',
    isNumeric: true,
    cell: ({ runs }) => formatCount(runs),
  },
  {
    label: 'points',
    unit: '',
    explanation: `Points that have such runs, the first ${String(mostNamed)} by name.`,
    isNumeric: false,
    cell: ({ labels }) => {
      const rest = labels.length - mostNamed;
      const more = rest > 0 ? `; and ${formatCount(rest)} more` : '';
      return `${labels.slice(0, mostNamed).join('; ')}${more}`;
    },
  },
];

/** What the runs of a study warn of; nothing where none does. */
export function renderRunWarnings(groups: readonly PointGroup[]): Markup {
  const warnings = sharedWarnings(groups);
  return warnings.length === 0
    ? noMarkup
    : markup`<section><h2>Warnings of the runs</h2>${renderPlainTable('Warnings of the runs', columns, warnings)}</section>`;
}

/** Points, by label and seed, whose float reference diverged: no points lost are known of them. */
export function divergedSentences(groups: readonly PointGroup[]): readonly string[] {
  return groups.flatMap(({ label, done }) =>
    [...done].flatMap(([seed, { figures }]) => {
      const { divergedInEpoch: epoch } = figures;
      if (epoch === null) return [];
      return [`${label}, seed ${seed}: the float reference diverged in epoch ${epoch}`];
    }),
  );
}

/** Says that points lost compare two trainings, where the float reference was trained otherwise than the chip; null: nowhere. */
export function trainedOtherwise(groups: readonly PointGroup[]): string | null {
  const runs = groups.flatMap(({ done }) => [...done.values()]);
  const differing = runs
    .map(({ figures }) => (figures.lossPoints === null ? [] : figures.referenceDiffers))
    .filter((keys) => keys.length > 0);
  if (differing.length === 0) return null;
  const keys = [...new Set(differing.flat())].join(', ');
  return `The float reference of ${differing.length} of ${runs.length} runs was trained otherwise than the chip (${keys}): points lost compare two trainings there, not two number formats.`;
}
