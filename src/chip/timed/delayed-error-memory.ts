import { mantissaBits } from '../../numerics/learning-rate.js';
import type { ChipImage, DefpSpec } from '../image/chip-image.js';
import { AccessMeter, pins, trainingFeedback, trainingUpdate } from '../../ledger/access-meter.js';
import type { StepArithmetic, StepSample } from '../engine.js';
import { delayedErrorWords, keptErrorBits, learns, scalesRates } from '../image/learning-layers.js';
import { isAveraged, keepsLastErrors, keepsLoss } from '../../network/defp-variants.js';
import { type ChipServices, tickPhases } from './chip-services.js';

/** Cycles of an access of one word: 1 on the chip, more where the memory lies off it. */
export interface DelayedErrorLatency {
  readonly readCycles: number;
  readonly writeCycles: number;
}

/** S less its share, and the new error (docs/spec.md §2.9, averages by shifts). */
const averageAdditions = 2;

/** A sample between its entry and the write of its delayed error. */
interface InFlight {
  readonly sample: number;
  /** Its place in the data set. */
  readonly index: number;
  isRead: boolean;
  isReading: boolean;
  /** Homes that want d, until it is read, and the tick from which each could have it, a cycle a word. */
  readonly readers: { readonly reader: number; readonly fromTick: number }[];
  /** Tick at which the first of them asked, while an earlier visit is still to be written. */
  waitsSince: number | null;
  /** What the output layer does once the write may begin. */
  write: (() => void) | null;
}

/**
 * The delayed errors of DEFP in time: one port to read, one to write. The first home that wants d of a sample reads the
 * memory, the others get it from a register, so that it stays as the sample found it.
 *
 * Implements: docs/spec.md §8 (DEFP's hazard, delayed-error memory), §5 (the read of d), §4.2 (once-a-sample rows of defp).
 */
export class TimedDelayedErrorMemory {
  readonly #isMean: boolean;
  /** One word, which every sample reads and writes. */
  readonly #isOfLastSamples: boolean;
  readonly #wordCount: number;
  readonly #registerCount: number;
  readonly #isReadByLayers: boolean;
  readonly #latency: DelayedErrorLatency;
  readonly #steps: StepArithmetic;
  readonly #services: ChipServices;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  readonly #reciprocals: AccessMeter;
  readonly #additions: AccessMeter;
  readonly #additionCount: number;
  /** m·d of every layer that learns, where d scales η. */
  readonly #rateProducts: AccessMeter;
  readonly #rateCount: number;
  /** Whether d is 1/y of the label: a division per sample. */
  readonly #isReciprocal: boolean;
  readonly #readEnds: number;
  readonly #registerReady: number;
  readonly #writeEnds: number;
  readonly #whenFetched: ((sample: number) => void)[] = [];
  readonly #inFlight: InFlight[] = [];
  readonly #words: number[] = [];
  #readPortFreeTick = 0;
  #writePortFreeTick = 0;
  #hazardCount = 0;
  #hazardCycles = 0;

