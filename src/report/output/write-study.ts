import { StagedFiles } from '../../experiment/output/staged-files.js';
import type { Study } from '../../experiment/study/run-study.js';
import type { Markup } from '../kit/markup.js';
import { curvesTable, renderStudyCsv, runsTable, summaryTable } from '../study/study-csv.js';
import { renderStudyParquet } from '../study/study-parquet.js';
import { renderStudyHtml } from '../study/study-page.js';

/** What a study was run to answer: the first section of its page, and a table of its own. */
export interface StudyAnswer {
  readonly section: Markup;
  readonly fileName: string;
  readonly csv: string;
}

/**
 * Writes what a study is read by, all at once: study.html, and runs, curves and summary as CSV and Parquet, beside its store.
 * @throws InputError, and then the files are as they were.
 */
export async function writeStudy(
  study: Study,
  folder: string,
  answer: StudyAnswer | null = null,
): Promise<void> {
  const files = await StagedFiles.open(
    folder,
    'the points that are done are kept: make room, and the same command with --resume goes on',
  );
  await files.add('runs.csv', renderStudyCsv(runsTable(study)));
  await files.add('curves.csv', renderStudyCsv(curvesTable(study)));
  await files.add('summary.csv', renderStudyCsv(summaryTable(study)));
  if (answer !== null) await files.add(answer.fileName, answer.csv);
  await files.add('runs.parquet', renderStudyParquet(runsTable(study)));
  await files.add('curves.parquet', renderStudyParquet(curvesTable(study)));
  await files.add('summary.parquet', renderStudyParquet(summaryTable(study)));
  await files.add('study.html', renderStudyHtml(study, answer?.section));
  await files.commit('study.html');
}
