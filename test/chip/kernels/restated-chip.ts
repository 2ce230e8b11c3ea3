/*
 * docs/spec.md §2 said once more, as briefly as BigInt allows: rationals are scaled until everything is an integer,
 * and nothing of src/chip/kernels or src/numerics is used. Slow, for small images only.
 */
import type { ChipImage, LayerImage, TensorName } from '../../../src/chip/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import type { FixedPointFormat } from '../../../src/numerics/format.js';

/** A raw value with its fraction bits. */
interface Fixed {
  readonly raw: bigint;
  readonly fractionBits: number;
}

interface LayerRecord {
  readonly weights: bigint[];
  readonly biases: bigint[];
  readonly lanes: number[];
  readonly overflowCounts: Map<TensorName, number>;
  readonly firstOverflows: Map<TensorName, number>;
  readonly wordWrites: number[];
  nonZeroUpdates: number;
  deadUpdates: number;
}

function unsignedIfNeeded(raw: number, format: FixedPointFormat): bigint {
  return format.isSigned ? BigInt(raw) : BigInt.asUintN(32, BigInt(raw));
}

function at<Element>(list: ArrayLike<Element>, index: number): Element {
  const element = list[index];
  if (element === undefined) throw new RangeError(`no element ${index} of ${list.length}`);
  return element;
}

/** ⌊v/2^d⌋ by division. */
function floorOf(value: bigint, dropBits: bigint): bigint {
  const divisor = 1n << dropBits;
  const quotient = value / divisor;
  return quotient * divisor > value ? quotient - 1n : quotient;
}

export class RestatedChip {
  readonly image: ChipImage;
  readonly layers: readonly LayerRecord[];
  #ordinal = 0;
  #isTraining = false;

  constructor(image: ChipImage) {
    this.image = image;
    const { weight, bias } = image.numerics.formats;
    this.layers = image.layers.map((layer) => ({
      weights: Array.from(layer.weightsRaw, (raw) => unsignedIfNeeded(raw, weight)),
      biases: Array.from(layer.biasesRaw, (raw) => unsignedIfNeeded(raw, bias)),
      lanes: [...layer.laneSeeds],
      overflowCounts: new Map(),
      firstOverflows: new Map(),
      wordWrites: Array.from(
        {
          length:
            layer.inputCount * Math.ceil(layer.neuronCount / layer.organisation.weightsPerWord),
        },
        () => 0,
      ),
      nonZeroUpdates: 0,
      deadUpdates: 0,
    }));
  }

  /** Outputs of the samples, shape (sampleCount × classCount). */
  run(batch: SampleBatch, isTraining: boolean): number[] {
    this.#isTraining = isTraining;
    const inputFormat = at(this.image.layers, 0).inputFormat;
    const width = at(this.image.layers, 0).inputCount;
    const outputs: number[] = [];
    for (let sample = 0; sample < batch.labels.length; sample += 1) {
      const inputs = [...batch.inputsRaw.subarray(sample * width, (sample + 1) * width)];
      const values = [inputs.map((raw) => unsignedIfNeeded(raw, inputFormat))];
      for (const [index, layer] of this.image.layers.entries()) {
        values[index] = at(values, index).map((v) => (this.#isEvent(v, layer) ? v : 0n));
        values.push(this.#forward(index, at(values, index)));
      }
      const raw = values.pop() ?? [];
      outputs.push(...raw.map(Number));
      if (isTraining) {
        this.#train(values, at(batch.labels, sample));
        this.#ordinal += 1;
      }
    }
    return outputs;
  }

  /** h of every layer before the event condition: f′ is taken from it. */
  #hidden: bigint[][] = [];

  #isEvent(value: bigint, layer: LayerImage): boolean {
    return (value < 0n ? -value : value) > BigInt(layer.eventThresholdRaw);
  }

  #forward(index: number, values: readonly bigint[]): bigint[] {
    const layer = at(this.image.layers, index);
    const record = at(this.layers, index);
    const { formats } = this.image.numerics;
    const h: bigint[] = [];
    for (let n = 0; n < layer.neuronCount; n += 1) {
      const bias = { raw: at(record.biases, n), fractionBits: formats.bias.fractionBits };
      let z = this.#into(bias, 'accumulator', index);
      for (const [a, x] of values.entries()) {
        if (x === 0n) continue;
        const product = {
          raw: at(record.weights, a * layer.neuronCount + n) * x,
          fractionBits: formats.weight.fractionBits + layer.inputFormat.fractionBits,
        };
        z = this.#confine(z + this.#rounded(product, 'accumulator'), 'accumulator', index);
      }
      h.push(this.#activate(z, layer));
    }
    this.#hidden[index] = h;
    return h;
  }

  #activate(z: bigint, { activationUnit: unit }: LayerImage): bigint {
    const from = this.image.numerics.formats.accumulator.fractionBits;
    const half = 1n << BigInt(unit.inputFormat.totalBits - 1);
    let input = this.#nearest(z, BigInt(from - unit.inputFormat.fractionBits));
    if (input < -half) input = -half;
    if (input > half - 1n) input = half - 1n;
    const d = BigInt(unit.inputFormat.totalBits - unit.indexBits);
    const index = Number((input + half) >> d);
    const left = BigInt(at(unit.entriesRaw, index));
    if (unit.interpolation === 'none') return left;
    const rise = BigInt(at(unit.entriesRaw, index + 1)) - left;
    return this.#nearest((left << d) + rise * ((input + half) % (1n << d)), d);
  }

  /** Half away from zero: by magnitude. */
  #nearest(value: bigint, dropBits: bigint): bigint {
    if (dropBits <= 0n) return value << -dropBits;
    const magnitude = value < 0n ? -value : value;
    const rounded = (2n * magnitude + (1n << dropBits)) >> (dropBits + 1n);
    return value < 0n ? -rounded : rounded;
  }

