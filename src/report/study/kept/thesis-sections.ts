import { markdownTable } from '../../../../firmware-sim/datasheet/markdown-table.js';
import { summariseMetric } from '../../../experiment/study/summarise.js';
import { printSetting } from '../../../units/printable.js';
import { formatNumber } from '../../kit/quantity.js';
import {
  groupOf,
  type KeptStudy,
  namesOf,
  renderOrigin,
  sharedBy,
  valuesOf,
} from './kept-study.js';
import { best, last } from './thesis-claims.js';
import type { ThesisStudies } from './thesis-studies.js';

const optimizerKey = 'reference.training.optimizer';
const rateKey = 'reference.training.learningRate';

/** How far values lie apart. */
function spreadOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The smallest mean error of a rule with an optimizer, over the learning rates that were tried. */
interface BestOverRates {
  readonly error: number;
  /** The best rate is the least or the greatest that was tried, so that one beyond it may be better. */
  readonly isAtEnd: boolean;
}

function bestOverRates(study: KeptStudy, name: string, optimizer: string): BestOverRates {
  const tried = study.groups
    .filter(({ point }) => point.name === name && point.settings[optimizerKey] === optimizer)
    .map((group) => ({
      rate: Number(group.point.settings[rateKey]),
      error: summariseMetric(group, best)?.mean ?? Infinity,
    }))
    .toSorted((one, other) => one.rate - other.rate);
  const error = Math.min(...tried.map((each) => each.error));
  const at = tried.findIndex((each) => each.error === error);
  return { error, isAtEnd: at === 0 || at === tried.length - 1 };
}

/** Whether the first rule, BP, depends on its optimizer more than all others; open where a rule was not given its best rate. */
function optimizersVerdict(
  rules: readonly { readonly bests: readonly BestOverRates[]; readonly spread: number }[],
): string {
  if (rules.some(({ bests }) => bests.some(({ isAtEnd }) => isAtEnd))) {
    return 'not decided, since a rate beyond those tried may move an optimizer of a rule,';
  }
  const [bp, ...others] = rules;
  const isMost = bp !== undefined && others.every(({ spread }) => spread < bp.spread);
  return isMost ? '**confirmed**' : '**not confirmed**';
}

/** How far the optimizers of a rule lie apart. */
export function optimizersSection(study: KeptStudy): string {
  const optimizers = valuesOf(study, optimizerKey);
  const rates = [
    ...new Set(study.groups.map(({ point }) => printSetting(point.settings[rateKey] ?? null))),
  ];
  const rules = namesOf(study).map((name) => {
    const bests = optimizers.map((optimizer) => bestOverRates(study, name, optimizer));
    return { name, bests, spread: spreadOf(bests.map(({ error }) => error)) };
  });
  const spreads = rules.map(({ name, spread }) => `${name} ${spread.toFixed(2)}`);
  return `${renderOrigin(study)}

Best test error in per cent, each optimizer at the best of η = ${rates.join(', ')}; "momentum" (0.9) is what the thesis calls SGD. With an asterisk: the
best η is the least or the greatest of them.

${markdownTable(
  ['rule', ...optimizers, 'spread'],
  rules.map(({ name, bests, spread }) => [
    name,
    ...bests.map(({ error, isAtEnd }) => `${error.toFixed(2)}${isAtEnd ? ' \\*' : ''}`),
    spread.toFixed(2),
  ]),
)}

The thesis: feed-forward-only rules depend less on the optimizer than BP. Here the optimizers lie apart by ${spreads.join(', ')} points: ${optimizersVerdict(rules)} with ${sharedBy(study, 'reference.training.epochs')} epochs of ${sharedBy(study, 'dataset.trainSamples')} samples,
where the best of ${String(rates.length)} rates stands for each optimizer. No interval is given of a best of several.
`;
}

const feedbackKey = 'training.feedback';

