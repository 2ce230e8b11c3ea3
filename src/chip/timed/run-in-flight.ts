import type { RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { Arrivals } from '../image/arrivals.js';
import type { Pass, SampleBatch, StepSample } from '../engine.js';

/** Samples whose events may reach the pins each at its own time (docs/spec.md §9). */
export interface TimedBatch extends SampleBatch {
  /** Left out: graded, as soon as the chip takes them. What arrives stands for `inputsRaw`. */
  readonly arrivals?: Arrivals;
}

/** The kind of run that a pass is booked as. */
export function runOf(pass: Pass): RunKind {
  return pass === 'inference' ? 'inference' : 'training';
}

/** The batch that the chip works on, and how far its samples have come. Samples are numbered from 0 in it. */
export class RunInFlight {
  readonly pass: Pass;
  readonly run: RunKind;
  readonly batch: TimedBatch;
  readonly sampleCount: number;
  /** Shape (sampleCount × classCount). */
  readonly outputsRaw: Int32Array;
  readonly #firstOrdinal: number;
  readonly #classCount: number;
  readonly #layerCount: number;
  /** Per sample in flight, at its number modulo the count of layers: layers that have finished it, and the tick of its entry. */
  readonly #finishedLayers: Int32Array;
  readonly #entryTicks: Float64Array;
  /** At the same places: whether it is not learned from (docs/spec.md §2.15), once its outputs are known. */
  readonly #skips: Uint8Array;
  /** Per layer: samples that it has begun, and that it has finished. */
  readonly #begunCounts: Int32Array;
  readonly #finishedSampleCounts: Int32Array;
  #finishedCount = 0;

  /** `firstOrdinal`: number of the first sample among all of its pass so far. */
  constructor(
    pass: Pass,
    batch: TimedBatch,
    firstOrdinal: number,
    shape: { readonly classCount: number; readonly layerCount: number },
  ) {
    this.pass = pass;
    this.run = runOf(pass);
    this.batch = batch;
    this.sampleCount = batch.labels.length;
    this.outputsRaw = new Int32Array(this.sampleCount * shape.classCount);
    this.#firstOrdinal = firstOrdinal;
    this.#classCount = shape.classCount;
    this.#layerCount = shape.layerCount;
    this.#finishedLayers = new Int32Array(shape.layerCount);
    this.#entryTicks = new Float64Array(shape.layerCount);
    this.#skips = new Uint8Array(shape.layerCount);
    this.#begunCounts = new Int32Array(shape.layerCount);
    this.#finishedSampleCounts = new Int32Array(shape.layerCount);
  }

  /** Samples that have left the chip. */
  get finishedCount(): number {
    return this.#finishedCount;
  }

  /** The sample's number among all of its kind of pass. */
  numberOf(sample: number): number {
    return this.#firstOrdinal + sample;
  }

  factsOf(sample: number): StepSample {
    return {
      pass: this.pass,
      label: elementAt(this.batch.labels, sample, 'labels'),
      trainingOrdinal: this.pass === 'training' ? this.#firstOrdinal + sample : -1,
    };
  }

  /** The sample's place in the data set; 0 where none is given, for rules that do not ask. */
  indexOf(sample: number): number {
    return this.batch.sampleIndices?.[sample] ?? 0;
  }

  enter(sample: number, tick: number): void {
    this.#entryTicks[sample % this.#layerCount] = tick;
    this.#finishedLayers[sample % this.#layerCount] = 0;
  }

  keepOutputs(sample: number, outputsRaw: Int32Array): void {
    this.outputsRaw.set(outputsRaw, sample * this.#classCount);
  }

  /** The outputs of a sample tell whether it is learned from. */
  judge(sample: number, isSkipped: boolean): void {
    this.#skips[sample % this.#layerCount] = isSkipped ? 1 : 0;
  }

  /** Whether a sample whose outputs are known is not learned from. */
  isSkipped(sample: number): boolean {
    return this.#skips[sample % this.#layerCount] === 1;
  }

  /** A layer begins its next sample. */
  beginLayer(layer: number): void {
    this.#begunCounts[layer] = elementAt(this.#begunCounts, layer, 'layers') + 1;
  }

  /** Whether a layer has begun a sample and not finished it. */
  isLayerOpen(layer: number): boolean {
    const finishedSampleCount = elementAt(this.#finishedSampleCounts, layer, 'layers');
    return elementAt(this.#begunCounts, layer, 'layers') > finishedSampleCount;
  }

  /** A layer has finished its sample. Returns the tick of the sample's entry when all layers have, else null. */
  finishLayer(layer: number): number | null {
    const sample = elementAt(this.#finishedSampleCounts, layer, 'layers');
    this.#finishedSampleCounts[layer] = sample + 1;
    const place = sample % this.#layerCount;
    const finished = elementAt(this.#finishedLayers, place, 'samples in flight') + 1;
    this.#finishedLayers[place] = finished;
    if (finished < this.#layerCount) return null;
    this.#finishedCount += 1;
    return elementAt(this.#entryTicks, place, 'samples in flight');
  }
}
