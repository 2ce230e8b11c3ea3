import { InputError } from '../units/input-error.js';
import { readAerEvents, readOffsets, readSensor } from './aer.js';
import { type InputShape, type Samples, type SourceFile, valueCount } from './dataset.js';
import { readEventPlanes } from './event-planes.js';
import { countEvents, makeEventStream } from './event-stream.js';
import type { PartFiles } from './folder-layout.js';
import { readNpyLabels } from './npy.js';
import { cueShape, readReckonCue } from './reckon-cue.js';
import { assertLabels, type FileSource, readVerified } from './verified-file.js';

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

/**
 * Reads a part of event streams; its features are the counts of events by input.
 * @throws InputError as `readSamples`, and with the record's position as `makeEventStream`.
 */
export async function readStreams(source: FileSource, part: StreamFiles): Promise<Samples> {
  const { shape, sourceFiles } = await shapeOf(source, part);
  const records = await readVerified(source, part.events, recordReaders[part.kind]);
  const offsets = await readVerified(source, part.offsets, readOffsets);
  const labels = await readVerified(source, part.labels, readNpyLabels);
  const sampleCount = offsets.parsed.length - 1;
  if (sampleCount !== labels.parsed.length) {
    throw new InputError(
      `${offsets.path}: the file holds ${offsets.parsed.length} offsets, so ${sampleCount} samples, ${labels.path} holds ${labels.parsed.length} labels; there must be as many labels as samples; get both files of one set`,
    );
  }
  assertCounts(sampleCount, shape, records.path);
  assertLabels(labels.parsed, source.classCount, labels.path);
  const events = makeEventStream({
    records: records.parsed,
    offsets: offsets.parsed,
    shape,
    recordsPath: records.path,
    offsetsPath: offsets.path,
  });
  return {
    features: countEvents(events, shape),
    labels: labels.parsed,
    events,
    sourceFiles: [...sourceFiles, records.sourceFile, offsets.sourceFile, labels.sourceFile],
  };
}

/** Reads a part of ReckOn's cue accumulation; its features are the counts of spikes by neuron. */
export async function readCues(source: FileSource, fileName: string): Promise<Samples> {
  const { parsed, sourceFile } = await readVerified(source, fileName, readReckonCue);
  const { stream, labels } = parsed;
  return {
    features: countEvents(stream, cueShape),
    labels,
    events: stream,
    sourceFiles: [sourceFile],
  };
}
