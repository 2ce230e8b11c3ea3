import path from 'node:path';
import { makeFolder, writeWhole } from '../../experiment/file/output-folder.js';
import type { ResultRecord } from '../../experiment/record/result-record.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { renderHtml } from '../run/page.js';

/**
 * Writes the page of one result, or of several side by side. Its folder is made.
 * @throws InputError where it cannot be written.
 */
export async function writeReport(results: readonly ResultRecord[], file: string): Promise<void> {
  try {
    await makeFolder(path.resolve(path.dirname(file)));
    await writeWhole(file, renderHtml(results));
  } catch (error) {
    throw new InputError(`${file}: cannot be written (${reasonOf(error)}); give another file`);
  }
}
