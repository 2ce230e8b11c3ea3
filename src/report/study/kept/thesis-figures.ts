import { markdownTable } from '../../../../firmware-sim/datasheet/markdown-table.js';
import type { KeptStudy } from './kept-study.js';
import { verdictsOf } from './thesis-claims.js';
import type { ThesisStudies } from './thesis-studies.js';

/** A figure of the thesis, whose sweep file is `examples/thesis/figure-<number>.yaml`. */
interface ThesisFigure {
  readonly number: string;
  /** What it is assumed to show. */
  readonly shows: string;
  /** The kept study that answers it; null: none does. */
  readonly study: 'synthetic' | 'mnist' | 'cifar10' | 'convolution' | 'feedback' | null;
  /** What the kept study has otherwise. */
  readonly differs: string;
}

const fewer = 'fewer epochs';

/** Which figure shows what is assumed, for the thesis could not be opened; only of 5.7 and 5.8 notes say it. */
export const figures: readonly ThesisFigure[] = [
  {
    number: '5.2',
    shows: 'test error of the rules, synthetic FC3-500',
    study: 'synthetic',
    differs: `${fewer} than 500; the chip beside it`,
  },
  {
    number: '5.3',
    shows: 'test error of the rules, MNIST, fully connected',
    study: 'mnist',
    differs: `${fewer} than 100; 500 neurons a layer alone; the chip beside it`,
  },
  {
    number: '5.4',
    shows: 'test error of the rules, CIFAR-10, fully connected',
    study: 'cifar10',
    differs: `FC1-500 alone; ${fewer} than 200; fewer samples`,
  },
  {
    number: '5.5',
    shows: 'test error of the rules, convolutional',
    study: 'convolution',
    differs: `MNIST alone; without DEFP loss; ${fewer} than 100; fewer samples`,
  },
  {
    number: '5.6',
    shows: 'test error by what B is drawn from',
    study: 'feedback',
    differs: `${fewer} than 100; fewer samples`,
  },
  { number: '5.7', shows: 'time of an epoch by rule on its topologies', study: null, differs: '' },
  {
    number: '5.8',
    shows: 'time of an epoch by rule on its extreme topologies',
    study: null,
    differs: '',
  },
];

/** `n 3; float 10 epochs`. */
function sizeOf({ groups }: KeptStudy): string {
  const n = Math.max(0, ...groups.map(({ done }) => done.size));
  const epochs = new Set(groups.map(({ point }) => point.settings['reference.training.epochs']));
  return `n ${String(n)}; float ${[...epochs].map(String).join(', ')} epochs`;
}

function verdictOf({ study, number }: ThesisFigure, studies: ThesisStudies): string {
  if (study === null) return 'not testable here: times of its GPUs';
  if (studies[study].groups.length === 0) return 'not run yet';
  // What its section says in words.
  if (study === 'feedback')
    return 'see [what B is drawn from](#does-it-matter-what-b-is-drawn-from)';
  const verdicts = verdictsOf(studies, studies[study]);
  if (verdicts.length === 0) throw new RangeError(`figure ${number}: its study has no claims`);
  return verdicts.join('; ');
}

/** Each figure of chapter 5, the sweep that would draw it, the kept study that answers it, and its verdict. */
export function figuresSection(studies: ThesisStudies): string {
  const rows = figures.map((figure) => {
    const { number, shows, study, differs } = figure;
    const kept = study === null ? null : studies[study];
    return [
      `[${number}](../examples/thesis/figure-${number}.yaml)`,
      shows,
      kept === null ? '–' : `\`${kept.folder}\``,
      kept === null || kept.groups.length === 0 ? '–' : sizeOf(kept),
      differs === '' ? '–' : differs,
      verdictOf(figure, studies),
    ];
  });
  const head = ['figure', 'assumed to show', 'kept study', 'run with', 'differs by', 'verdict'];
  return `## The figures of chapter 5

Which figure shows what is **our assumption**: the thesis could not be opened. Of 5.7 and 5.8 notes say that they show the time of an epoch by rule, on its
topologies and on extreme ones; 5.2 to 5.6 were assigned by us. A sweep file has the epochs of the thesis and takes hours to weeks; the kept study is what
was run here. Its verdict counts the claims of the table above.

${markdownTable(head, rows)}
`;
}
