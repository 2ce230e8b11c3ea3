import { checkDataset, datasetCatalogue } from '../datasets/catalogue.js';
import { resolveDataFolder } from '../datasets/data-folder.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

/** Options of `datasets list` and `datasets check`. */
export interface DatasetsOptions {
  readonly data?: string;
}

/** `spikeledger datasets list`: every known set, and whether its files are there. */
export async function listDatasets(options: DatasetsOptions): Promise<void> {
  const folder = resolveDataFolder(options.data);
  const entries = await datasetCatalogue(folder);
  printTable(
    ['name', 'training', 'test', 'classes', 'shape', 'files', 'licence'],
    entries.map((entry) => [
      entry.name,
      String(entry.trainSampleCount),
      String(entry.testSampleCount),
      String(entry.classCount),
      entry.inputShape.join('×'),
      entry.missingFiles.length === 0 ? 'present' : `missing ${entry.missingFiles.length}`,
      entry.licence,
    ]),
  );
  printLine(`\nData folder: ${folder}`);
  for (const entry of entries) {
    if (entry.missingFiles.length > 0) {
      printLine(
        `${entry.name}: put ${entry.missingFiles.join(', ')} (gzip or not) into ${entry.folder}`,
      );
    }
    if (entry.note !== null) printLine(`${entry.name}: ${entry.note}`);
  }
}

/** `spikeledger datasets check`: sizes, checksums and contents. @throws CheckFailed when a file that is there is wrong, or one that was asked for is missing. */
export async function checkDatasets(
  names: readonly string[],
  options: DatasetsOptions,
): Promise<void> {
  const folder = resolveDataFolder(options.data);
  const known = await datasetCatalogue(folder);
  const chosen = names.length > 0 ? names : known.map((entry) => entry.name);
  let hasFailed = false;
  for (const name of chosen) {
    const check = await checkDataset(name, folder);
    const isAbsent = check.files.every((file) => !file.isPresent);
    if (isAbsent && names.length === 0) {
      printLine(`${name}: not there (${check.folder})`);
      continue;
    }
    printLine(`${name}: ${check.isWhole ? 'right' : 'WRONG'} (${check.folder})`);
    for (const file of check.files) {
      const bytes = file.storedBytes === null ? '' : `, ${file.storedBytes} bytes`;
      const samples = file.sampleCount === null ? '' : `, ${file.sampleCount} samples`;
      printLine(
        `  ${file.fileName}${bytes}${samples}${file.isChecksumRight === true ? ', checksum right' : ''}`,
      );
      if (file.labelCounts !== null)
        printLine(`    samples per class: ${file.labelCounts.join(' ')}`);
      for (const problem of file.problems) printLine(`    ${problem}`);
    }
    hasFailed ||= !check.isWhole;
  }
  if (hasFailed) throw new CheckFailed();
}
