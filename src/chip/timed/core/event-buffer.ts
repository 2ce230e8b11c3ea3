import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';

/**
 * The events of the sample in flight at one core, in the order in which they came; one a cycle is taken. In training they stay
 * until the update, else until the pass is over.
 *
 * Implements: docs/spec.md §8 (event buffer), §4.2 (eventBuffer.write, eventBuffer.read).
 * Invariant: no event is dropped, none is taken twice, none of another sample is taken.
 */
export class TimedEventBuffer {
  readonly #path: string;
  readonly #depth: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  readonly #axons: Int32Array;
  readonly #readyTicks: Float64Array;
  readonly #isTaken: Uint8Array;
  readonly #valuesRaw: Int32Array;
  #sample: number | null = null;
  #writtenAt: Moment | null = null;
  #lastTick = 0;
  #size = 0;

  /**
   * `layer`: the part as a layer of its own. `depth`: words, an event each. `valuesRaw`: where the datapath finds what each
   * axon received, 0 where nothing did; shape (inputCount).
   */
  constructor(
    layer: LayerImage,
    depth: number,
    valuesRaw: Int32Array,
    place: Place,
    ledger: AccessLedger,
  ) {
    const bits = layer.organisation.wordBits.eventBuffer;
    this.#path = `event buffer of core ${layer.core} (layer ${layer.layer})`;
    this.#depth = depth;
    this.#reads = new AccessMeter(ledger, place, 'eventBuffer.read', bits);
    this.#writes = new AccessMeter(ledger, place, 'eventBuffer.write', bits);
    this.#axons = new Int32Array(depth);
    this.#readyTicks = new Float64Array(depth);
    this.#isTaken = new Uint8Array(layer.inputCount);
    this.#valuesRaw = valuesRaw;
  }

  /** The sample whose events are let in, or lie in it; null: it is free. */
  get sample(): number | null {
    return this.#sample;
  }

  /** Events taken so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Lets the events of a sample in; `writtenAt`: when they are kept for an update, else null.
   * @throws RangeError while those of another lie in it.
   */
  open(sample: number, writtenAt: Moment | null): void {
    if (this.#sample !== null) {
      throw new RangeError(
        `${this.#path}: sample ${sample} cannot come in while the events of sample ${this.#sample} lie in it; release them first`,
      );
    }
    this.#sample = sample;
    this.#writtenAt = writtenAt;
  }

  /**
   * Takes an event; it is in the buffer at `tick`, or later where the event before it holds up the port.
   * @throws RangeError when the buffer is full, or the event is of another sample, or of an axon that sent one already.
   */
  take(sample: number, axon: number, valueRaw: number, tick: number): void {
    if (sample !== this.#sample || this.#isTaken[axon] !== 0) {
      throw new RangeError(
        `${this.#path}: an event of sample ${sample} for axon ${axon} came while sample ${this.#sample ?? 'none'} is let in; each axon sends one event a sample at most`,
      );
    }
    if (this.#size === this.#depth) {
      throw new RangeError(
        `${this.#path}: event ${this.#size + 1} of sample ${sample} does not fit, it holds ${this.#depth}; use a deeper buffer, or place the layer on more cores`,
      );
    }
    this.#lastTick = Math.max(tick, this.#lastTick + 1);
    this.#readyTicks[this.#size] = this.#lastTick;
    this.#axons[this.#size] = axon;
    this.#isTaken[axon] = 1;
    this.#valuesRaw[axon] = valueRaw;
    this.#size += 1;
    if (this.#writtenAt !== null) this.#writes.add(this.#writtenAt, 1);
  }

  /** Tick from which the event with this number is in the buffer. */
  readyTick(event: number): number {
    return this.#readyTicks[event] ?? 0;
  }

  axonOf(event: number): number {
    return this.#axons[event] ?? 0;
  }

  /** What an axon received, 0 where nothing did. */
  valueAt(axon: number): number {
    return this.#valuesRaw[axon] ?? 0;
  }

  /** The axon of an event, read for the update. */
  readForUpdate(event: number, moment: Moment): number {
    this.#reads.add(moment, 1);
    return this.axonOf(event);
  }

  /** Forgets the sample: another may come in. */
  release(): void {
    for (let event = 0; event < this.#size; event += 1) {
      const axon = this.axonOf(event);
      this.#valuesRaw[axon] = 0;
      this.#isTaken[axon] = 0;
    }
    this.#size = 0;
    this.#sample = null;
  }
}
