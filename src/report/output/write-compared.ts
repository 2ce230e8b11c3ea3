import { StagedFiles } from '../../experiment/output/staged-files.js';
import { type ComparedRecord, comparedOf } from '../compare/compared.js';
import { renderComparedCsv } from '../compare/compared-csv.js';
import { renderComparedHtml } from '../compare/compared-page.js';

/** Writes compare.html and compare.csv, both or neither. The folder is made. @throws InputError */
export async function writeCompared(
  records: readonly ComparedRecord[],
  folder: string,
): Promise<void> {
  const files = await StagedFiles.open(folder);
  await files.add('compare.csv', renderComparedCsv(comparedOf(records)));
  await files.add('compare.html', renderComparedHtml(records));
  await files.commit('compare.html');
}
