/** Counts of one layer in one kind of run (docs/spec.md §4.2, §4.5). */
@unmanaged
export class Activity {
  deliveredEvents: i64;
  deliveredVisits: i64;
  nonZeroEvents: i64;
  writtenWords: i64;
  /** Layers of several parts: the most visits of any part in a sample, summed over the samples (docs/spec.md §5). */
  slowestVisits: i64;
  /** Likewise the most events. */
  slowestEvents: i64;
  /** Events that the training sample before had at the same axon (docs/spec.md §5.1). */
  sharedEvents: i64;
  /** Of deliveredEvents, deliveredVisits, nonZeroEvents and slowestVisits those of samples that were not learned from (docs/spec.md §2.15). */
  skippedEvents: i64;
  skippedVisits: i64;
  skippedNonZeroEvents: i64;
  skippedSlowestVisits: i64;
  /** Cycles that rows of an update last longer than the forward pass beside them (docs/spec.md §5.1). */
  uncoveredCycles: i64;
  /** Of deliveredVisits those of events of a value other than 0, and of skippedVisits likewise. */
  nonZeroVisits: i64;
  skippedNonZeroVisits: i64;
}
