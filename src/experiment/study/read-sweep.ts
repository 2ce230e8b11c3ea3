import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readGivenText } from '../../units/given-file.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { largestFileBytes } from '../../units/limits.js';
import { quoted } from '../../units/printable.js';
import { type KeyPath, readStrictYaml, type StrictYaml } from '../../units/strict-yaml.js';
import { settingsOfOnly, type Side } from '../file/only-side.js';
import { type Settings, type Sweep, sweepSchema } from './sweep-schema.js';

/** What `--vary`, `--seeds` and `--only` add to a sweep. */
export interface SweepOptions {
  /** `key=a,b,c` each; left out: none. */
  readonly vary?: readonly string[];
  readonly seeds?: number;
  /** `--only`: the other side is left out; null, or left out itself: neither. */
  readonly only?: Side | null;
}

/** A sweep with its places in the file. */
export interface ReadSweep {
  readonly sweep: Sweep;
  /** The base experiment. */
  readonly file: string;
  /** What all points have beside their own settings. */
  readonly common: Settings;
  /** Where a part of it stands, as `file:line:column` or as the option that gave it. */
  readonly placeOf: (keyPath: KeyPath) => string;
}

/** `key=a,b,c` as an axis. The values are those of a YAML list, so `[…]` and `{…}` stay whole. */
function parseAxis(text: string): readonly [string, unknown] {
  const label = `--vary ${quoted(text)}`;
  const split = text.indexOf('=');
  if (split <= 0) {
    throw new InputError(
      `${label}: write a key, = and its values, for example --vary training.rule=drtp,dfa`,
    );
  }
  try {
    const values: unknown = parse(`[${text.slice(split + 1)}]`);
    return [text.slice(0, split), values];
  } catch {
    throw new InputError(`${label}: the values are no YAML; write them with commas between`);
  }
}

/** What tells an experiment from a sweep: it has a network, which no sweep names. */
const experimentFacts = z.object({ network: z.unknown(), name: z.unknown() });

/** Name of the study that an experiment file alone is; null: the file is no experiment, or no YAML. */
function studyNameOf(text: string): string | null {
  let content: unknown;
  try {
    // Whether a key occurs twice is the strict reader's to say.
    content = parse(text, { logLevel: 'silent', uniqueKeys: false });
  } catch {
    return null;
  }
  const facts = experimentFacts.safeParse(content);
  if (!facts.success || facts.data.network === undefined) return null;
  const named = sweepSchema.shape.name.safeParse(facts.data.name);
  return `${named.success ? named.data : 'study'}-sweep`;
}

/** What an experiment file alone, with the options, is as a sweep. */
function sweepOfExperiment(file: string, name: string, options: SweepOptions): ReadSweep {
  const { vary = [] } = options;
  const grid = Object.fromEntries(vary.map(parseAxis));
  const content = {
    name,
    base: file,
    ...(vary.length === 0 ? {} : { grid }),
    ...(options.seeds === undefined ? {} : { seeds: options.seeds }),
  };
  const read = readStrictYaml('--vary', JSON.stringify(content), sweepSchema);
  return {
    sweep: read.value,
    file,
    common: settingsOfOnly(options.only ?? null),
    placeOf: ([, key]) => `--vary ${quoted(String(key))}`,
  };
}

function withOptions(read: StrictYaml<Sweep>, options: SweepOptions): Sweep {
  const { vary = [] } = options;
  const grid = { ...read.value.grid, ...Object.fromEntries(vary.map(parseAxis)) };
  const changed = {
    ...read.value,
    ...(Object.keys(grid).length === 0 ? {} : { grid }),
    ...(options.seeds === undefined ? {} : { seeds: options.seeds }),
  };
  return vary.length === 0 && options.seeds === undefined
    ? read.value
    : readStrictYaml('--vary', JSON.stringify(changed), sweepSchema).value;
}

/**
 * Reads a sweep file, or an experiment file as the sweep that the options make of it.
 * @throws InputError with file:line:column.
 */
export function readSweep(file: string, options: SweepOptions = {}): ReadSweep {
  let text: string;
  try {
    text = readGivenText(file, largestFileBytes.description);
  } catch (error) {
    throw new InputError(`${file}: the sweep file cannot be read (${reasonOf(error)})`);
  }
  const name = studyNameOf(text);
  if (name !== null) return sweepOfExperiment(file, name, options);
  const read = readStrictYaml(file, text, sweepSchema);
  const sweep = withOptions(read, options);
  return {
    sweep,
    file: path.isAbsolute(sweep.base) ? sweep.base : path.join(path.dirname(file), sweep.base),
    common: settingsOfOnly(options.only ?? null),
    placeOf: (keyPath) => {
      const { line, column } = read.locate(keyPath);
      return `${file}:${line}:${column}`;
    },
  };
}
