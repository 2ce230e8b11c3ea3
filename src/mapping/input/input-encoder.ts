import { elementAt } from '../../numerics/integer.js';
import { quantise, quantiseAll, type QuantiserSpec } from '../quantise.js';

/** Samples as their files hold them: real value = feature × featureScale. */
export interface FeatureTable {
  readonly inputCount: number;
  /** Shape (sampleCount × inputCount). */
  readonly features: Uint8Array | Float32Array;
  readonly featureScale: number;
  readonly labels: Uint8Array;
}

/** Consecutive samples as the chip's input format holds them. */
interface EncodedSamples {
  readonly inputsRaw: Int32Array;
  readonly labels: Uint8Array;
}

/**
 * Turns samples into raw integers of the `input` format. Bytes go through a table of 256 entries; real features are
 * quantised one by one.
 */
export class InputEncoder {
  readonly #spec: QuantiserSpec;
  readonly #table: FeatureTable;
  readonly #byteRaw: Int32Array;
  readonly #byteOverflows: Uint8Array;
  #overflowCount = 0;

  constructor(table: FeatureTable, spec: QuantiserSpec) {
    this.#spec = spec;
    this.#table = table;
    this.#byteRaw = new Int32Array(256);
    this.#byteOverflows = new Uint8Array(256);
    for (let byte = 0; byte < 256; byte += 1) {
      const { raw, hasOverflowed } = quantise(byte * table.featureScale, spec);
      this.#byteRaw[byte] = raw;
      this.#byteOverflows[byte] = hasOverflowed ? 1 : 0;
    }
  }

  /** Values that did not fit the input format so far, each presentation counted. */
  get overflowCount(): number {
    return this.#overflowCount;
  }

  /** Goes on counting from a checkpoint. */
  resumeFrom(overflowCount: number): void {
    this.#overflowCount = overflowCount;
  }

  /** Encodes the samples `order[from]` … `order[to − 1]`. */
  encode(order: Uint32Array, from: number, to: number): EncodedSamples {
    const { inputCount, labels } = this.#table;
    const inputsRaw = new Int32Array((to - from) * inputCount);
    const chosenLabels = new Uint8Array(to - from);
    for (let position = from; position < to; position += 1) {
      const sample = elementAt(order, position, 'sample order');
      chosenLabels[position - from] = elementAt(labels, sample, 'labels');
      this.#encodeSample(sample, inputsRaw, (position - from) * inputCount);
    }
    return { inputsRaw, labels: chosenLabels };
  }

  #encodeSample(sample: number, out: Int32Array, at: number): void {
    const { features, featureScale, inputCount } = this.#table;
    const begin = sample * inputCount;
    if (features instanceof Float32Array) {
      const reals = features.subarray(begin, begin + inputCount).map((real) => real * featureScale);
      const { raw, overflowCount } = quantiseAll(reals, this.#spec);
      out.set(raw, at);
      this.#overflowCount += overflowCount;
      return;
    }
    for (let input = 0; input < inputCount; input += 1) {
      const byte = features[begin + input] ?? 0;
      out[at + input] = this.#byteRaw[byte] ?? 0;
      this.#overflowCount += this.#byteOverflows[byte] ?? 0;
    }
  }
}
