import { z } from 'zod';
import { ruleNames } from '../../network/rule-facts.js';
import { mostPoints } from '../../units/limits.js';

/** A key of the experiment, its parts joined by dots. */
const keyPath = z.string().regex(/^[a-z]\w*(\.([a-z]\w*|\d+))*$/i, {
  error: 'is not a key; write keys of the experiment joined by dots, such as training.rule',
});

const values = z
  .array(z.json())
  .min(1, { error: 'is empty; an axis needs a value, or leave it out' })
  .max(mostPoints);

/** Axes: key → values. */
const axes = z.record(keyPath, values).refine((record) => Object.keys(record).length > 0, {
  error: 'is empty; name a key with its values, or leave this out',
});

/** Settings of one point: key → value. */
const settings = z.record(keyPath, z.json());

/** Figures that a study can be looked at by. */
export const studyMetrics = [
  'chipTestErrorPercent',
  'bestChipTestErrorPercent',
  'referenceTestErrorPercent',
  'bestReferenceTestErrorPercent',
  'lossPoints',
  'trainingNj',
  'inferenceNj',
  'trainingUs',
  'inferenceUs',
  'memoryBits',
] as const;
/** A figure that a study can be looked at by. */
export type StudyMetric = (typeof studyMetrics)[number];

/** What a search may lose, and how far it goes. */
export const searchSchema = z.strictObject({
  loseAtMost: z
    .number()
    .min(0)
    .max(99)
    .default(1)
    .describe('Points of test error that the formats found may lose against float.'),
  rules: z
    .array(z.enum(ruleNames))
    .min(1, { error: 'is empty; name a rule, or leave this out' })
    .optional()
    .describe('Rules that are searched one after the other. Left out: that of the experiment.'),
  runs: z.int().min(1).max(99_999).default(60).describe('At most this number of runs a rule.'),
  confirm: z
    .int()
    .min(1)
    .max(10_000)
    .default(3)
    .describe('Other seeds with which the answer is run again beside its reference.'),
  validationSamples: z
    .int()
    .min(1)
    .optional()
    .describe(
      'The last n training samples are held back and choose the formats; the answer alone is then run on the test set. Left out: the test set chooses.',
    ),
});

/** Keys that say which points are run: a search chooses its own. */
const keysOfPoints = ['points', 'pairs', 'grid', 'constraints', 'budget'] as const;

/** A sweep file: which experiments are run. */
const sweepKeys = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i, {
      error: 'is not a name; use letters, digits, dots, dashes and underscores',
    })
    .describe('Name of the study, and of its folder below reports/.'),
  base: z.string().min(1).describe('Experiment file, relative to this one.'),
  mode: z
    .enum(['points', 'search'])
    .optional()
    .describe(
      'points, or left out: every combination of settings is run. search: the cheapest formats that stay near float are looked for, with a learning rate of their own (docs/formats.md).',
    ),
  search: searchSchema.optional().describe('What is searched, in mode search.'),
  points: z
    .record(z.string().min(1).max(60), settings)
    .refine((record) => Object.keys(record).length > 0, {
      error: 'is empty; name a point with its settings, or leave this out',
    })
    .optional()
    .describe('Named points: each name stands for the settings of several keys.'),
  pairs: z
    .array(axes)
    .min(1, { error: 'is empty; name keys with their values, or leave this out' })
    .optional()
    .describe('Keys that change together: the first values, the second ones, and so on.'),
  grid: axes.optional().describe('Keys that change by themselves: every combination is a point.'),
  seeds: z
    .union([
      z.int().min(1).max(10_000),
      z.array(z.int().min(0)).min(1, { error: 'is empty; name at least one seed' }),
    ])
    .default(1)
    .describe(
      'Number of seeds, counted from training.seed of the experiment on, or a list of them.',
    ),
  constraints: z
    .array(settings.refine((record) => Object.keys(record).length > 0, { error: 'is empty' }))
    .optional()
    .describe('Points that have all settings of one of these are left out.'),
  metrics: z
    .array(z.enum(studyMetrics))
    .min(1)
    .default(['chipTestErrorPercent', 'trainingNj'])
    .describe('What the terminal and the head of the page show.'),
  budget: z
    .strictObject({
      runs: z.int().min(1).optional().describe('The sweep stops after this number of runs.'),
      minutes: z.number().positive().optional().describe('No run is begun later than this.'),
    })
    .optional()
    .describe('Where the study stops; --resume goes on.'),
});

/** A sweep file; what its mode has no use for is refused. */
export const sweepSchema = sweepKeys.superRefine((sweep, context) => {
  const refuse = (key: keyof typeof sweep, message: string): void => {
    context.addIssue({ code: 'custom', path: [key], message });
  };
  if (sweep.mode !== 'search') {
    if (sweep.search !== undefined)
      refuse('search', 'belongs to mode: search; add that, or leave this out');
    return;
  }
  for (const key of keysOfPoints) {
    if (sweep[key] === undefined) continue;
    refuse(
      key,
      'says which points are run, and a search chooses its own; leave this or mode: search out',
    );
  }
  if (typeof sweep.seeds !== 'number') {
    refuse('seeds', 'does not say how many; a search takes the number of seeds of every candidate');
  }
});

/** What a sweep file says. */
export type Sweep = z.infer<typeof sweepSchema>;
/** A value of a key in a sweep. */
export type SettingValue = z.infer<ReturnType<typeof z.json>>;
/** Key of the experiment → its value. */
export type Settings = Readonly<Record<string, SettingValue>>;
