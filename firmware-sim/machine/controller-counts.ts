/** What a controller did since reset. */
export interface ControllerCounts {
  /** Words read from program memory. */
  readonly fetchCount: number;
  /** Instructions that were carried out; one that trapped was not. */
  readonly executeCount: number;
  /** All cycles, those of sleep included. */
  readonly cycleCount: number;
  readonly sleepCycleCount: number;
}
