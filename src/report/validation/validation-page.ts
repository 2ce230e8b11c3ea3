import { printFigure } from '../../experiment/validation/figure.js';
import type { ChipValidation, Verdict } from '../../experiment/validation/validate.js';
import { escapeMarkdown } from '../kit/markdown.js';
import type { SramComparison } from '../../hardware/sram/sram-witnesses.js';
import type { SourcedFigure } from '../../hardware/provenance.js';
import { provenanceSection } from './provenance-section.js';
import { overheadSection } from './overhead-section.js';
import { sramWitnessSection } from './sram-witness-section.js';
import { printError, tally, verdictTable } from './validation-figures.js';

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

/** What a predicted area is of the chip file's, which `models show` says; nothing for other figures. */
function areaLines({ predicted: { account } }: Verdict, chip: string): readonly string[] {
  if (account === undefined) return [];
  const { chipMm2, takenMm2, leftOut } = account;
  const whole = `\`models show ${chip}\` says ${printArea(chipMm2)} of the same file`;
  if (leftOut === null) return [`- ${whole}; this figure is of a part of it.`];
  if (leftOut.length === 0) return [`- ${whole}: nothing is left out.`];
  return [
    `- ${whole}; ${printArea(takenMm2)} of it is taken here. Left out, or counted more often:`,
    ...leftOut.map(({ component, kind, cores, areaMm2, why }) => {
      const many = `${Math.abs(cores)} ${Math.abs(cores) === 1 ? 'core' : 'cores'}`;
      const what = cores > 0 ? `less ${many}` : `${many} more`;
      return `  - ${kind === null ? component : `${component} of kind ${kind}`}, ${what}, ${printArea(Math.abs(areaMm2))}: ${escapeMarkdown(why)}`;
    }),
  ];
}

/** What an energy leaves out; nothing where all of it has a price. */
function unpricedLines({ predicted: { unpriced = [] } }: Verdict): readonly string[] {
  return unpriced.length === 0
    ? []
    : [`- Without ${unpriced.join(', ')}, which have no price on this chip and are not in it.`];
}

function printArea(areaMm2: number): string {
  return printFigure({ quantity: 'area', value: areaMm2 });
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
    ...areaLines(verdict, chip),
    ...unpricedLines(verdict),
    `- ${publishedLine(verdict)}`,
    ...commandLine(verdict),
    '- It rests on',
    ...constantLines(verdict),
    '',
  ];
}

/** `docs/validation.md`: every prediction, its error, and what it rests on; then published memories. */
export function renderValidation(
  validations: readonly ChipValidation[],
  memories: readonly SramComparison[],
  figures: readonly SourcedFigure[],
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
    ...verdictTable(validations, () => true),
    '',
    ...overheadSection(validations),
    '## Where it is wrong',
    '',
    ...sections(false),
    '## Where it is right',
    '',
    ...sections(true),
    ...sramWitnessSection(memories),
    ...provenanceSection(figures),
    '## What is not predicted',
    '',
    ...notPredicted,
    '',
  ].join('\n');
}
