/**
 * When the cores of a chip change their weights (docs/spec.md §5.1). `serial`: a sample is learned from before the next one
 * comes. `beside`: rows change while the next sample goes forward. `fused`: a row is changed when the forward pass of the next
 * sample visits it.
 */
export const updateSchedules = ['serial', 'beside', 'fused'] as const;
/** Name of a schedule of the update. */
export type UpdateSchedule = (typeof updateSchedules)[number];

/** Whether what a sample changes waits for the forward pass of the next one. */
export function waitsForNext(schedule: UpdateSchedule): boolean {
  switch (schedule) {
    case 'serial':
      return false;
    case 'beside':
    case 'fused':
      return true;
  }
}

/**
 * Whether a core reads one synapse word while it writes another: from and to one macro in turn, or between macros that hold
 * the words of a row by turns.
 */
export const writeBankings = ['shared', 'interleaved'] as const;
/** Name of a way to write while reading. */
export type WriteBanks = (typeof writeBankings)[number];

/**
 * Cycles of a synapse word's read-modify-write by an update that runs beside a forward pass, which takes one port, or one of
 * two banks, for itself; null: none is left for the update (docs/spec.md §5.1).
 */
export function besideRewriteCycles(portCount: 1 | 2, writeBanks: WriteBanks): 1 | 2 | null {
  const ways = portCount * (writeBanks === 'interleaved' ? 2 : 1);
  if (ways === 1) return null;
  return ways === 2 ? 2 : 1;
}
