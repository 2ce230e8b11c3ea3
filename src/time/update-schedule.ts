/**
 * When the cores of a chip change their weights (docs/spec.md §5.1). `serial`: a sample is learned from before the next one
 * comes. `fused`: a row is changed when the forward pass of the next sample visits it.
 */
export const updateSchedules = ['serial', 'fused'] as const;
/** Name of a schedule of the update. */
export type UpdateSchedule = (typeof updateSchedules)[number];

/**
 * Whether a core reads one synapse word while it writes another: from and to one macro in turn, or between macros that hold
 * the words of a row by turns.
 */
export const writeBankings = ['shared', 'interleaved'] as const;
/** Name of a way to write while reading. */
export type WriteBanks = (typeof writeBankings)[number];
