import { readPublishedRows } from './published-rows.js';
import { listValidations, readValidation } from './read-validation.js';
import { type ChipValidation, validateChip } from './validate.js';

/**
 * Every prediction of these chips or validation files; of all that are shipped where none is named.
 * @throws InputError
 */
export async function validateAll(
  names: readonly string[] = [],
): Promise<readonly ChipValidation[]> {
  const published = readPublishedRows();
  // All files are read before anything is computed: wrong input is said at once.
  const files = (names.length === 0 ? listValidations() : names).map((name) =>
    readValidation(name, published),
  );
  const validations: ChipValidation[] = [];
  for (const file of files) validations.push(await validateChip(file));
  return validations;
}
