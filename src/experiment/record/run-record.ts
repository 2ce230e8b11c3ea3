import type { z } from 'zod';
import { type ResultRecord, resultSchema } from './result-record.js';

/** `spikeledger.result/1` of any run: also of one that left the chip out. */
export const runSchema = resultSchema.extend({
  perSample: resultSchema.shape.perSample
    .nullable()
    .describe(
      'What a sample costs on the chip. Null: the chip was left out (chip.enabled: false); then every other figure of the chip is null too, and every list of them empty.',
    ),
});

/** Record of a run of both sides, or of either. */
export type RunRecord = z.infer<typeof runSchema>;
/** Record of a float reference that was trained alone. */
export type ReferenceRecord = RunRecord & { readonly perSample: null };

/** Whether a run trained on the chip. */
export function hasChip(run: RunRecord): run is ResultRecord {
  return run.perSample !== null;
}
