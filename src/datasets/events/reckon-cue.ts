import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import { type EventStream, type InputShape, valueCount } from '../dataset.js';

/** Cue accumulation has 40 input neurons in a row. */
export const cueShape: InputShape = [1, 1, 40];

/** In place of a neuron: the label follows, and the supervision begins. */
const labelMark = -2;
/** In place of a neuron: the sample ends at the time that follows. */
const endMark = -1;
const usPerMs = 1000;
/** The latest time that fits 32 bits in µs. */
const latestMs = 4_294_967;

/** Samples of cue accumulation. */
interface CueSamples {
  readonly stream: EventStream;
  /** Shape (samples): 0 or 1. */
  readonly labels: Uint8Array;
}

/** What has been read so far; the lists grow with the file. */
interface Reading {
  readonly path: string;
  readonly offsets: number[];
  readonly timesUs: number[];
  readonly addresses: number[];
  readonly labels: number[];
  /** Of the sample that is open. */
  latestMs: number;
  label: number | null;
}

function placeOf({ path, offsets }: Reading, lineNumber: number): string {
  return `${path}:${lineNumber}: sample ${offsets.length - 1}`;
}

function endSample(reading: Reading, lineNumber: number, endMs: number): void {
  const place = placeOf(reading, lineNumber);
  if (reading.label === null) {
    throw new InputError(
      `${place} ends without a label; a line "${labelMark}, label" must come before its end`,
    );
  }
  if (endMs < reading.latestMs) {
    throw new InputError(
      `${place} ends at ${endMs} ms, after an event at ${reading.latestMs} ms; time must not go backwards within a sample; correct that line`,
    );
  }
  reading.labels.push(reading.label);
  reading.offsets.push(reading.timesUs.length);
  reading.latestMs = 0;
  reading.label = null;
}

function takeLabel(reading: Reading, lineNumber: number, label: number): void {
  const place = placeOf(reading, lineNumber);
  if (reading.label !== null) {
    throw new InputError(`${place} has a second label, ${label}; allowed is one label a sample`);
  }
  if (label > 1) {
    throw new InputError(`${place} has label ${label}; allowed are 0 and 1`);
  }
  reading.label = label;
}

function takeEvent(reading: Reading, lineNumber: number, neuron: number, timeMs: number): void {
  const place = placeOf(reading, lineNumber);
  const neuronCount = valueCount(cueShape);
  if (neuron >= neuronCount) {
    throw new InputError(
      `${place}: neuron ${neuron} is outside 0..${neuronCount - 1}; correct that line`,
    );
  }
  if (timeMs < reading.latestMs) {
    throw new InputError(
      `${place}: time ${timeMs} ms comes after ${reading.latestMs} ms; time must not go backwards within a sample; correct that line`,
    );
  }
  reading.latestMs = timeMs;
  reading.timesUs.push(timeMs * usPerMs);
  reading.addresses.push(neuron);
}

function takeLine(reading: Reading, lineNumber: number, line: string): void {
  const [, first, second] = /^(-[12]|\d+), ?(\d+)$/.exec(line) ?? [];
  const [mark, value] = [Number(first), Number(second)];
  if (first === undefined || value > latestMs) {
    throw new InputError(
      `${placeOf(reading, lineNumber)}: ${JSON.stringify(line)} is no record; it must be "neuron, time in ms" with times to ${latestMs}, "${labelMark}, label" or "${endMark}, end in ms"`,
    );
  }
  if (mark === endMark) endSample(reading, lineNumber, value);
  else if (mark === labelMark) takeLabel(reading, lineNumber, value);
  else takeEvent(reading, lineNumber, mark, value);
}

/** A label or events after the end of the last sample. */
function isInsideSample({ offsets, timesUs, label }: Reading): boolean {
  return label !== null || timesUs.length > elementAt(offsets, offsets.length - 1, 'offsets');
}

/**
 * Reads the delayed-supervision navigation data of ReckOn (C. Frenkel, G. Indiveri, ISSCC 2022): text, first the number
 * of samples, then a line for each spike, "neuron, time in ms"; "-2, label" where supervision begins; "-1, end in ms"
 * ends a sample.
 * @throws InputError with the line and the sample where a record is none, out of range or back in time, where a sample
 * is cut off, and where there are not as many samples as the first line says.
 */
export function readReckonCue(content: Uint8Array, path: string): CueSamples {
  const lines = new TextDecoder('latin1').decode(content).trimEnd().split(/\r?\n/);
  const statedText = elementAt(lines, 0, path);
  if (!/^[1-9]\d{0,8}$/.test(statedText)) {
    throw new InputError(
      `${path}:1: the first line is ${JSON.stringify(statedText.slice(0, 40))}; it must be the number of samples, at least 1`,
    );
  }
  const reading: Reading = {
    path,
    offsets: [0],
    timesUs: [],
    addresses: [],
    labels: [],
    latestMs: 0,
    label: null,
  };
  lines.slice(1).forEach((line, index) => {
    takeLine(reading, index + 2, line);
  });
  const { offsets, timesUs, addresses, labels } = reading;
  if (isInsideSample(reading)) {
    throw new InputError(
      `${placeOf(reading, lines.length)} is cut off: the file ends before its line "${endMark}, end in ms"; get the file again`,
    );
  }
  if (labels.length !== Number(statedText)) {
    throw new InputError(
      `${path}: the file holds ${labels.length} samples, its first line says ${statedText}; get the file again`,
    );
  }
  const stream = {
    offsets: Uint32Array.from(offsets),
    timesUs: Uint32Array.from(timesUs),
    addresses: Uint32Array.from(addresses),
    polarities: new Uint8Array(timesUs.length),
  };
  return { stream, labels: Uint8Array.from(labels) };
}