  constructor(
    image: ChipImage,
    rule: DefpSpec,
    latency: DelayedErrorLatency,
    steps: StepArithmetic,
    services: ChipServices,
  ) {
    const { queue, ledger } = services;
    this.#isMean = rule.variant === 'aggregated';
    const { delayedError } = image.numerics.formats;
    this.#isOfLastSamples = keepsLastErrors(rule.variant);
    this.#wordCount = delayedErrorWords(rule, image.classCount, delayedError);
    this.#registerCount = image.layers.length;
    this.#isReadByLayers = image.layers.some((layer) => !layer.isOutput && learns(image, layer));
    this.#latency = latency;
    this.#steps = steps;
    this.#services = services;
    this.#reads = new AccessMeter(ledger, pins, 'delayedError.read', rule.wordBits);
    this.#writes = new AccessMeter(ledger, pins, 'delayedError.write', rule.wordBits);
    const { totalBits } = delayedError;
    this.#reciprocals = new AccessMeter(ledger, pins, 'datapath.reciprocal', totalBits);
    this.#isReciprocal = keepsLoss(rule.variant) && image.loss === 'bce';
    const sumBits = keptErrorBits(rule, delayedError);
    this.#additions = new AccessMeter(ledger, pins, 'datapath.add', sumBits);
    this.#additionCount = isAveraged(rule.variant) ? averageAdditions : 0;
    const rateBits = Math.max(totalBits, mantissaBits);
    this.#rateProducts = new AccessMeter(ledger, pins, 'datapath.multiply', rateBits);
    this.#rateCount = scalesRates(rule)
      ? image.layers.filter((layer) => learns(image, layer)).length
      : 0;
    this.#readEnds = queue.register((sample) => {
      this.#endRead(sample);
    });
    this.#registerReady = queue.register((reader, sample) => {
      this.#whenFetched[reader]?.(sample);
    });
    this.#writeEnds = queue.register((sample) => {
      this.#endWrite(sample);
    });
  }

  /** Reads that had to wait for the write of the same sample's visit before. */
  get hazardCount(): number {
    return this.#hazardCount;
  }

  /** Cycles that they waited. */
  get hazardCycles(): number {
    return this.#hazardCycles;
  }

  /** `reader`, a number of its own, is called when d of a sample that it fetches is there. */
  subscribe(reader: number, whenFetched: (sample: number) => void): void {
    this.#whenFetched[reader] = whenFetched;
  }

  /** A new batch: samples whose delayed error was never written, because a program left it out, are in flight no more. */
  begin(): void {
    this.#inFlight.length = 0;
  }

  /** A sample enters the chip; from now on a later visit of it has to wait. */
  enter(sample: number, index: number): void {
    this.#inFlight.push({
      sample,
      index: this.#isOfLastSamples ? 0 : index,
      isRead: false,
      isReading: false,
      readers: [],
      waitsSince: null,
      write: null,
    });
  }

  /** Where d of a sample lies for the datapath, once it is fetched. */
  wordOf(sample: number): number {
    return this.#words[sample % this.#registerCount] ?? 0;
  }

  /** Asks for d of a sample, for a reader. */
  fetch(sample: number, reader: number): void {
    const { queue } = this.#services;
    const entry = this.#inFlight.find((candidate) => candidate.sample === sample);
    // The mean and what was read before stand in registers.
    const fromTick = queue.now + this.#wordCount;
    if (this.#isMean || entry === undefined || entry.isRead) {
      queue.schedule(fromTick, tickPhases.workEnds, this.#registerReady, reader, sample);
      return;
    }
    entry.readers.push({ reader, fromTick });
    this.#tryRead(entry);
  }

  /**
   * Keeps the new d of a sample; `whenAccepted` goes on as soon as the write has begun, which is when d was read: of a sample
   * that is skipped (docs/spec.md §2.15) no layer asks for it.
   */
  keep(sample: number, facts: StepSample, whenAccepted: () => void, isSkipped = false): void {
    const entry = this.#inFlight.find((candidate) => candidate.sample === sample);
    if (entry === undefined) {
      throw new RangeError(
        `delayed-error memory: sample ${sample} is not in flight; each sample enters once and is kept once`,
      );
    }
    entry.write = () => {
      entry.write = null;
      this.#write(entry, facts);
      whenAccepted();
    };
    const isAskedFor = this.#isReadByLayers && !isSkipped;
    const mustBeRead = facts.pass === 'training' && isAskedFor && !this.#isMean;
    if (!mustBeRead || entry.isRead) entry.write();
  }

  #tryRead(entry: InFlight): void {
    const { queue, stall } = this.#services;
    if (entry.isReading) return;
    const isOverdue = this.#inFlight.some(
      ({ sample, index }) => sample < entry.sample && index === entry.index,
    );
    if (isOverdue) {
      entry.waitsSince ??= queue.now;
      return;
    }
    if (entry.waitsSince !== null) {
      this.#hazardCount += 1;
      this.#hazardCycles += queue.now - entry.waitsSince;
      entry.waitsSince = null;
    }
    entry.isReading = true;
    const start = Math.max(queue.now, this.#readPortFreeTick) + stall('delayedError', null);
    const end = start + this.#wordCount * this.#latency.readCycles;
    this.#readPortFreeTick = end;
    queue.schedule(end, tickPhases.workEnds, this.#readEnds, entry.sample, 0);
  }

  #endRead(sample: number): void {
    const entry = this.#inFlight.find((candidate) => candidate.sample === sample);
    if (entry === undefined) return;
    entry.isRead = true;
    this.#latch(entry);
    const { queue } = this.#services;
    for (const { reader, fromTick } of entry.readers) {
      const tick = Math.max(queue.now, fromTick);
      queue.schedule(tick, tickPhases.workEnds, this.#registerReady, reader, sample);
    }
    entry.write?.();
  }

  #latch({ sample, index }: InFlight): void {
    const register = sample % this.#registerCount;
    this.#words[register] = this.#steps.latchDelayedError(index, register);
    this.#reads.add(trainingFeedback, this.#wordCount);
    this.#rateProducts.add(trainingFeedback, this.#rateCount);
  }

  #write(entry: InFlight, facts: StepSample): void {
    const { queue, stall } = this.#services;
    // Where no layer wants d, the read still comes before the write.
    if (facts.pass === 'training' && !this.#isMean && !entry.isRead) this.#latch(entry);
    this.#steps.keepDelayedError(entry.index, facts);
    if (this.#isMean) {
      this.#forget(entry.sample);
      return;
    }
    this.#writes.add(trainingUpdate, this.#wordCount);
    if (this.#isReciprocal) this.#reciprocals.add(trainingUpdate, 1);
    this.#additions.add(trainingUpdate, this.#additionCount);
    const start = Math.max(queue.now, this.#writePortFreeTick) + stall('delayedError', null);
    const end = start + this.#wordCount * this.#latency.writeCycles;
    this.#writePortFreeTick = end;
    queue.schedule(end, tickPhases.workEnds, this.#writeEnds, entry.sample, 0);
  }

  #forget(sample: number): void {
    const place = this.#inFlight.findIndex((entry) => entry.sample === sample);
    this.#inFlight.splice(place, 1);
  }

  #endWrite(sample: number): void {
    this.#forget(sample);
    for (const entry of this.#inFlight) {
      if (entry.waitsSince !== null) this.#tryRead(entry);
    }
  }
}
