import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { InputError, reasonOf } from '../../units/input-error.js';
import { type Override, readStrictYaml, type StrictYaml } from '../../units/strict-yaml.js';
import { type Experiment, experimentSchema } from './experiment-schema.js';

/** Reads `training.epochs=3` as an override. @throws InputError */
function parseOverride(text: string): Override {
  const split = text.indexOf('=');
  if (split <= 0) {
    throw new InputError(
      `--set ${text}: write the key's path, = and the value, for example --set training.epochs=3`,
    );
  }
  const path = text.slice(0, split).split('.');
  // Letters first also keeps __proto__ out.
  const strange = path.find((key) => !/^([a-z]\w*|\d+)$/i.test(key));
  if (strange !== undefined) {
    throw new InputError(
      `--set ${text}: "${strange}" is not a key; write keys joined by dots, for example --set training.epochs=3`,
    );
  }
  try {
    const value: unknown = parse(text.slice(split + 1));
    return { path, value, label: `--set ${text}` };
  } catch {
    throw new InputError(`--set ${text}: the value is not valid YAML`);
  }
}

/**
 * Reads and checks an experiment file with its `--set` overrides.
 * @throws InputError with file:line:column, key, what is wrong and what is allowed.
 */
export async function readExperiment(
  file: string,
  overrideTexts: readonly string[],
): Promise<StrictYaml<Experiment>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file}: the experiment file cannot be read (${reasonOf(error)})`);
  }
  return readStrictYaml(file, text, experimentSchema, overrideTexts.map(parseOverride));
}
