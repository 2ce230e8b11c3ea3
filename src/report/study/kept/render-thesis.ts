import { renderOrigin, sectionOf } from './kept-study.js';
import { claimsTable, errorsTable } from './thesis-claims.js';
import {
  delayedErrorSection,
  feedbackSection,
  optimizersSection,
  publishedSection,
} from './thesis-sections.js';
import { figuresSection } from './thesis-figures.js';
import type { ThesisStudies } from './thesis-studies.js';

/** The text of `docs/thesis.md`. */
export function renderThesis(studies: ThesisStudies): string {
  const { mnist, synthetic, cifar10, convolution, optimizers, feedback, slots } = studies;
  const origins = [
    ['MNIST', mnist],
    ['Synthetic', synthetic],
    ['CIFAR-10', cifar10],
    ['Convolutional', convolution],
  ] as const;
  const sections = [
    sectionOf('Against the published code', [mnist], () => publishedSection(studies)),
    ...origins.map(([title, study]) =>
      sectionOf(title, [study], () => `${renderOrigin(study)}\n\n${errorsTable(study)}\n`),
    ),
    sectionOf('Does a rule depend on its optimizer?', [optimizers], () =>
      optimizersSection(optimizers),
    ),
    sectionOf('Does it matter what B is drawn from?', [feedback], () => feedbackSection(feedback)),
  ];
  return `# The thesis, and what comes out here

What K. Flügel, _Feed-Forward-Only Training of Neural Networks_ (KIT 2021), found, and what comes out here. This page is written from the studies under
\`reports/thesis\` by \`npm run studies\`. The thesis itself could not be opened when this was made: its claims are taken from notes on its text, not read
off its figures. Epochs are fewer than its 100 to 500: what says _confirmed_ is confirmed at these.

A difference is that of the best test errors, in points, paired by seed, with its 95 % interval; it is below 0 where the claim holds. The best is chosen
on the test set, as in the thesis; the last error stands beside it below.

${claimsTable(studies)}

${figuresSection(studies)}
${sections.join('\n')}
${delayedErrorSection()}
## Pipelined layers

The thesis (6.5 to 6.10): four layers and four batches take 32 slots locked, 11 pipelined, S 2.91, E 0.73. \`npx spikeledger pipeline --layers 4 --batches 4\`:
${String(slots.locked)}, ${String(slots.pipelined)}, ${slots.speedUp.toFixed(2)}, ${slots.efficiency.toFixed(2)}: **confirmed**.

## Not testable here

CIFAR-10 beyond FC1-500 and a few epochs (its trainings take days on a processor), the times of training on its GPUs, its 100 to 500 epochs.
`;
}
