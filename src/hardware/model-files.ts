import { readdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../package-root.js';
import { readGivenText, RefusedFile } from '../units/given-file.js';
import { codeOf, InputError } from '../units/input-error.js';
import { largestFileBytes } from '../units/limits.js';
import { suggestion } from '../units/nearest-name.js';

/** The kinds of model files, named as their folders under `hardware-models/`. */
type ModelKind = 'chips' | 'technologies' | 'validation';

const kindNames: Readonly<Record<ModelKind, string>> = {
  chips: 'chips',
  technologies: 'technologies',
  validation: 'chips with published results',
};

/** A file to read: where it lies, and how messages call it. */
export interface ModelFile {
  readonly absolutePath: string;
  /** As the user wrote it; `hardware-models/…` for a shipped file. */
  readonly shownPath: string;
}

/** Name of the table of published SRAM macros: it lies beside the technologies and is none. */
export const sramWitnessFile = 'sram-witnesses';

/** Names of the shipped models of a kind, in alphabetical order. */
export function listModels(kind: ModelKind): readonly string[] {
  return readdirSync(path.join(packageRoot, 'hardware-models', kind))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .filter((name) => name !== sramWitnessFile)
    .sort();
}

/** The file of a shipped model. */
export function shippedModel(kind: ModelKind, name: string): ModelFile {
  const shownPath = path.join('hardware-models', kind, `${name}.yaml`);
  return { absolutePath: path.join(packageRoot, shownPath), shownPath };
}

/** The file at `relativePath` from the folder of another. */
export function besideModel(
  { absolutePath, shownPath }: ModelFile,
  relativePath: string,
): ModelFile {
  return {
    absolutePath: path.join(path.dirname(absolutePath), relativePath),
    shownPath: path.join(path.dirname(shownPath), relativePath),
  };
}

/** Whether a model is meant by its path, not by a shipped name. */
export function isModelPath(nameOrPath: string): boolean {
  return /[/\\]|\.ya?ml$/.test(nameOrPath);
}

/**
 * A shipped name, or a path (whatever holds a slash or ends in .yaml or .yml).
 * @param from file that names this one: the path is relative to it; null: to the working directory.
 * @throws InputError where it is neither a path nor a shipped name; with the shipped names.
 */
export function findModel(
  kind: ModelKind,
  nameOrPath: string,
  from: ModelFile | null = null,
): ModelFile {
  if (isModelPath(nameOrPath)) {
    if (from === null || path.isAbsolute(nameOrPath)) {
      return { absolutePath: path.resolve(nameOrPath), shownPath: nameOrPath };
    }
    return besideModel(from, nameOrPath);
  }
  const shipped = listModels(kind);
  if (!shipped.includes(nameOrPath)) {
    throw new InputError(
      `${nameOrPath}: not a shipped model; ${kindNames[kind]} are ${shipped.join(', ')}; a file is given by its path, such as ./${nameOrPath}.yaml${suggestion(nameOrPath, shipped)}`,
    );
  }
  return shippedModel(kind, nameOrPath);
}

/** The text of a file that the user named. @throws InputError where it cannot be read */
export function readModelText({ absolutePath, shownPath }: ModelFile): string {
  try {
    return readGivenText(absolutePath, largestFileBytes.description);
  } catch (error) {
    if (error instanceof RefusedFile) {
      throw new InputError(`${shownPath}: cannot be read: ${error.message}`);
    }
    const reason = codeOf(error) ?? 'unknown error';
    throw new InputError(
      `${shownPath}: cannot be read (${reason === 'ENOENT' ? 'no such file' : reason})`,
      { cause: error },
    );
  }
}
