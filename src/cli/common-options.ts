import { Option } from 'commander';
import { sides } from '../experiment/file/only-side.js';

/* Options that several commands have. */

/** Where a command that reads samples looks for them. */
export function dataFolder(): Option {
  return new Option(
    '--data <folder>',
    'folder of the data sets (default: SPIKELEDGER_DATA, else the cache folder)',
  );
}

/** An option that may be given several times: a list, empty without it. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, previous: readonly string[]) => [...previous, value])
    .default([]);
}

/** What a command that reads an experiment may change of it. */
export function overrides(): Option {
  return repeated('--set <path=value>', 'override one key of the experiment; may be repeated');
}

/** Leaves one side of a run out. */
export function only(): Option {
  return new Option(
    '--only <side>',
    'run the chip without the float reference, or the reference without the chip',
  ).choices(sides);
}
