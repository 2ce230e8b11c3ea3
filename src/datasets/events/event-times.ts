import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import { type AerRecords, timeRemedy } from './aer.js';
import { assertOffsets, type EventRecords, type StreamSource } from './event-stream.js';

/** The longest a sample may last, 71 minutes: times are words of 32 bits. */
const longestUs = 2 ** 32 - 1;

/** Samples of a single moment say nothing about where time starts, unless that is later than a second. */
const latestSingleUs = 1_000_000;

/** First and last time of a sample that is not empty. */
interface SampleSpan {
  readonly begin: number;
  readonly end: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

/** A drop that a cast to fewer bits made: over half of the range that begins again. */
function hasWrapped(dropUs: number, wrapsAtUs: number | null): boolean {
  return dropUs > 2 ** 31 || (wrapsAtUs !== null && 2 * dropUs > wrapsAtUs);
}

/** @throws InputError where time goes backwards in a sample, with the record, and whether it wrapped. */
function spansOf(source: StreamSource<AerRecords>): readonly SampleSpan[] {
  const { records, offsets, recordsPath } = source;
  const { timesUs, wrapsAtUs } = records;
  const spans: SampleSpan[] = [];
  for (let sample = 0; sample + 1 < offsets.length; sample += 1) {
    const begin = elementAt(offsets, sample, 'offsets');
    const end = elementAt(offsets, sample + 1, 'offsets');
    if (begin === end) continue;
    const firstUs = elementAt(timesUs, begin, 'times');
    let lastUs = firstUs;
    for (let record = begin; record < end; record += 1) {
      const timeUs = elementAt(timesUs, record, 'times');
      if (timeUs < lastUs) {
        const what = hasWrapped(lastUs - timeUs, wrapsAtUs)
          ? `times have wrapped, in a type or a cast that is too narrow for them; ${timeRemedy}`
          : 'time must not go backwards within a sample; sort its records by time';
        throw new InputError(
          `${recordsPath}: record ${record} (event ${record - begin} of sample ${sample}): time ${timeUs} µs comes after ${lastUs} µs; ${what}`,
        );
      }
      lastUs = timeUs;
    }
    spans.push({ begin, end, firstUs, lastUs });
  }
  return spans;
}

/**
 * Whether times count from the beginning of the recording and not of the sample: a sample is silent for longer than any
 * sample lasts, or begins before 0.
 */
function countFromElsewhere(spans: readonly SampleSpan[]): boolean {
  const longestSpanUs = spans.reduce(
    (longest, { firstUs, lastUs }) => Math.max(longest, lastUs - firstUs),
    0,
  );
  const limitUs = longestSpanUs > 0 ? longestSpanUs : latestSingleUs;
  return spans.some(({ firstUs }) => firstUs < 0 || firstUs > limitUs);
}

/** Records whose times count from the beginning of their sample. */
export interface TimedRecords {
  readonly records: EventRecords;
  /** A sentence for the notes of a result where times were changed; else null. */
  readonly note: string | null;
}

/**
 * Lets the time of each sample start at 0. Times that count from elsewhere start with the sample's first event; others
 * stay as they are, with the silence before it.
 * @throws InputError for offsets that do not fit, times that go backwards or have wrapped, and samples that last too long.
 */
export function startAtSamples(source: StreamSource<AerRecords>): TimedRecords {
  assertOffsets(source);
  const { records, recordsPath } = source;
  const spans = spansOf(source);
  const isShifted = countFromElsewhere(spans);
  const timesUs = new Uint32Array(records.timesUs.length);
  for (const { begin, end, firstUs, lastUs } of spans) {
    const originUs = isShifted ? firstUs : 0;
    if (lastUs - originUs > longestUs) {
      throw new InputError(
        `${recordsPath}: the sample that begins with record ${begin} lasts ${lastUs - originUs} µs; allowed are ${longestUs} (71 minutes); times are microseconds: write nanoseconds as t // 1000`,
      );
    }
    for (let record = begin; record < end; record += 1) {
      timesUs[record] = elementAt(records.timesUs, record, 'times') - originUs;
    }
  }
  const earliestUs = spans.reduce((least, { firstUs }) => Math.min(least, firstUs), Infinity);
  const latestUs = spans.reduce((most, { firstUs }) => Math.max(most, firstUs), -Infinity);
  return {
    records: { ...records, timesUs },
    note: isShifted
      ? `Times in ${recordsPath.split(/[\\/]/).at(-1) ?? recordsPath} count from elsewhere than their sample (samples begin at ${earliestUs} to ${latestUs} µs): the time of each sample starts with its first event.`
      : null,
  };
}
