import { readOffsets, readSensor } from './events/aer.js';
import { readCifarBatch } from './cifar.js';
import { type Labels, sampleCountOf } from './dataset.js';
import type { PartFiles } from './folder-layout.js';
import { readNpyLabels } from './npy/npy-labels.js';
import { readReckonCue } from './events/reckon-cue.js';
import { pairReaders } from './sample-files.js';
import { recordReaders, type StreamFiles } from './stream-files.js';

/** What the content of one file says by itself; null where it says nothing of the kind. */
export interface FileContents {
  readonly sampleCount: number | null;
  readonly labels: Uint8Array | null;
}

function ofLabels({ values }: Pick<Labels, 'values'>): FileContents {
  return { sampleCount: values.length, labels: values };
}

function readStreamFile(
  part: StreamFiles,
  fileName: string,
  content: Uint8Array,
  path: string,
): FileContents {
  if (fileName === part.labels) return ofLabels(readNpyLabels(content, path));
  if (fileName === part.offsets) {
    return { sampleCount: readOffsets(content, path).length - 1, labels: null };
  }
  if (fileName === part.events) recordReaders[part.kind](content, path);
  else readSensor(content, path);
  return { sampleCount: null, labels: null };
}

/** @throws InputError when the file is malformed. */
export function readContents(
  part: PartFiles,
  fileName: string,
  content: Uint8Array,
  path: string,
): FileContents {
  switch (part.kind) {
    case 'pair': {
      const readers = pairReaders[part.format];
      if (fileName === part.labels) return ofLabels(readers.labels(content, path));
      return { sampleCount: sampleCountOf(readers.features(content, path)), labels: null };
    }
    case 'cifarBatches':
      return ofLabels({ values: readCifarBatch(content, path).labels });
    case 'cues':
      return ofLabels({ values: readReckonCue(content, path).labels });
    case 'planes':
    case 'aer':
      return readStreamFile(part, fileName, content, path);
  }
}
