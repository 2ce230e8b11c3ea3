import { canonicalHash } from '../../units/canonical-hash.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import type { Settings, SettingValue, Sweep } from './sweep-schema.js';

/** A setting of a combination, and where in the sweep file it stands. */
export interface PlacedSetting {
  readonly key: string;
  readonly value: SettingValue;
  readonly place: KeyPath;
}

/** A combination of settings without its seed. */
export interface Combination {
  /** Name of its named point; null: the sweep names none. */
  readonly name: string | null;
  readonly settings: readonly PlacedSetting[];
}

/** Groups of keys that change together, each a list of its steps. */
type Steps = readonly (readonly PlacedSetting[])[];

function gridSteps(grid: NonNullable<Sweep['grid']>): readonly Steps[] {
  return Object.entries(grid).map(([key, values]) =>
    values.map((value, index) => [{ key, value, place: ['grid', key, index] }]),
  );
}

/** @throws RangeError with the index of the group where its keys have different numbers of values. */
function pairSteps(group: Readonly<Record<string, readonly SettingValue[]>>, at: number): Steps {
  const keys = Object.entries(group);
  const lengths = keys.map(([, values]) => values.length);
  const [length = 0] = lengths;
  if (lengths.some((other) => other !== length)) {
    throw new UnequalPairs(
      at,
      keys.map(([key, { length: count }]) => `${key} ${count}`).join(', '),
    );
  }
  return Array.from({ length }, (_, index) =>
    keys.flatMap(([key, values]) => {
      const value = values[index];
      return value === undefined ? [] : [{ key, value, place: ['pairs', at, key, index] }];
    }),
  );
}

/** Keys of one group of `pairs` have different numbers of values. */
export class UnequalPairs extends RangeError {
  override readonly name = 'UnequalPairs';
  readonly group: number;

  constructor(group: number, counts: string) {
    super(`keys that change together need equally many values each; here ${counts}`);
    this.group = group;
  }
}

function product(groups: readonly Steps[]): Steps {
  return groups.reduce<Steps>(
    (before, steps) => before.flatMap((done) => steps.map((step) => [...done, ...step])),
    [[]],
  );
}

/** A key that occurs twice has the value it got last. */
function lastOfEach(settings: readonly PlacedSetting[]): readonly PlacedSetting[] {
  return [...new Map(settings.map((setting) => [setting.key, setting])).values()];
}

function isLeftOut(settings: readonly PlacedSetting[], constraints: readonly Settings[]): boolean {
  return constraints.some((constraint) =>
    Object.entries(constraint).every(([key, value]) =>
      settings.some(
        (setting) => setting.key === key && canonicalHash(setting.value) === canonicalHash(value),
      ),
    ),
  );
}

/** Settings as key → value. */
export function settingsOf({ settings }: Combination): Settings {
  return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
}

/**
 * All combinations of a sweep: named points × pairs × grid, less those that a constraint leaves out, each once.
 * @throws UnequalPairs
 */
export function combinationsOf(
  sweep: Pick<Sweep, 'points' | 'pairs' | 'grid' | 'constraints'>,
): readonly Combination[] {
  const named = Object.entries(sweep.points ?? {}).map(([name, settings]) => ({
    name,
    settings: Object.entries(settings).map(([key, value]) => ({
      key,
      value,
      place: ['points', name, key],
    })),
  }));
  const points: readonly Combination[] = named.length > 0 ? named : [{ name: null, settings: [] }];
  const groups = [...(sweep.pairs ?? []).map(pairSteps), ...gridSteps(sweep.grid ?? {})];
  const seen = new Set<string>();
  return points
    .flatMap(({ name, settings }) =>
      product(groups).map((steps) => ({ name, settings: lastOfEach([...settings, ...steps]) })),
    )
    .filter(({ settings }) => !isLeftOut(settings, sweep.constraints ?? []))
    .filter((combination) => {
      const identity = canonicalHash([combination.name, settingsOf(combination)]);
      return !seen.has(identity) && seen.add(identity);
    });
}
