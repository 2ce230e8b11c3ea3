import type { InputError } from '../units/input-error.js';

/** An entry that a file states for one action or component; `problem` makes an error at one of its keys. */
export interface StatedEntry<Entry> {
  readonly entry: Entry;
  readonly problem: (key: string, sentence: string) => InputError;
}
