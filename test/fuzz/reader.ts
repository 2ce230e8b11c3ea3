import type { Draws } from './mutations.js';

/** A changed input, ready to be read. */
export interface FuzzCase {
  /** What was written, in short. */
  readonly what: string;
  /** Reads it; throws what the program would print. */
  readonly read: () => unknown;
  /** Made to be legal, and used more often than what became legal by chance. */
  readonly isMeantLegal?: boolean;
  /** Command lines that use it, one after the other, results in `out`. */
  readonly use: readonly (readonly string[])[];
}

/** A kind of input, and how mutants of it are made in a folder of its own. */
export interface Reader {
  readonly name: string;
  /** Writes what every case needs. */
  readonly prepare: (folder: string) => Promise<void>;
  readonly make: (draws: Draws, folder: string) => FuzzCase;
}
