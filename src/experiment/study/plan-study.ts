import path from 'node:path';
import { z } from 'zod';
import { resolveDataFolder } from '../../datasets/data-folder.js';
import type { DatasetParts } from '../../datasets/dataset.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import { loadChip } from '../../hardware/load-chip.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { InputError } from '../../units/input-error.js';
import { mostPoints } from '../../units/limits.js';
import type { Override, StrictYaml } from '../../units/strict-yaml.js';
import type { Experiment } from '../file/experiment-schema.js';
import { hashOf, readData, relativeTo } from '../file/prepare-experiment.js';
import { readExperiment } from '../file/read-experiment.js';
import {
  type Combination,
  combinationsOf,
  type PlacedSetting,
  settingsOf,
  UnequalPairs,
} from './expand-sweep.js';
import type { ReadSweep } from './read-sweep.js';
import { overrideTexts } from './setting-texts.js';
import { type Settings, type Sweep } from './sweep-schema.js';

/** One experiment of a study. */
export interface StudyPoint {
  /** Name of its named point; null: the sweep names none. */
  readonly name: string | null;
  readonly settings: Settings;
  readonly seed: number;
  /** Hash of the experiment: points of the same hash are run once. Null: the file cannot be read with these settings. */
  readonly hash: string | null;
  /** Why it cannot be run; null: nothing is known against it. */
  readonly problem: string | null;
}

/** What a study runs. */
export interface StudyPlan {
  readonly sweep: Sweep;
  /** Experiment file. */
  readonly file: string;
  readonly dataFolder: string;
  /** What all points have beside their own settings. */
  readonly common: Settings;
  readonly points: readonly StudyPoint[];
}

/** What `prepareExperiment` needs to make this point of the base experiment. */
export function overridesOf(
  { common }: StudyPlan,
  { settings, seed }: StudyPoint,
): readonly string[] {
  return overrideTexts({ ...common, ...settings, 'training.seed': seed });
}

/** The different experiments of a plan, each by its first point. */
export function experimentsOf({ points }: Pick<StudyPlan, 'points'>): readonly StudyPoint[] {
  const first = new Map<string, StudyPoint>();
  for (const point of points) {
    if (point.hash !== null && !first.has(point.hash)) first.set(point.hash, point);
  }
  return [...first.values()];
}

function seedsOf(sweep: Sweep, base: Experiment): readonly number[] {
  const { seeds } = sweep;
  return typeof seeds === 'number'
    ? Array.from({ length: seeds }, (_, index) => base.training.seed + index)
    : [...new Set(seeds)];
}

/** Number of combinations with their seeds, before any is left out. */
function sizeOf(sweep: Sweep, seedCount: number): number {
  const factors = [
    Math.max(1, Object.keys(sweep.points ?? {}).length),
    ...(sweep.pairs ?? []).map((group) => Object.values(group)[0]?.length ?? 1),
    ...Object.values(sweep.grid ?? {}).map((values) => values.length),
    seedCount,
  ];
  return factors.reduce((size, factor) => size * factor, 1);
}

/** Chips and data sets of the points, each loaded once. */
class Loaded {
  readonly #chips = new Map<string, ChipModel>();
  readonly #data = new Map<string, DatasetParts>();
  readonly #file: string;
  readonly #dataFolder: string;

  constructor(file: string, dataFolder: string) {
    this.#file = file;
    this.#dataFolder = dataFolder;
  }

  chip({ hardware }: Experiment): ChipModel {
    const name = relativeTo(this.#file, hardware);
    const chip = this.#chips.get(name) ?? loadChip(name);
    this.#chips.set(name, chip);
    return chip;
  }

  async data(read: StrictYaml<Experiment>): Promise<DatasetParts> {
    const { dataset } = read.value;
    const name = canonicalHash(dataset);
    const data = this.#data.get(name) ?? (await readData(this.#file, read, this.#dataFolder));
    this.#data.set(name, data);
    return data;
  }
}

/** A point and what its settings came to. */
interface Tried {
  readonly combination: Combination;
  readonly point: StudyPoint;
}

/**
 * A value with which no point can be read is a mistake of the sweep: nothing is begun. Where other points of the value
 * can, the mistake is that of a combination, and the others run.
 * @throws InputError
 */
function checkSettings(tried: readonly Tried[]): void {
  const settings = new Map<string, PlacedSetting>();
  const readable = new Set<string>();
  const problems = new Map<string, string>();
  const identity = ({ key, value }: PlacedSetting) => canonicalHash([key, value]);
  for (const { combination, point } of tried) {
    for (const setting of combination.settings) {
      const name = identity(setting);
      settings.set(name, setting);
      if (point.hash !== null) readable.add(name);
      else if (point.problem !== null && !problems.has(name)) problems.set(name, point.problem);
    }
  }
  const wrong = [...problems].filter(([name]) => !readable.has(name));
  if (wrong.length > 0)
    throw new InputError([...new Set(wrong.map(([, problem]) => problem))].join('\n'));
}

/**
 * All points of a sweep, each with the hash of its experiment.
 * @throws InputError for a key that names nothing, a value that no point can have, data or chips that cannot be read.
 */
export async function planStudy(
  { sweep, file, common, placeOf }: ReadSweep,
  dataFolder: string = resolveDataFolder(),
): Promise<StudyPlan> {
  const base = readExperiment(file, []);
  const seeds = seedsOf(sweep, base.value);
  const size = sizeOf(sweep, seeds.length);
  if (size > mostPoints) {
    throw new InputError(
      `${placeOf(['name'])}: the sweep has ${size} points; at most ${mostPoints} are run, take fewer values or seeds`,
    );
  }
  let combinations: readonly Combination[];
  try {
    combinations = combinationsOf(sweep);
  } catch (error) {
    if (!(error instanceof UnequalPairs)) throw error;
    throw new InputError(`${placeOf(['pairs', error.group])}: pairs: ${error.message}`);
  }
  const loaded = new Loaded(file, dataFolder);
  const shared = Object.entries(common).map(([key, value]): Override => {
    return { path: key.split('.'), value, label: key };
  });
  const tried: Tried[] = [];
  for (const combination of combinations) {
    for (const seed of seeds) {
      const { name } = combination;
      const settings = settingsOf(combination);
      const overrides = combination.settings.map(({ key, value, place }): Override => ({
        path: key.split('.'),
        // The override may be changed where a later one goes into it.
        value: structuredClone(value),
        label: placeOf(place),
      }));
      const seedOverride = { path: ['training', 'seed'], value: seed, label: placeOf(['seeds']) };
      const point = { name, settings, seed };
      try {
        const read = readExperiment(file, [...shared, ...overrides, seedOverride]);
        const hash = hashOf(read.value, loaded.chip(read.value), await loaded.data(read));
        tried.push({ combination, point: { ...point, hash, problem: null } });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        tried.push({ combination, point: { ...point, hash: null, problem: error.message } });
      }
    }
  }
  checkSettings(tried);
  const points = tried.map(({ point }) => point);
  if (points.length === 0) {
    throw new InputError(`${placeOf(['constraints'])}: constraints: leave no point`);
  }
  return { sweep, file: path.resolve(file), dataFolder, common, points };
}

const settingValue = z.json();
/** A point as study.json holds it. */
export const pointSchema = z.strictObject({
  name: z.string().nullable(),
  settings: z.record(z.string(), settingValue),
  seed: z.int().min(0),
  hash: z.string().nullable(),
  problem: z.string().nullable(),
});
