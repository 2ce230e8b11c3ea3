import { attempt } from './attempt.js';
import { resolveDataFolder } from './data-folder.js';
import type { InputShape } from './dataset.js';
import { type FileContents, readContents } from './file-contents.js';
import { fileNamesOf, type PartFiles, partsOf } from './folder-layout.js';
import { countLabels } from './label-counts.js';
import {
  findKnownSet,
  folderOf,
  type KnownSet,
  knownSets,
  remedyOf,
  setHere,
} from './known-sets.js';
import { findEntry, listFolder, readStoredFile, unpack } from './stored-file.js';
import { assertLabels, checksumProblem } from './verified-file.js';

/** What `datasets list` tells of a set. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  /** Of the training files that are there; of none there those of the whole set. */
  readonly trainSampleCount: number;
  readonly testSampleCount: number;
  readonly classCount: number;
  readonly inputShape: InputShape;
  /** Where its files are expected. */
  readonly folder: string;
  /** File names without `.gz` that are not there; none: the set is present. */
  readonly missingFiles: readonly string[];
  readonly licence: string;
  readonly note: string | null;
}

/** What `datasets check` tells of one file; null where the file does not tell. */
export interface FileCheck {
  /** Without `.gz`. */
  readonly fileName: string;
  readonly isPresent: boolean;
  /** Size as stored, in bytes. */
  readonly storedBytes: number | null;
  /** Of the file as stored. */
  readonly sha256: string | null;
  readonly isChecksumRight: boolean | null;
  readonly sampleCount: number | null;
  /** Samples of class 0…C − 1; null also for a file without labels. */
  readonly labelCounts: readonly number[] | null;
  /** Sentences; none: the file is whole. */
  readonly problems: readonly string[];
}

/** State of the files of a data set against their published sizes and SHA-256. */
export interface DatasetCheck {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly FileCheck[];
  /** No file has a problem. */
  readonly isWhole: boolean;
}

/** Every set known by name, and whether its files are there (their content is not looked at). */
export async function datasetCatalogue(
  dataFolder: string = resolveDataFolder(),
): Promise<readonly CatalogueEntry[]> {
  return Promise.all(
    knownSets.map(async (set) => {
      const folder = folderOf(set, dataFolder);
      const entries = await listFolder(folder);
      const { layout, trainSampleCount } = await setHere(set, folder);
      const missingFiles = partsOf(layout)
        .flatMap(fileNamesOf)
        .filter((fileName) => findEntry(entries, fileName) === null);
      const { name, title, testSampleCount, classCount, inputShape } = set;
      const { licence, note } = set;
      const counts = { trainSampleCount, testSampleCount, classCount, inputShape };
      return { name, title, ...counts, folder, missingFiles, licence, note };
    }),
  );
}

async function checkFile(
  set: KnownSet,
  folder: string,
  part: PartFiles,
  fileName: string,
): Promise<FileCheck> {
  const problems: string[] = [];
  const isPresent = findEntry(await listFolder(folder), fileName) !== null;
  const file = await attempt(problems, () => readStoredFile(folder, fileName, remedyOf(set)));
  const content = file === null ? null : await attempt(problems, () => unpack(file));
  let isChecksumRight: boolean | null = null;
  let contents: FileContents | null = null;
  let labelCounts: readonly number[] | null = null;
  if (file !== null && content !== null) {
    const problem = checksumProblem(file, content, set.checksums[fileName]);
    isChecksumRight = problem === null;
    if (problem !== null) problems.push(problem);
    contents = await attempt(problems, () => readContents(part, fileName, content, file.path));
    const labels = contents?.labels ?? null;
    if (labels !== null) {
      labelCounts = await attempt(problems, () => {
        assertLabels(labels, set.classCount, file.path);
        return countLabels(labels, set.classCount);
      });
    }
  }
  return {
    fileName,
    isPresent,
    storedBytes: file?.bytes.length ?? null,
    sha256: file?.sha256 ?? null,
    isChecksumRight,
    sampleCount: contents?.sampleCount ?? null,
    labelCounts,
    problems,
  };
}

/**
 * Reads every file of a known set and says what is wrong with each; one file at a time, to hold little memory.
 * @throws InputError for an unknown name, and where the folder of the set is none.
 */
export async function checkDataset(
  name: string,
  dataFolder: string = resolveDataFolder(),
): Promise<DatasetCheck> {
  const set = findKnownSet(name);
  const folder = folderOf(set, dataFolder);
  const files: FileCheck[] = [];
  for (const part of partsOf((await setHere(set, folder)).layout)) {
    for (const fileName of fileNamesOf(part)) {
      files.push(await checkFile(set, folder, part, fileName));
    }
  }
  return { name, folder, files, isWhole: files.every((file) => file.problems.length === 0) };
}
