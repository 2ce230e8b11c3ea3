import { z } from 'zod';
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

/** A sweep file: which experiments are run. */
export const sweepSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i, {
      error: 'is not a name; use letters, digits, dots, dashes and underscores',
    })
    .describe('Name of the study, and of its folder below reports/.'),
  base: z.string().min(1).describe('Experiment file, relative to this one.'),
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

/** What a sweep file says. */
export type Sweep = z.infer<typeof sweepSchema>;
/** A value of a key in a sweep. */
export type SettingValue = z.infer<ReturnType<typeof z.json>>;
/** Key of the experiment → its value. */
export type Settings = Readonly<Record<string, SettingValue>>;
