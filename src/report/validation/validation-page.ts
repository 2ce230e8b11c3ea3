import { printFigure } from '../../experiment/validation/figure.js';
import type { ChipValidation, Verdict } from '../../experiment/validation/validate.js';
import { escapeMarkdown, markdownTable } from '../kit/markdown.js';
import type { SramComparison } from '../../hardware/sram/sram-witnesses.js';
import { sramWitnessSection } from './sram-witness-section.js';
import { printError, tally, verdictColumns } from './validation-figures.js';

/** How far off, in words. */
function errorWords({ claim, predicted, errorPercent, isWithin }: Verdict): string {
  const given = `Predicted ${printFigure(predicted)}, published ${printFigure(claim.published.value)}`;
  if (errorPercent === 0) return `${given}: exact.`;
  const much = printError(Math.abs(errorPercent)).slice(1);
  const direction = errorPercent > 0 ? 'too high' : 'too low';
  const limit = isWithin ? 'within' : 'outside';
  return `${given}: ${much} ${direction}, ${limit} the ${claim.tolerancePercent} % written beforehand.`;
}

function constantLines({ claim }: Verdict): readonly string[] {
  return claim.constants.map(
    ({ name, basis, from }) => `  - ${escapeMarkdown(name)}, ${basis}: ${escapeMarkdown(from)}`,
  );
}

function publishedLine({ claim, row }: Verdict): string {
  const quoted = `${row.chip}, “${escapeMarkdown(claim.published.figure)}”`;
  return `Published: ${quoted} (${row.status}: ${row.statusMeaning}). ${escapeMarkdown(row.source)}.`;
}

function commandLine({ claim: { prediction } }: Verdict): readonly string[] {
  return prediction.kind === 'result' ? [`- Made by \`${prediction.command}\`.`] : [];
}

function verdictSection(chip: string, verdict: Verdict): readonly string[] {
  const { claim } = verdict;
  const reading = claim.reading === undefined ? [] : [`- ${escapeMarkdown(claim.reading)}`];
  return [
    `#### ${chip}: ${escapeMarkdown(claim.what)}`,
    '',
    `- ${errorWords(verdict)}`,
    ...reading,
    `- ${escapeMarkdown(claim.note)}`,
    `- ${publishedLine(verdict)}`,
    ...commandLine(verdict),
    '- It rests on',
    ...constantLines(verdict),
    '',
  ];
}

function table(
  validations: readonly ChipValidation[],
  keep: (verdict: Verdict) => boolean = () => true,
): readonly string[] {
  const labels = ['chip', ...verdictColumns.map(({ label }) => label)];
  const rows = validations.flatMap(({ chip, verdicts }) =>
    verdicts
      .filter(keep)
      .map((verdict) => [
        chip.name,
        ...verdictColumns.map(({ cell }) => escapeMarkdown(cell(verdict))),
      ]),
  );
  return markdownTable(labels, rows);
}

/** Whether a figure says what a chip that learns has or takes more than one that does not. */
function isOverhead({ claim: { prediction } }: Verdict): boolean {
  return (
    prediction.kind === 'overhead' ||
    (prediction.kind === 'estimate' && prediction.figure === 'learningEnergyOverhead')
  );
}

/** What learning adds, published against predicted. */
function overheadSection(validations: readonly ChipValidation[]): readonly string[] {
  const chips = validations.filter(({ verdicts }) => verdicts.some(isOverhead)).length;
  return [
    '## What learning adds',
    '',
    `The figures above that compare a chip that learns with itself without learning, of ${chips} chips. Whether the model puts chips in`,
    'the right order is not said: that takes one kind of figure of several chips.',
    '',
    ...table(validations, isOverhead),
    '',
  ];
}

/** `docs/validation.md`: every prediction, its error, and what it rests on; then published memories. */
export function renderValidation(
  validations: readonly ChipValidation[],
  memories: readonly SramComparison[],
): string {
  const all = validations.flatMap(({ verdicts }) => verdicts);
  const sections = (isWithin: boolean): readonly string[] =>
    validations.flatMap(({ chip, verdicts }) =>
      verdicts
        .filter((verdict) => verdict.isWithin === isWithin)
        .flatMap((verdict) => verdictSection(chip.name, verdict)),
    );
  const notPredicted = validations.flatMap((validation) =>
    validation.notPredicted.map(
      ({ row, why }) =>
        `- ${row.chip}, “${escapeMarkdown(row.figure)}” (${row.status}): ${escapeMarkdown(why)}`,
    ),
  );
  return [
    '# Where the model is right, where it is wrong',
    '',
    'Published results of chips against what `spikeledger validate` predicts of them. This page is generated from the same',
    'functions (`npm run validation`) and says the error whatever it is. Claims, constants and tolerances are those of',
    '`hardware-models/validation/`; tolerances were committed before the predictions were first computed.',
    '',
    '**Blind**: no price, area or width in it is from that chip. **Calibrated**: something is from another figure of that chip,',
    'or recalled of it. **Fitted**: something was made from this very figure, so that agreement only shows that the parts are put',
    'together rightly. The worst of its constants decides. The structure of a chip (memories, ports, lanes) is its own always.',
    'Errors are relative to the published figure, those of percentages too: 10 % predicted where 20 % is published is −50 %.',
    '',
    tally(all),
    '',
    ...table(validations),
    '',
    ...overheadSection(validations),
    '## Where it is wrong',
    '',
    ...sections(false),
    '## Where it is right',
    '',
    ...sections(true),
    ...sramWitnessSection(memories),
    '## What is not predicted',
    '',
    ...notPredicted,
    '',
  ].join('\n');
}
