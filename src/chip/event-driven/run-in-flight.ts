import type { RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { Arrivals } from '../arrivals.js';
import type { SampleBatch } from '../engine.js';
import type { Pass } from '../kernels/kernel-module.js';
import type { StepSample } from '../kernels/kernel-steps.js';

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
  readonly #coreCount: number;
  /** Of the samples in flight, by their number modulo the cores: cores that are through, and the tick of entry. */
  readonly #finishedCores: Int32Array;
  readonly #entryTicks: Float64Array;
  /** Per core: samples that it has begun, and that it is through with. */
  readonly #begunCounts: Int32Array;
  readonly #throughCounts: Int32Array;
  #finishedCount = 0;

  /** `firstOrdinal`: number of the first sample among all of its pass so far. */
  constructor(
    pass: Pass,
    batch: TimedBatch,
    firstOrdinal: number,
    shape: { readonly classCount: number; readonly coreCount: number },
  ) {
    this.pass = pass;
    this.run = runOf(pass);
    this.batch = batch;
    this.sampleCount = batch.labels.length;
    this.outputsRaw = new Int32Array(this.sampleCount * shape.classCount);
    this.#firstOrdinal = firstOrdinal;
    this.#classCount = shape.classCount;
    this.#coreCount = shape.coreCount;
    this.#finishedCores = new Int32Array(shape.coreCount);
    this.#entryTicks = new Float64Array(shape.coreCount);
    this.#begunCounts = new Int32Array(shape.coreCount);
    this.#throughCounts = new Int32Array(shape.coreCount);
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
    this.#entryTicks[sample % this.#coreCount] = tick;
    this.#finishedCores[sample % this.#coreCount] = 0;
  }

  keepOutputs(sample: number, outputsRaw: Int32Array): void {
    this.outputsRaw.set(outputsRaw, sample * this.#classCount);
  }

  /** A core begins its next sample. */
  beginCore(core: number): void {
    this.#begunCounts[core] = elementAt(this.#begunCounts, core, 'cores') + 1;
  }

  /** Whether a core has begun a sample that it is not through with. */
  isCoreOpen(core: number): boolean {
    const throughCount = elementAt(this.#throughCounts, core, 'cores');
    return elementAt(this.#begunCounts, core, 'cores') > throughCount;
  }

  /** A core is through with its sample. Returns the tick of the sample's entry when all are, else null. */
  finishCore(core: number): number | null {
    const sample = elementAt(this.#throughCounts, core, 'cores');
    this.#throughCounts[core] = sample + 1;
    const place = sample % this.#coreCount;
    const finished = elementAt(this.#finishedCores, place, 'samples in flight') + 1;
    this.#finishedCores[place] = finished;
    if (finished < this.#coreCount) return null;
    this.#finishedCount += 1;
    return elementAt(this.#entryTicks, place, 'samples in flight');
  }
}
