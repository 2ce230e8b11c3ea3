import { parse } from 'yaml';
import { readGivenText } from '../../units/given-file.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { largestFileBytes, longestScalar } from '../../units/limits.js';
import { quoted } from '../../units/printable.js';
import { type Override, readStrictYaml, type StrictYaml } from '../../units/strict-yaml.js';
import { type Experiment, experimentSchema } from './experiment-schema.js';

/** Reads `training.epochs=3` as an override. @throws InputError */
export function parseOverride(text: string): Override {
  const label = `--set ${quoted(text)}`;
  if (text.length > longestScalar) {
    throw new InputError(
      `${label}: has ${text.length} characters; at most ${longestScalar} are read, write it into the file`,
    );
  }
  const split = text.indexOf('=');
  if (split <= 0) {
    throw new InputError(
      `${label}: write the key's path, = and the value, for example --set training.epochs=3`,
    );
  }
  const path = text.slice(0, split).split('.');
  // Letters first also keeps __proto__ out.
  const strange = path.find((key) => !/^([a-z]\w*|\d+)$/i.test(key));
  if (strange !== undefined) {
    throw new InputError(
      `${label}: "${quoted(strange)}" is not a key; write keys joined by dots, for example --set training.epochs=3`,
    );
  }
  try {
    const value: unknown = parse(text.slice(split + 1));
    return { path, value, label };
  } catch {
    throw new InputError(`${label}: the value is not valid YAML`);
  }
}

/**
 * Reads and checks an experiment file with its `--set` overrides, as texts or taken apart.
 * @throws InputError with file:line:column, key, what is wrong and what is allowed.
 */
export function readExperiment(
  file: string,
  overrides: readonly (string | Override)[],
): StrictYaml<Experiment> {
  let text: string;
  try {
    text = readGivenText(file, largestFileBytes.description);
  } catch (error) {
    throw new InputError(`${file}: the experiment file cannot be read (${reasonOf(error)})`);
  }
  const given = overrides.map((override) =>
    typeof override === 'string' ? parseOverride(override) : override,
  );
  return readStrictYaml(file, text, experimentSchema, given);
}
