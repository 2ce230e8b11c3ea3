import { InputError } from '../units/input-error.js';
import { readAerEvents, readOffsets, readSensor } from './events/aer.js';
import { type InputShape, type Samples, type SourceFile, valueCount } from './dataset.js';
import { readEventPlanes } from './events/event-planes.js';
import { countEvents, makeEventStream } from './events/event-stream.js';
import { startAtSamples, type TimedRecords } from './events/event-times.js';
import type { PartFiles } from './folder-layout.js';
import { readNpyLabels } from './npy/npy-labels.js';
import { cueShape, readReckonCue } from './events/reckon-cue.js';
import { assertLabels, type FileSource, readVerified, type VerifiedFile } from './verified-file.js';

/** A part whose records, offsets and labels are files of their own. */
export type StreamFiles = Extract<PartFiles, { kind: 'planes' | 'aer' }>;

/** Readers of the file of records. */
export const recordReaders = { planes: readEventPlanes, aer: readAerEvents } as const;

/** The most counts, samples × inputs, that are kept; each takes at least a byte. */
const mostCounts = 2 ** 31;

/** @throws InputError for more counts than that: of a wrong sensor, most likely. */
function assertCounts(sampleCount: number, shape: InputShape, path: string): void {
  const countCount = sampleCount * valueCount(shape);
  if (countCount <= mostCounts) return;
  throw new InputError(
    `${path}: ${sampleCount} samples of ${shape.join(' × ')} inputs are ${countCount} counts of events, allowed are ${mostCounts}; correct the sensor, or use fewer samples`,
  );
}

/** The shape of the sensor: known with the layout, or said by a file. */
async function shapeOf(
  source: FileSource,
  part: StreamFiles,
): Promise<{ readonly shape: InputShape; readonly sourceFiles: readonly SourceFile[] }> {
  if (part.kind === 'planes') return { shape: part.shape, sourceFiles: [] };
  const { parsed, sourceFile } = await readVerified(source, part.sensor, readSensor);
  return { shape: parsed, sourceFiles: [sourceFile] };
}

/** Records whose times count from the beginning of their sample, the first of each sample, and where they stand. */
interface ReadRecords {
  readonly timed: TimedRecords;
  readonly recordsFile: Pick<VerifiedFile<unknown>, 'path' | 'sourceFile'>;
  readonly offsets: VerifiedFile<Uint32Array>;
}

async function readTimedRecords(
  source: FileSource,
  part: StreamFiles,
  shape: InputShape,
): Promise<ReadRecords> {
  if (part.kind === 'planes') {
    const planes = await readVerified(source, part.events, recordReaders.planes);
    const offsets = await readVerified(source, part.offsets, readOffsets);
    return { timed: { records: planes.parsed, note: null }, recordsFile: planes, offsets };
  }
  const records = await readVerified(source, part.events, recordReaders.aer);
  const offsets = await readVerified(source, part.offsets, readOffsets);
  const timed = startAtSamples({
    records: records.parsed,
    offsets: offsets.parsed,
    shape,
    recordsPath: records.path,
    offsetsPath: offsets.path,
  });
  return { timed, recordsFile: records, offsets };
}

/**
 * Reads a part of event streams; its features are the counts of events by input.
 * @throws InputError as `readSamples`, and with the record's position as `makeEventStream`.
 */
export async function readStreams(source: FileSource, part: StreamFiles): Promise<Samples> {
  const { shape, sourceFiles } = await shapeOf(source, part);
  const { timed, recordsFile, offsets } = await readTimedRecords(source, part, shape);
  const labels = await readVerified(source, part.labels, readNpyLabels);
  const sampleCount = offsets.parsed.length - 1;
  if (sampleCount !== labels.parsed.values.length) {
    throw new InputError(
      `${offsets.path}: the file holds ${offsets.parsed.length} offsets, so ${sampleCount} samples, ${labels.path} holds ${labels.parsed.values.length} labels; there must be as many labels as samples; get both files of one set`,
    );
  }
  assertCounts(sampleCount, shape, recordsFile.path);
  assertLabels(labels.parsed.values, source.classCount, labels.path);
  const events = makeEventStream({
    records: timed.records,
    offsets: offsets.parsed,
    shape,
    recordsPath: recordsFile.path,
    offsetsPath: offsets.path,
  });
  return {
    features: countEvents(events, shape),
    labels: labels.parsed,
    events,
    sourceFiles: [...sourceFiles, recordsFile.sourceFile, offsets.sourceFile, labels.sourceFile],
    note: timed.note,
    jpegSampleCount: 0,
  };
}

/** Reads a part of ReckOn's cue accumulation; its features are the counts of spikes by neuron. */
export async function readCues(source: FileSource, fileName: string): Promise<Samples> {
  const { parsed, sourceFile } = await readVerified(source, fileName, readReckonCue);
  const { stream, labels } = parsed;
  return {
    features: countEvents(stream, cueShape),
    labels: { values: labels, oneHotClassCount: null },
    events: stream,
    sourceFiles: [sourceFile],
    note: null,
    jpegSampleCount: 0,
  };
}
