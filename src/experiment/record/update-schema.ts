import { z } from 'zod';
import { updateSchedules, writeBankings } from '../../time/update-schedule.js';

/** How the cores of a chip change weights, in the result and the estimate record. */
export const updateSchema = z.strictObject({
  schedule: z.enum(updateSchedules).describe('When weights change (docs/spec.md §5.1).'),
  writeBanks: z
    .enum(writeBankings)
    .describe('Whether a synapse word is read while another is written.'),
});

/** How the cores of a chip change weights. */
export type UpdateRecord = z.infer<typeof updateSchema>;
