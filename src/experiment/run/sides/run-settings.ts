import type { RunRecord } from '../../record/run-record.js';
import type { FloatProcesses } from '../../reference/float-processes.js';

/** How far the chip or the reference is. */
export interface Progress {
  readonly who: 'chip' | 'reference';
  readonly samplesDone: number;
  readonly samplesTotal: number;
  readonly samplesPerSecond: number;
}

/** Folders of a run and its callbacks; every field may be left out. */
export interface RunSettings {
  /**
   * Folder of the checkpoints and of what `keep` writes; it is made, and belongs to this run alone while that lasts. Left
   * out: a temporary folder, so that a run that is stopped begins anew.
   */
  readonly outputFolder?: string;
  /** Results and checkpoints of another experiment in the output folder may be replaced. */
  readonly overwrite?: boolean;
  /** Folder of finished references; left out: `spikeledger/reference` in the user's cache folder. */
  readonly cacheFolder?: string;
  /**
   * The reference trains before the chip and not beside it: for whoever runs one experiment on each core. Left out: no.
   */
  readonly oneCore?: boolean;
  /** Processes of float arithmetic that are kept for the next run; left out: the run has its own. */
  readonly processes?: FloatProcesses;
  /** Stops the run at the next checkpoint. */
  readonly signal?: AbortSignal;
  /** Called once, when the output folder is this run's and before anything is computed. */
  readonly onStart?: () => void;
  /** Called with how far the float reference and the chip are. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with a sentence about a fault that did not stop the run. */
  readonly onWarning?: (sentence: string) => void;
  /** Writes what is kept of the result into the output folder, such as `writeResult`; the checkpoints go when that is done. */
  readonly keep?: (result: RunRecord, outputFolder: string) => Promise<void>;
}

/** The same with what was left out. */
export interface KnownSettings extends RunSettings {
  readonly outputFolder: string;
  readonly cacheFolder: string;
  readonly processes: FloatProcesses;
  readonly signal: AbortSignal;
}
