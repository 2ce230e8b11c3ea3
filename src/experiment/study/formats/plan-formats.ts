import { resolveDataFolder } from '../../../datasets/data-folder.js';
import { InputError } from '../../../units/input-error.js';
import { prepareExperiment } from '../../file/prepare-experiment.js';
import { overrideTexts, settingsOfOverrides } from '../setting-texts.js';
import { planStudy, type StudyPlan } from '../plan-study.js';
import type { Settings } from '../sweep-schema.js';
import { type Factor, factorsOf } from './wide-formats.js';

/** A study of what costs the accuracy, and its rows. */
export interface FormatsPlan {
  readonly plan: StudyPlan;
  readonly factors: readonly Factor[];
}

/** Names of the points of an attribution. */
export const formatsPoints = {
  own: 'as it is',
  wide: 'all wide',
  alone: (factor: string) => `wide: ${factor}`,
  left: (factor: string) => `narrow: ${factor}`,
} as const;

/** Settings of a point in which these factors are wide and all others as they are. */
function settingsWith(factors: readonly Factor[], isWide: (factor: Factor) => boolean): Settings {
  const wide = factors.filter(isWide);
  const kept = wide.some(({ name }) => name === 'weight')
    ? factors.filter((factor) => !isWide(factor)).map((factor) => factor.kept)
    : [];
  const widened = wide.map((factor) => factor.widened);
  return Object.assign({}, ...kept, ...widened) as Settings;
}

/** Why the chip cannot have these factors wide; null: it can. */
async function problemOf(
  factors: readonly Factor[],
  isWide: (factor: Factor) => boolean,
  prepare: (settings: Settings) => Promise<unknown>,
): Promise<string | null> {
  try {
    await prepare(settingsWith(factors, isWide));
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Looks whether the chip can have each factor wide; one that it cannot have stays as it is in every point. */
async function feasible(
  factors: readonly Factor[],
  prepare: (settings: Settings) => Promise<unknown>,
): Promise<readonly Factor[]> {
  if ((await problemOf(factors, () => true, prepare)) === null) return factors;
  const checked: Factor[] = [];
  for (const factor of factors) {
    const problem =
      factor.wide === null
        ? null
        : await problemOf(factors, ({ name }) => name === factor.name, prepare);
    checked.push(problem === null ? factor : { ...factor, wide: null, widened: {}, problem });
  }
  return checked;
}

/** Whether a factor has a point of its own beside the others: it can be wide, or kept while weights are. */
function isVaried({ wide, kept }: Factor, factors: readonly Factor[]): boolean {
  const hasWideWeights = factors.some(({ name, wide: other }) => name === 'weight' && other);
  return wide !== null || (Object.keys(kept).length > 0 && hasWideWeights);
}

function pointsOf(factors: readonly Factor[]): Readonly<Record<string, Settings>> {
  const withoutReference: Settings = { 'reference.enabled': false };
  const varied = factors.filter((factor) => isVaried(factor, factors));
  const alone = varied
    .filter(({ wide }) => wide !== null)
    .map(({ name }): readonly [string, Settings] => [
      formatsPoints.alone(name),
      settingsWith(factors, (factor) => factor.name === name),
    ]);
  const left = varied.map(({ name }): readonly [string, Settings] => [
    formatsPoints.left(name),
    settingsWith(factors, (factor) => factor.name !== name),
  ]);
  const changed = [
    [formatsPoints.wide, settingsWith(factors, () => true)] as const,
    ...alone,
    ...left,
  ];
  return {
    [formatsPoints.own]: {},
    ...Object.fromEntries(
      changed.map(([name, settings]) => [name, { ...settings, ...withoutReference }]),
    ),
  };
}

/**
 * The study that tells which part of the arithmetic costs the accuracy: the experiment as it is, everything wide, each
 * factor alone wide and each alone as it is.
 * @param overrides `path=value`, as `--set` takes them
 * @throws InputError for an experiment that cannot be run.
 */
export async function planFormats(
  file: string,
  overrides: readonly string[],
  seeds: number,
  dataFolder: string = resolveDataFolder(),
): Promise<FormatsPlan> {
  const common = settingsOfOverrides(overrides);
  const prepare = (settings: Settings) =>
    prepareExperiment(file, overrideTexts({ ...common, ...settings }), dataFolder);
  const prepared = await prepare({});
  const factors = await feasible(factorsOf(prepared), prepare);
  const sweep = {
    name: `${prepared.experiment.name}-formats`,
    base: file,
    points: pointsOf(factors),
    seeds,
    metrics: ['chipTestErrorPercent' as const],
  };
  const placeOf = ([, point]: readonly PropertyKey[]) => `formats, point "${String(point)}"`;
  const plan = await planStudy({ sweep, file, common, placeOf }, dataFolder);
  return { plan, factors };
}
