import path from 'node:path';
import { searchFormats, type SearchRequest } from '../../experiment/study/search/search-formats.js';
import { writeStudy } from '../../report/output/write-study.js';
import {
  renderSearch,
  renderSearchCsv,
  searchSentences,
  searchTable,
} from '../../report/study/search-text.js';
import { printLine, printTable } from '../output.js';
import { howItEnded, printFailures, runWithProgress, studyFolder } from './study-run.js';
import type { StudyOptions } from './study-options.js';

/** Searches, writes the study with the answer first, and prints it. */
export async function runSearch(request: SearchRequest, options: StudyOptions): Promise<void> {
  const { loseAtMost } = request;
  let isBegun = false;
  let folder = '';
  const result = await searchFormats(request, (plan) => {
    folder = studyFolder(options, plan);
    // The first points decide whether the folder is free; the others go on in it.
    const settings = isBegun ? { ...options, resume: true, overwrite: false } : options;
    isBegun = true;
    return runWithProgress(plan, settings);
  });
  const { study } = result;
  printFailures(study);
  await writeStudy(study, folder, {
    section: renderSearch(result, loseAtMost),
    fileName: 'search.csv',
    csv: renderSearchCsv(result),
  });
  const { labels, rows } = searchTable(result);
  printTable(labels, rows);
  for (const sentence of searchSentences(result, loseAtMost)) printLine(sentence);
  printLine(`Study: ${path.join(folder, 'study.html')}`);
  howItEnded(study, folder);
}