  #rounded(value: Fixed, tensor: TensorName, lane?: () => number): bigint {
    const { formats, rounding } = this.image.numerics;
    const drop = BigInt(value.fractionBits - formats[tensor].fractionBits);
    const word = lane?.() ?? 0;
    if (drop <= 0n) return value.raw << -drop;
    const mode = rounding[tensor];
    if (mode === 'truncate') return floorOf(value.raw, drop);
    if (mode === 'nearest') return this.#nearest(value.raw, drop);
    if (mode === 'stochastic') {
      const width = BigInt(this.image.generator.widthBits);
      // word · 2^(d − W), its fraction cut off.
      const aligned = floorOf(BigInt(word) << drop, width);
      return floorOf(value.raw + aligned, drop);
    }
    const below = floorOf(value.raw, drop);
    const doubledRest = 2n * (value.raw - (below << drop)) - (1n << drop);
    if (doubledRest !== 0n) return doubledRest > 0n ? below + 1n : below;
    return below % 2n === 0n ? below : below + 1n;
  }

  #confine(raw: bigint, tensor: TensorName, index: number): bigint {
    const { formats, overflow } = this.image.numerics;
    const { isSigned, totalBits } = formats[tensor];
    const span = 1n << BigInt(totalBits);
    const lowest = isSigned ? -span / 2n : 0n;
    const highest = lowest + span - 1n;
    if (raw >= lowest && raw <= highest) return raw;
    const { overflowCounts, firstOverflows } = at(this.layers, index);
    overflowCounts.set(tensor, (overflowCounts.get(tensor) ?? 0) + 1);
    if (this.#isTraining && !firstOverflows.has(tensor)) firstOverflows.set(tensor, this.#ordinal);
    if (overflow[tensor] === 'saturate') return raw < lowest ? lowest : highest;
    return ((((raw - lowest) % span) + span) % span) + lowest;
  }

  #into(value: Fixed, tensor: TensorName, index: number, lane?: () => number): bigint {
    return this.#confine(this.#rounded(value, tensor, lane), tensor, index);
  }

  #draw(index: number, neuron: number): number {
    const { lanes } = at(this.layers, index);
    const lane = neuron % lanes.length;
    const state = BigInt(at(lanes, lane));
    const mask = BigInt(this.image.generator.polynomialMask);
    lanes[lane] = Number(state % 2n === 1n ? (state >> 1n) ^ mask : state >> 1n);
    return at(lanes, lane);
  }

  #deltaZ(index: number, n: number, label: number): bigint {
    const layer = at(this.image.layers, index);
    const { formats } = this.image.numerics;
    const h = at(at(this.#hidden, index), n);
    const hBits = layer.outputFormat.fractionBits;
    const one = 1n << BigInt(hBits);
    let deltaH: Fixed;
    if (layer.isOutput) {
      const error = h - (n === label ? one : 0n);
      if (this.image.loss === 'bce')
        return this.#into({ raw: error, fractionBits: hBits }, 'delta', index);
      deltaH = { raw: 2n * error, fractionBits: hBits };
    } else {
      const raw = at(layer.feedbackRaw ?? [], label * layer.neuronCount + n);
      deltaH = {
        raw: unsignedIfNeeded(raw, formats.feedback),
        fractionBits: formats.feedback.fractionBits,
      };
    }
    const slope = layer.activationUnit.function === 'tanh' ? one * one - h * h : h * (one - h);
    const product = this.#into(deltaH, 'delta', index) * slope;
    return this.#into(
      { raw: product, fractionBits: formats.delta.fractionBits + 2 * hBits },
      'delta',
      index,
    );
  }

  #rate(index: number, deltaZ: bigint): Fixed {
    const { formats } = this.image.numerics;
    const { learningRate } = at(this.image.layers, index);
    const deltaBits = formats.delta.fractionBits;
    if (learningRate.kind === 'shift') {
      return { raw: deltaZ, fractionBits: deltaBits + learningRate.shiftBits };
    }
    const raw = BigInt(learningRate.mantissaRaw) * deltaZ;
    const exact = { raw, fractionBits: deltaBits + learningRate.fractionBits };
    return { raw: this.#into(exact, 'update', index), fractionBits: formats.update.fractionBits };
  }

  /** t − c with all fraction bits of both. */
  #less(target: Fixed, change: Fixed): Fixed {
    const fractionBits = Math.max(target.fractionBits, change.fractionBits);
    const raise = ({ raw, fractionBits: own }: Fixed) => raw << BigInt(fractionBits - own);
    return { raw: raise(target) - raise(change), fractionBits };
  }

  #train(values: readonly (readonly bigint[])[], label: number): void {
    for (const [index, layer] of this.image.layers.entries()) {
      const rates = Array.from({ length: layer.neuronCount }, (_, n) =>
        this.#rate(index, this.#deltaZ(index, n, label)),
      );
      for (const [axon, x] of at(values, index).entries()) this.#updateRow(index, axon, x, rates);
      const { biases } = at(this.layers, index);
      const { bias } = this.image.numerics.formats;
      const isStochastic = this.image.numerics.rounding.bias === 'stochastic';
      for (const [n, rate] of rates.entries()) {
        const old = { raw: at(biases, n), fractionBits: bias.fractionBits };
        const draw = isStochastic ? () => this.#draw(index, n) : undefined;
        biases[n] = this.#into(this.#less(old, rate), 'bias', index, draw);
      }
    }
  }

  #updateRow(index: number, axon: number, x: bigint, rates: readonly Fixed[]): void {
    const layer = at(this.image.layers, index);
    const record = at(this.layers, index);
    const { formats, rounding } = this.image.numerics;
    const { weightsPerWord, hasWordWriteGating } = layer.organisation;
    const rowWords = Math.ceil(layer.neuronCount / weightsPerWord);
    const written = new Set<number>();
    const isDelivered = x !== 0n || this.image.isDense;
    if (isDelivered && !hasWordWriteGating) {
      for (let word = 0; word < rowWords; word += 1) written.add(word);
    }
    for (const [n, rate] of rates.entries()) {
      if (x === 0n) continue;
      const place = axon * layer.neuronCount + n;
      const old = { raw: at(record.weights, place), fractionBits: formats.weight.fractionBits };
      const change = {
        raw: rate.raw * x,
        fractionBits: rate.fractionBits + layer.inputFormat.fractionBits,
      };
      const draw = rounding.weight === 'stochastic' ? () => this.#draw(index, n) : undefined;
      const next = this.#into(this.#less(old, change), 'weight', index, draw);
      record.weights[place] = next;
      if (change.raw !== 0n) record.nonZeroUpdates += 1;
      if (change.raw !== 0n && next === old.raw) record.deadUpdates += 1;
      if (next !== old.raw) written.add(Math.floor(n / weightsPerWord));
    }
    for (const word of written) {
      record.wordWrites[axon * rowWords + word] = at(record.wordWrites, axon * rowWords + word) + 1;
    }
  }
}
