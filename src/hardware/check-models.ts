import { InputError } from '../units/input-error.js';
import { suggestion } from '../units/nearest-name.js';
import { chipSchema } from './chip-schema.js';
import { listChips, loadChip, loadChipMadeIn } from './load-chip.js';
import { listTechnologies, loadTechnology } from './load-technology.js';
import { findModel, isModelPath, readModelText, shippedModel } from './model-files.js';
import { technologyFileSchema } from './technology-schema.js';

/** One file of hardware models and what is wrong with it; null where nothing is. */
export interface ModelCheck {
  readonly path: string;
  readonly problem: string | null;
}

/** The chip on which a technology is tried: it has a price for most of what can be counted. */
const trialChip = 'edge-28nm';

/**
 * Tries a technology on a shipped chip at both ends of its supplies: a fault of a price shows on a chip only.
 * @throws InputError
 */
function tryTechnology(nameOrPath: string): void {
  const technology = loadTechnology(nameOrPath);
  const { lowest, highest } = technology.text.value.voltage;
  for (const endV of [lowest, highest]) {
    const value = `${endV} V`;
    loadChipMadeIn(trialChip, technology, [{ path: ['voltage'], value, label: nameOrPath }]);
  }
}

function check(path: string, load: () => unknown): ModelCheck {
  try {
    load();
    return { path, problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { path, problem: error.message };
  }
}

function checkShipped(kind: 'chips' | 'technologies', name: string): ModelCheck {
  const { shownPath } = shippedModel(kind, name);
  return check(shownPath, () => {
    if (kind === 'chips') loadChip(name);
    else tryTechnology(name);
  });
}

/** Loads every shipped technology and chip. */
export function checkModels(): readonly ModelCheck[] {
  return [
    ...listTechnologies().map((name) => checkShipped('technologies', name)),
    ...listChips().map((name) => checkShipped('chips', name)),
  ];
}

/** Keys of the first level that one kind of file has and the other has not. */
function ownKeys(shape: object, other: object): readonly string[] {
  return Object.keys(shape).filter((key) => !Object.hasOwn(other, key));
}
const chipKeys = ownKeys(chipSchema.shape, technologyFileSchema.shape);
const technologyKeys = ownKeys(technologyFileSchema.shape, chipSchema.shape);

/** Whether a text has more keys of a technology than of a chip; it may be wrong YAML. */
function isTechnology(text: string): boolean {
  const keys = Array.from(text.matchAll(/^\w+(?=:)/gm), ([key]) => key);
  const countOf = (own: readonly string[]): number =>
    keys.filter((key) => own.includes(key)).length;
  return countOf(technologyKeys) > countOf(chipKeys);
}

/** Checks a file, which is a chip or a technology by its keys, or what is shipped under a name: a chip, a technology, or both. */
export function checkModel(nameOrPath: string): readonly ModelCheck[] {
  if (isModelPath(nameOrPath)) {
    const load = (): void => {
      const text = readModelText(findModel('chips', nameOrPath));
      if (isTechnology(text)) tryTechnology(nameOrPath);
      else loadChip(nameOrPath);
    };
    return [check(nameOrPath, load)];
  }
  const shipped = { technologies: listTechnologies(), chips: listChips() };
  const kinds = (['technologies', 'chips'] as const).filter((kind) =>
    shipped[kind].includes(nameOrPath),
  );
  if (kinds.length > 0) return kinds.map((kind) => checkShipped(kind, nameOrPath));
  const names = [...shipped.chips, ...shipped.technologies];
  const problem = `${nameOrPath}: not a shipped model; chips are ${shipped.chips.join(', ')}; technologies are ${shipped.technologies.join(', ')}; a file is given by its path, such as ./${nameOrPath}.yaml${suggestion(nameOrPath, names)}`;
  return [{ path: nameOrPath, problem }];
}
