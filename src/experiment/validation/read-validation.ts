import {
  findModel,
  listModels,
  type ModelFile,
  readModelText,
} from '../../hardware/model-files.js';
import { suggestion } from '../../units/nearest-name.js';
import { readStrictYaml, type StrictYaml } from '../../units/strict-yaml.js';
import type { FigureQuantity } from './figure.js';
import type { PublishedRow } from './published-rows.js';
import {
  type Claim,
  type Prediction,
  type ValidationFile,
  validationSchema,
} from './validation-schema.js';

/** A validation file, read and checked. */
export interface Validation {
  readonly found: ModelFile;
  readonly read: StrictYaml<ValidationFile>;
  /** The published row of each claim, in order. */
  readonly rows: readonly PublishedRow[];
  readonly notPredicted: readonly { readonly row: PublishedRow; readonly why: string }[];
}

/** Names of the chips that have a validation file. */
export function listValidations(): readonly string[] {
  return listModels('validation');
}

const quantityOfEstimate = {
  inferenceEnergy: 'energy',
  inferenceLatency: 'time',
  trainingLatency: 'time',
  learningEnergyOverhead: 'percent',
} as const;

/** What kind of figure a prediction makes. */
function predictedQuantity(prediction: Prediction): FigureQuantity {
  switch (prediction.kind) {
    case 'actions':
      return prediction.figure === 'power' ? 'power' : 'energy';
    case 'cycles':
    case 'accesses':
      return prediction.kind;
    case 'area':
      return 'area';
    case 'overhead':
    case 'increase':
    case 'result':
      return 'percent';
    case 'estimate':
      return quantityOfEstimate[prediction.figure];
  }
}

/** @throws InputError where published.json has no such row */
function findRow(
  read: StrictYaml<ValidationFile>,
  keys: readonly PropertyKey[],
  { chip, figure }: Pick<PublishedRow, 'chip' | 'figure'>,
  rows: readonly PublishedRow[],
): PublishedRow {
  const ofChip = rows.filter((row) => row.chip === chip);
  if (ofChip.length === 0) {
    const chips = [...new Set(rows.map((row) => row.chip))];
    throw read.problem(
      [...keys, 'chip'],
      `published.json has no rows of ${chip}; it has ${chips.join(', ')}${suggestion(chip, chips)}`,
    );
  }
  const row = ofChip.find((one) => one.figure === figure);
  if (row !== undefined) return row;
  const figures = ofChip.map((one) => one.figure);
  throw read.problem(
    [...keys, 'figure'],
    `published.json has no row "${figure}" of ${chip}; it has ${figures.join('; ')}${suggestion(figure, figures)}`,
  );
}

/** The claim's figure is what its row says. @throws InputError */
function checkPublished(
  read: StrictYaml<ValidationFile>,
  index: number,
  { published, prediction }: Claim,
  row: PublishedRow,
): void {
  const keys = ['claims', index, 'published'];
  const { value, quoted } = published;
  const words = quoted ?? value.text;
  if (!row.text.includes(words)) {
    throw read.problem(
      [...keys, quoted === undefined ? 'value' : 'quoted'],
      `"${words}" is not in the row, which says "${row.text}"; write the figure as it is there, or quote the words that say so`,
    );
  }
  const quantity = predictedQuantity(prediction);
  if (quantity !== value.quantity) {
    throw read.problem(
      [...keys, 'value'],
      `"${value.text}" is in units of ${value.quantity}, the prediction is in units of ${quantity}; compare like with like`,
    );
  }
}

function checkNames(read: StrictYaml<ValidationFile>): void {
  const seen = new Set<string>();
  for (const [index, { name }] of read.value.claims.entries()) {
    if (seen.has(name)) {
      throw read.problem(
        ['claims', index, 'name'],
        `"${name}" is there already; name each claim once`,
      );
    }
    seen.add(name);
  }
}

/**
 * Reads a validation file by the name of its chip, or by its path, strictly.
 * @param published the rows that claims refer to.
 * @throws InputError: `file:line:column: key: what is wrong, what is allowed`
 */
export function readValidation(nameOrPath: string, published: readonly PublishedRow[]): Validation {
  const found = findModel('validation', nameOrPath);
  const read = readStrictYaml(found.shownPath, readModelText(found), validationSchema);
  checkNames(read);
  const rows = read.value.claims.map((claim, index) => {
    const row = findRow(read, ['claims', index, 'published'], claim.published, published);
    checkPublished(read, index, claim, row);
    return row;
  });
  const notPredicted = read.value.notPredicted.map(({ chip, figure, why }, index) => ({
    row: findRow(read, ['notPredicted', index], { chip, figure }, published),
    why,
  }));
  return { found, read, rows, notPredicted };
}