/** How far the distributions of B lie apart. */
export function feedbackSection(study: KeptStudy): string {
  const distributions = valuesOf(study, feedbackKey);
  const rows = namesOf(study).flatMap((name) =>
    valuesOf(study, optimizerKey).map((optimizer) => {
      const means = distributions.map((distribution) => {
        const settings = { [optimizerKey]: optimizer, [feedbackKey]: distribution };
        return summariseMetric(groupOf(study, name, settings), best)?.mean ?? Infinity;
      });
      const spread = spreadOf(means);
      const cells = [name, optimizer, ...[...means, spread].map((points) => points.toFixed(2))];
      return { optimizer, cells, spread };
    }),
  );
  const largest = Math.max(
    ...rows.filter(({ optimizer }) => optimizer === 'adam').map(({ spread }) => spread),
  );
  return `${renderOrigin(study)}

Best test error in per cent, mean over the seeds.

${markdownTable(
  ['rule', 'optimizer', ...distributions, 'spread'],
  rows.map(({ cells }) => cells),
)}

The thesis: the initialisations of B differ by at most about 1 point. Here, with Adam, by at most ${largest.toFixed(2)}: ${largest <= 1 ? '**confirmed**' : '**not confirmed**'} at three epochs. With Adam a factor on B changes nothing, so the three uniform or normal
distributions of equal shape are one; with momentum they are not.
`;
}

/** Bytes of a float. */
const floatBytes = 4;

function memoryRow(set: string, samples: number, classes: number): readonly string[] {
  const vector = samples * classes * floatBytes;
  return [
    set,
    `${formatNumber(vector / 1e6, 3)} MB`,
    `${formatNumber((samples * floatBytes) / 1e6, 3)} MB`,
    `${formatNumber(samples / 1e6, 3)} MB`,
  ];
}

/** Mean test error of the published runs after this number of epochs, with the number of runs. */
function publishedMean(published: ThesisStudies['published'], key: string, epochs: number): string {
  const errors = Object.entries(published)
    .filter(([name]) => name.startsWith(`${key}|`))
    .map(([, byEpoch]) => byEpoch[epochs - 1])
    .filter((error) => error !== undefined);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return errors.length === 0 ? '–' : `${mean.toFixed(2)} (n ${String(errors.length)})`;
}

/** The reference beside the published code, after as many epochs. */
export function publishedSection({ mnist, published }: ThesisStudies): string {
  const epochs = sharedBy(mnist, 'reference.training.epochs');
  const rows = ['FC1-500', 'FC2-500'].flatMap((topology) =>
    ['BP', 'DRTP', 'DEFP error', 'DEFP loss'].map((rule) => {
      const group = groupOf(mnist, `${topology} ${rule}`);
      const summary = summariseMetric(group, last);
      return [
        topology,
        rule,
        publishedMean(published, `${topology}|${rule.replace(' ', '-')}`, Number(epochs)),
        summary === null ? '–' : `${summary.mean.toFixed(2)} (n ${String(summary.n)})`,
      ];
    }),
  );
  return `Test error in per cent after ${epochs} epochs of the published PyTorch code (kept runs of it, \`reports/thesis/pytorch-curves.json\`), and of the float
reference of study thesis-mnist with the same settings and other seeds.

${markdownTable(['topology', 'rule', 'published code', 'here'], rows)}
`;
}

/** Bytes of the delayed errors of the thesis's data sets. */
export function delayedErrorSection(): string {
  const sets = [
    ['synthetic, 25,000', 25_000],
    ['MNIST, 60,000', 60_000],
    ['CIFAR-10, 50,000', 50_000],
  ] as const;
  return `## What the delayed error costs

The thesis: 1 to 2.3 MB. Samples × classes × 4 bytes, beside one value a sample (which is all that the label's row needs), as a float and in 8 bits:

${markdownTable(
  ['set', 'vector, float', 'one value, float', 'one value, 8 bits'],
  sets.map(([set, samples]) => memoryRow(set, samples, 10)),
)}

**Confirmed** (2.4 MB are 2.29 MiB), and a tenth of it does.
`;
}
