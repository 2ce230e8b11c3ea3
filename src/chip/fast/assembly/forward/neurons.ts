import { Lanes } from '../lanes';
import { BIAS, NEAREST, STOCHASTIC, UPDATE } from '../numbers';
import { Chip, Layer, overflowOf, TensorFormat } from '../parameters';
import { Scalar } from '../scalar';

/** What happens once per neuron and sample. Implements: docs/spec.md §2.6 steps 2, 4 and 6, §2.8, §2.12. */
export class Neurons {
  /** h[n] = f(z[n]). */
  static activate(chip: Chip, layer: Layer): void {
    if (layer.tableAt == 0) {
      Neurons.activateLinear(chip, layer);
      return;
    }
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const stepBits = layer.tableBits - layer.tableIndexBits;
    const stepMask = ((1 as i64) << stepBits) - 1;
    const tableAt = layer.tableAt as usize;
    const isLinear = layer.isTableLinear;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const sum = load<i64>((layer.sumsAt + (neuron << 3)) as usize);
      const address = Scalar.tableAddress(sum, layer, accumulator);
      const entryAt = tableAt + (((address >> stepBits) as usize) << 2);
      let output = load<i32>(entryAt);
      if (isLinear) {
        const left = output as i64;
        const right = load<i32>(entryAt + 4) as i64;
        const weighted = (left << stepBits) + (right - left) * (address & stepMask);
        output = Scalar.roundDown(weighted, stepBits, NEAREST) as i32;
      }
      store<i32>((layer.outputsAt + (neuron << 2)) as usize, output);
    }
  }

  /** h = z, or max(z, 0): for relu the lowest output is 0. */
  private static activateLinear(chip: Chip, layer: Layer): void {
    const isUnsigned = !changetype<TensorFormat>(chip.accumulatorFormatAt).isSigned;
    const dropBits = layer.activationDropBits;
    const lowest: i64 = layer.lowestOutput;
    const highest: i64 = layer.highestOutput;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const sum = load<i64>((layer.sumsAt + (neuron << 3)) as usize);
      const output = Scalar.roundInto(sum, dropBits, isUnsigned, lowest, highest);
      store<i32>((layer.outputsAt + (neuron << 2)) as usize, output as i32);
    }
  }

  /** g = η·δz of every neuron, for all paths that update weights. */
  static scale(chip: Chip, layer: Layer): void {
    const isRateFactor = layer.isRateFactor;
    let largest: i64 = 0;
    let nonZeroCount: i64 = 0;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const deltaZ = load<i64>((layer.deltasAt + (neuron << 3)) as usize);
      const rate = isRateFactor ? Neurons.timesFactor(deltaZ, chip, layer) : deltaZ;
      store<i64>((layer.ratesAt + (neuron << 3)) as usize, rate);
      largest = max(largest, rate < 0 ? -rate : rate);
      nonZeroCount += rate != 0 ? 1 : 0;
    }
    layer.largestRate = largest;
    layer.nonZeroRateCount = nonZeroCount;
  }

  /** b ← b − g. */
  static updateBiases(chip: Chip, layer: Layer): void {
    const format = changetype<TensorFormat>(chip.biasFormatAt);
    const overflow = overflowOf(layer, BIAS);
    const isStochastic = format.rounding == STOCHASTIC;
    let lane: i32 = 0;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const word = isStochastic ? Lanes.draw(chip, layer, lane) : 0;
      lane += 1;
      if (lane == layer.laneCount) lane = 0;
      const biasAt = (layer.biasesAt + (neuron << 2)) as usize;
      const bias = Scalar.loadBias(chip, layer, neuron);
      const rate = load<i64>((layer.ratesAt + (neuron << 3)) as usize);
      const next = Scalar.subtract(
        bias,
        rate,
        layer.biasDropBits,
        word,
        chip.generatorBits,
        format,
        overflow,
      );
      store<i32>(biasAt, next as i32);
    }
  }

  /** m·δz → update. */
  private static timesFactor(deltaZ: i64, chip: Chip, layer: Layer): i64 {
    return Scalar.convert(
      deltaZ * layer.rateMantissa,
      layer.rateShift,
      changetype<TensorFormat>(chip.updateFormatAt),
      overflowOf(layer, UPDATE),
    );
  }
}
