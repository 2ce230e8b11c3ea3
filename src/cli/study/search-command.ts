import { resolveDataFolder } from '../../datasets/data-folder.js';
import { parseRules } from '../../experiment/estimate/prepare-estimate.js';
import { InputError } from '../../units/input-error.js';
import { countOf } from './count-option.js';
import { runSearch } from './search-run.js';
import type { StudyOptions } from './study-options.js';

/** Options of `search`. */
export interface SearchOptions extends Omit<StudyOptions, 'dryRun'> {
  readonly loseAtMost: string;
  readonly seeds: string;
  readonly confirm: string;
  readonly runs: string;
  readonly rules?: string;
  readonly validationSamples?: string;
  readonly set: readonly string[];
}

/** @throws InputError for what is no number of points. */
function pointsOf(text: string): number {
  const points = Number(text);
  if (!/^\d{1,2}(\.\d{1,3})?$/.test(text)) {
    throw new InputError(
      `--lose-at-most ${text}: write points of test error from 0 to 99, such as 0.5`,
    );
  }
  return points;
}

/** `spikeledger search`: the cheapest formats whose test error stays near that of float. */
export async function searchCommand(file: string, options: SearchOptions): Promise<void> {
  const request = {
    file,
    overrides: options.set,
    dataFolder: resolveDataFolder(options.data),
    loseAtMost: pointsOf(options.loseAtMost),
    rules: options.rules === undefined ? [] : parseRules(options.rules),
    seeds: countOf('--seeds', options.seeds),
    confirmations: countOf('--confirm', options.confirm),
    mostRuns: countOf('--runs', options.runs),
    validationSamples:
      options.validationSamples === undefined
        ? 0
        : countOf('--validation-samples', options.validationSamples),
  };
  await runSearch(request, options);
}
