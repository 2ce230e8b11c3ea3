import type { Arrivals } from '../../chip/image/arrivals.js';
import { elementAt } from '../../numerics/integer.js';
import type { InputTiming } from './input-timing.js';

/** What is delivered (docs/spec.md §1). */
export interface EventCondition {
  /** A value is an event when its magnitude is above it; raw, in the input format. */
  readonly threshold: number;
  /** Deliver what is no event too, as value 0. */
  readonly isDense: boolean;
}

/** One sample's arrivals, and when it ends. */
interface SampleArrivals {
  /** In order of (tick, axon). */
  readonly axons: Uint32Array;
  readonly endTick: number;
}

/**
 * Turns raw inputs into events in time, for the engine that has time.
 *
 * Implements: docs/spec.md §9 (order of arrival, time of the last event), §1 (event condition, `dense`).
 */
export class ArrivalEncoder {
  readonly #timing: InputTiming;
  readonly #condition: EventCondition;
  readonly #valuesRaw: Int32Array;
  readonly #ticks: Float64Array;

  constructor(inputCount: number, timing: InputTiming, condition: EventCondition) {
    this.#timing = timing;
    this.#condition = condition;
    this.#valuesRaw = new Int32Array(inputCount);
    this.#ticks = new Float64Array(inputCount);
  }

  /**
   * @param inputsRaw shape (samples × inputs), as `InputEncoder` gives them
   * @param samples numbers of these samples in the data set; shape (samples)
   * @throws RangeError when there are not as many samples as rows.
   */
  encode(inputsRaw: Int32Array, samples: Uint32Array): Arrivals {
    const inputCount = this.#valuesRaw.length;
    if (inputsRaw.length !== samples.length * inputCount) {
      throw new RangeError(
        `arrivals: ${inputsRaw.length} raw inputs were given for ${samples.length} samples of ${inputCount} inputs; give a row for each sample`,
      );
    }
    const offsets = new Uint32Array(samples.length + 1);
    const endTicks = new Float64Array(samples.length);
    const axons: number[] = [];
    const valuesRaw: number[] = [];
    const ticks: number[] = [];
    samples.forEach((sample, row) => {
      const ofSample = this.#arrivalsOf(
        sample,
        inputsRaw.subarray(row * inputCount, (row + 1) * inputCount),
      );
      for (const axon of ofSample.axons) {
        axons.push(axon);
        valuesRaw.push(elementAt(this.#valuesRaw, axon, 'values'));
        ticks.push(elementAt(this.#ticks, axon, 'ticks'));
      }
      offsets[row + 1] = axons.length;
      endTicks[row] = ofSample.endTick;
    });
    return {
      offsets,
      axons: Uint32Array.from(axons),
      valuesRaw: Int32Array.from(valuesRaw),
      ticks: Float64Array.from(ticks),
      endTicks,
    };
  }

  /** Leaves the values and ticks of the sample in the scratch arrays. */
  #arrivalsOf(sample: number, inputsRaw: Int32Array): SampleArrivals {
    const { threshold, isDense } = this.#condition;
    const delivered: number[] = [];
    inputsRaw.forEach((inputRaw, axon) => {
      const isEvent = Math.abs(inputRaw) > threshold;
      this.#valuesRaw[axon] = isEvent ? inputRaw : 0;
      if (isEvent || isDense) delivered.push(axon);
    });
    const earliestEnd = this.#timing.writeTicks(sample, this.#valuesRaw, this.#ticks);
    const tickOf = (axon: number): number => elementAt(this.#ticks, axon, 'ticks');
    // Sorting is stable: axons of one tick stay in ascending order.
    const axons = Uint32Array.from(delivered).sort((a, b) => tickOf(a) - tickOf(b));
    const last = axons.at(-1);
    return { axons, endTick: Math.max(earliestEnd, last === undefined ? 0 : tickOf(last)) };
  }
}
