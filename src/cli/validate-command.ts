import { validateAll } from '../experiment/validation/validate-all.js';
import { validationRecord } from '../experiment/validation/validation-record.js';
import { overheadOrders } from '../report/validation/overhead-section.js';
import { tally, verdictColumns } from '../report/validation/validation-figures.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

/** Options of `validate`. */
export interface ValidateOptions {
  readonly json?: boolean;
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
    for (const order of overheadOrders(verdicts)) printLine(order);
    printLine('What each rests on, and what the errors say: docs/validation.md');
  }
  if (verdicts.some(({ isWithin }) => !isWithin)) throw new CheckFailed();
}
