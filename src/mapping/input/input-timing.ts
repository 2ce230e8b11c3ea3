import type { EventStream, InputShape } from '../../datasets/dataset.js';
import { inputOfEvent } from '../../datasets/events/event-stream.js';
import { type FixedPointFormat, maximumRaw, printFormat } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';

/** How the values of a sample become events in time (docs/spec.md §9). */
export type InputCoding =
  | { readonly kind: 'graded' }
  | { readonly kind: 'ttfs'; readonly cyclesPerStep: number }
  | { readonly kind: 'recorded'; readonly cyclesPerUs: number };

/** What codings need of the data set. */
interface CodedSamples {
  readonly inputShape: InputShape;
  readonly events: EventStream | null;
}

/** Says when each input of a sample delivers its value. */
export interface InputTiming {
  /**
   * Writes a tick for every input, in cycles since the sample began.
   * @param sample its number in the data set
   * @param valuesRaw what the inputs deliver, 0 where there is no event; shape (inputs)
   * @returns the tick before which the sample does not end, whatever is delivered
   */
  writeTicks(sample: number, valuesRaw: Int32Array, ticks: Float64Array): number;
}

/** The most cycles a step or a microsecond may have, so that every tick of 32 bits of either is a safe integer. */
const mostCycles = 2 ** 20;

/** The most cycles a sample may last, 3 hours at 100 MHz: those of thousands of samples add up to safe integers. */
const longestCycles = 2 ** 40;

/** @throws RangeError where the longest sample lasts longer than that. */
function checkLength(coding: string, cycles: number, remedy: string): void {
  if (cycles <= longestCycles) return;
  throw new RangeError(
    `input coding ${coding}: a sample may last ${cycles} cycles, allowed are ${longestCycles}; use ${remedy}`,
  );
}

/** All at once, at the beginning. */
const gradedTiming: InputTiming = {
  writeTicks(_sample, _valuesRaw, ticks) {
    ticks.fill(0);
    return 0;
  },
};

/** Time to first spike: the larger the value, the earlier; a value of 0 comes last. */
function ttfsTiming(cyclesPerStep: number, format: FixedPointFormat): InputTiming {
  if (format.isSigned) {
    throw new RangeError(
      `input coding ttfs: the input format is ${printFormat(format)}; a time says how large a value is, not its sign; use an unsigned format`,
    );
  }
  if (!Number.isInteger(cyclesPerStep) || cyclesPerStep < 1 || cyclesPerStep > mostCycles) {
    throw new RangeError(
      `input coding ttfs: cyclesPerStep = ${cyclesPerStep}; allowed are whole numbers from 1 to ${mostCycles}`,
    );
  }
  const largestRaw = Number(maximumRaw(format));
  checkLength('ttfs', largestRaw * cyclesPerStep, 'fewer cyclesPerStep, or a narrower input');
  return {
    writeTicks(_sample, valuesRaw, ticks) {
      valuesRaw.forEach((valueRaw, axon) => {
        ticks[axon] = (largestRaw - valueRaw) * cyclesPerStep;
      });
      return 0;
    },
  };
}

/** Replay of a recording: an input delivers the number of its events with the last of them. */
function recordedTiming(cyclesPerUs: number, { events, inputShape }: CodedSamples): InputTiming {
  if (events === null) {
    throw new RangeError(
      'input coding recorded: the data set has no event times; use graded or ttfs, or a set of event streams',
    );
  }
  if (!(cyclesPerUs > 0 && cyclesPerUs <= mostCycles)) {
    throw new RangeError(
      `input coding recorded: cyclesPerUs = ${cyclesPerUs}; allowed are numbers above 0, to ${mostCycles}`,
    );
  }
  const tickAt = (record: number): number =>
    Math.floor(elementAt(events.timesUs, record, 'times') * cyclesPerUs);
  const lastUs = events.timesUs.reduce((latest, timeUs) => Math.max(latest, timeUs), 0);
  checkLength('recorded', Math.floor(lastUs * cyclesPerUs), 'fewer cyclesPerUs');
  return {
    writeTicks(sample, valuesRaw, ticks) {
      const begin = elementAt(events.offsets, sample, 'offsets');
      const end = elementAt(events.offsets, sample + 1, 'offsets');
      const endTick = end === begin ? 0 : tickAt(end - 1);
      // What has no value is known to have none only when the recording is over.
      ticks.fill(endTick);
      for (let record = begin; record < end; record += 1) {
        const axon = inputOfEvent(events, record, inputShape);
        if (elementAt(valuesRaw, axon, 'values') !== 0) ticks[axon] = tickAt(record);
      }
      return endTick;
    },
  };
}

/** @throws RangeError where a coding does not fit the input format or the data set, for rates out of range, and samples that last too long. */
export function inputTiming(
  coding: InputCoding,
  samples: CodedSamples,
  format: FixedPointFormat,
): InputTiming {
  switch (coding.kind) {
    case 'graded':
      return gradedTiming;
    case 'ttfs':
      return ttfsTiming(coding.cyclesPerStep, format);
    case 'recorded':
      return recordedTiming(coding.cyclesPerUs, samples);
  }
}
