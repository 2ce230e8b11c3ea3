import { z } from 'zod';
import { runKinds } from '../../ledger/ledger-row.js';

/* What a run measured, in the result record: totals over its samples that the counts of the ledger follow from. */

const count = z.int().min(0);

const totals = {
  events: count.describe('Events delivered to the layer, total over the samples.'),
  visits: count.describe('Visits of these events (docs/spec.md §2.10).'),
  nonZeroEvents: count.describe('Those of the events that have a value other than 0.'),
  sharedEvents: count
    .nullable()
    .default(null)
    .describe(
      'Those of the events that the training sample before had at the same input, nothing having flushed between (docs/spec.md §5.1). Null: an older record.',
    ),
  writtenWords: count.describe('Synapse words written.'),
  uncoveredUpdate: z
    .strictObject({
      cycles: count.describe('X, total over the samples.'),
      biasCycles: count.describe('Of a core of this run: loading biases.'),
      fetchCycles: count.describe('Fetching an event.'),
      visitCycles: count.describe('A row of the forward pass.'),
      rowCycles: count.describe('A row of the update beside it.'),
    })
    .nullable()
    .default(null)
    .describe(
      'Cycles that updates would last longer than the forward passes beside them, with schedule beside (docs/spec.md §5.1). Null: nothing is learned event by event, or an older record.',
    ),
};

const skipped = z
  .strictObject({ events: count, visits: count, nonZeroEvents: count })
  .exactOptional()
  .describe(
    'Of these those of training samples that were not learned from (docs/spec.md §2.15); absent: all were.',
  );

const part = z
  .strictObject({
    core: count,
    firstColumn: count,
    columns: z.int().min(1).describe('Its neurons; of a CONV layer, channels out.'),
    firstInput: count,
    inputs: z.int().min(1),
    ...totals,
    skipped,
  })
  .describe('What one core has of a layer, and what it measured.');

const traffic = z.strictObject({
  slowestEvents: count.describe(
    'Σ over the samples of the most events that a group of inputs had.',
  ),
  slowestVisits: count.describe('The same of visits.'),
  skippedSlowestVisits: count
    .exactOptional()
    .describe('Of slowestVisits those of training samples that were not learned from; absent: 0.'),
  routes: z
    .array(z.strictObject({ inputs: z.int().min(1), events: count }))
    .describe(
      'Inputs ascending, those together that come from one core and go to one group of inputs, and their events.',
    ),
});

const layer = z.strictObject({
  layer: z.int().min(1),
  ...totals,
  skipped,
  parts: z
    .array(part)
    .nullable()
    .default(null)
    .describe('Each core of the layer; null: it is on one, or an older record.'),
  traffic: traffic
    .nullable()
    .default(null)
    .describe(
      'How its events reach it; null: from one core, or the pins, to one group of inputs, or an older record.',
    ),
});

/** Schema of the activity measured in one run of a network. */
export const measuredRunSchema = z.strictObject({
  run: z.enum(runKinds),
  isMeasuring: z
    .boolean()
    .describe('A pass of rule defp that only measures delayed errors (docs/spec.md §2.9).'),
  samples: count,
  skippedSamples: count
    .exactOptional()
    .describe(
      'Training samples that were not learned from (docs/spec.md §2.15); absent: all were, or none could be.',
    ),
  flushes: count
    .nullable()
    .default(null)
    .describe(
      'Times that a chip which puts updates off has to do what waits (docs/spec.md §5.1). Null: an older record.',
    ),
  feedbackUpdates: z
    .strictObject({ redrawn: count, transported: count })
    .exactOptional()
    .describe(
      'How often B was changed between epochs (docs/spec.md §2.16); its costs are in phase update. Absent: never.',
    ),
  layers: z.array(layer),
});

/** Activity measured in one run of a network, as `result.json` holds it. */
export type MeasuredRunRecord = z.infer<typeof measuredRunSchema>;

/** Which loops of the simulating engine did the work of each layer. */
export const enginePathsSchema = z
  .array(
    z.strictObject({
      layer: z.int().min(1),
      phase: z.enum(['forward', 'update', 'gradient', 'step']),
      pass: z.enum(['inference', 'training', 'measuring']),
      path: z.string().describe('scalar: one value after the other; all others run on vectors.'),
      count: count.describe("Samples, or steps; each core's update or step counts."),
      reason: z
        .string()
        .nullable()
        .describe('Why it is not the fastest loop of the phase; null: it is.'),
    }),
  )
  .default([])
  .describe(
    'Which loops of the simulating engine did the work: all give the same bits, not all are as fast (docs/spec.md §3). Empty in older records.',
  );
