import { z } from 'zod';
import { InputError } from '../../units/input-error.js';
import { parseOverride } from '../file/read-experiment.js';
import type { Settings } from './sweep-schema.js';

/** `path=value` texts of `--set` as settings. @throws InputError */
export function settingsOfOverrides(overrides: readonly string[]): Settings {
  return Object.fromEntries(
    overrides.map((text) => {
      const { path, value, label } = parseOverride(text);
      const parsed = z.json().safeParse(value);
      if (!parsed.success) throw new InputError(`${label}: the value is no value of a setting`);
      return [path.join('.'), parsed.data];
    }),
  );
}

/** `path=value` texts of settings, as `--set` takes them. */
export function overrideTexts(settings: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(settings).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
}
