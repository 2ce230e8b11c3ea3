import path from 'node:path';
import { resolveDataFolder } from '../../datasets/data-folder.js';
import { parseRules } from '../../experiment/estimate/prepare-estimate.js';
import { searchFormats } from '../../experiment/study/search/search-formats.js';
import { writeStudy } from '../../report/output/write-study.js';
import {
  renderSearch,
  renderSearchCsv,
  searchSentences,
  searchTable,
} from '../../report/study/search-text.js';
import { InputError } from '../../units/input-error.js';
import { printLine, printTable } from '../output.js';
import { countOf } from './count-option.js';
import {
  howItEnded,
  printFailures,
  runWithProgress,
  studyFolder,
  type StudyOptions,
} from './study-run.js';

/** Options of `search`. */
export interface SearchOptions extends Omit<StudyOptions, 'dryRun'> {
  readonly loseAtMost: string;
  readonly seeds: string;
  readonly confirm: string;
  readonly runs: string;
  readonly rules?: string;
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
  const loseAtMost = pointsOf(options.loseAtMost);
  let isBegun = false;
  let folder = '';
  const result = await searchFormats(
    {
      file,
      overrides: options.set,
      dataFolder: resolveDataFolder(options.data),
      loseAtMost,
      rules: options.rules === undefined ? [] : parseRules(options.rules),
      seeds: countOf('--seeds', options.seeds),
      confirmations: countOf('--confirm', options.confirm),
      mostRuns: countOf('--runs', options.runs),
    },
    (plan) => {
      folder = studyFolder(options, plan);
      // The first points decide whether the folder is free; the others go on in it.
      const settings = isBegun ? { ...options, resume: true, overwrite: false } : options;
      isBegun = true;
      return runWithProgress(plan, settings);
    },
  );
  const { study } = result;
  await writeStudy(study, folder, {
    section: renderSearch(result, loseAtMost),
    fileName: 'search.csv',
    csv: renderSearchCsv(result),
  });
  const { labels, rows } = searchTable(result);
  printTable(labels, rows);
  for (const sentence of searchSentences(result, loseAtMost)) printLine(sentence);
  printFailures(study);
  printLine(`Study: ${path.join(folder, 'study.html')}`);
  howItEnded(study, folder);
}
