import { readPublishedRows } from '../experiment/validation/published-rows.js';
import { listValidations, readValidation } from '../experiment/validation/read-validation.js';
import { type ChipValidation, validateChip } from '../experiment/validation/validate.js';
import { tally, verdictColumns } from '../report/validation/validation-figures.js';
import { toolCommit, toolVersion } from '../tool-version.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

/** Options of `validate`. */
export interface ValidateOptions {
  readonly json?: boolean;
}

/** Every prediction of these chips, all shipped ones if none is named. @throws InputError */
export async function validateAll(names: readonly string[]): Promise<readonly ChipValidation[]> {
  const published = readPublishedRows();
  // All files are read before anything is computed: wrong input is said at once.
  const files = (names.length === 0 ? listValidations() : names).map((name) =>
    readValidation(name, published),
  );
  const validations: ChipValidation[] = [];
  for (const file of files) validations.push(await validateChip(file));
  return validations;
}

/** Base units by quantity, as `src/units` has them. */
const unitOf = {
  power: 'uW',
  energy: 'pJ',
  time: 'ns',
  area: 'mm^2',
  percent: '%',
  cycles: 'cycles',
  accesses: 'accesses',
};

/** `spikeledger.validation/1`. */
function validationRecord(validations: readonly ChipValidation[]): unknown {
  return {
    schema: 'spikeledger.validation/1',
    tool: { version: toolVersion(), commit: toolCommit() },
    claims: validations.flatMap(({ chip, verdicts }) =>
      verdicts.map(({ claim, row, predicted, errorPercent, basis, isWithin }) => ({
        chip: chip.name,
        hash: chip.hash,
        claim: claim.name,
        what: claim.what,
        unit: unitOf[predicted.quantity],
        predicted: predicted.value,
        predictedLow: predicted.low,
        predictedHigh: predicted.high,
        published: claim.published.value.value,
        status: row.status,
        source: row.source,
        errorPercent,
        tolerancePercent: claim.tolerancePercent,
        basis,
        constants: claim.constants,
        isWithin,
      })),
    ),
  };
}

/** `spikeledger validate`: published results against predictions. @throws CheckFailed when one is outside its tolerance. */
export async function validateCommand(
  names: readonly string[],
  { json }: ValidateOptions,
): Promise<void> {
  const validations = await validateAll(names);
  const verdicts = validations.flatMap((validation) => validation.verdicts);
  if (json === true) {
    process.stdout.write(`${JSON.stringify(validationRecord(validations), null, 2)}\n`);
  } else {
    printTable(
      ['chip', ...verdictColumns.map(({ label }) => label)],
      validations.flatMap((validation) =>
        validation.verdicts.map((verdict) => [
          validation.chip.name,
          ...verdictColumns.map(({ cell }) => cell(verdict)),
        ]),
      ),
    );
    printLine('');
    printLine(tally(verdicts));
    printLine('What each rests on, and what the errors say: docs/validation.md');
  }
  if (verdicts.some(({ isWithin }) => !isWithin)) throw new CheckFailed();
}
