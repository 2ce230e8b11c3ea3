import { ConvolutionSignals } from './convolution-signals';
import { DelayedErrorMemory } from './delayed-error-memory';
import {
  BCE,
  CE,
  DELAYED_VECTOR,
  DELTA,
  IDENTITY,
  LABEL_ROW,
  NEXT_DELTA,
  OUTPUT_ERROR,
  OUTPUT_SIGN,
  RELU,
  SCALED_ROW,
  TANH,
} from '../numbers';
import { Chip, Layer, layerAt, OverflowRecord, overflowOf, TensorFormat } from '../parameters';
import { Scalar } from '../scalar';
import { Pooling } from '../forward/pooling';
import { SignalProduct } from './signal-product';
import { Softmax } from '../forward/softmax';

/** δz of every layer that needs it, from the last to the first. Implements: docs/spec.md §2.6 step 3, §2.9, §2.10, §2.12, §2.13. */
export class ErrorSignals {
  /** After the forward pass of all layers and `latch`, before any update. `sample`: its place among the staged ones. */
  static make(chip: Chip, sample: i32, label: i32): void {
    for (let index = chip.layerCount - 1; index >= 0; index -= 1) {
      ErrorSignals.ofLayer(chip, index, sample, label);
    }
  }

  /** What the outputs say to all hidden layers: once a sample, before any of them. */
  static latch(chip: Chip, label: i32): void {
    const output = layerAt(chip, chip.layerCount - 1);
    const source = chip.signalSource;
    if (source == OUTPUT_ERROR) ErrorSignals.takeErrors(chip, output, label);
    else if (source == OUTPUT_SIGN) ErrorSignals.takeSigns(chip, output, label);
  }

  /** δz of one layer where it is needed, after that of the layer above where the rule wants it. */
  static ofLayer(chip: Chip, index: i32, sample: i32, label: i32): void {
    const layer = layerAt(chip, index);
    if (!layer.needsDelta) return;
    DelayedErrorMemory.scaleRate(chip, layer, sample);
    if (index == chip.layerCount - 1) ErrorSignals.ofOutput(chip, layer, label);
    else ErrorSignals.ofHidden(chip, layer, index, sample, label);
  }

  private static ofHidden(chip: Chip, layer: Layer, index: i32, sample: i32, label: i32): void {
    const source = chip.signalSource;
    if (source == LABEL_ROW) {
      ErrorSignals.copyRow(layer, label);
    } else {
      if (source == SCALED_ROW) {
        ErrorSignals.scaleRow(layer, label, DelayedErrorMemory.read(chip, sample));
      } else if (source == NEXT_DELTA) {
        ErrorSignals.multiplyNext(chip, layer, layerAt(chip, index + 1));
      } else {
        // Taken for every layer anew: in a pipeline each works on another sample.
        if (source == DELAYED_VECTOR) DelayedErrorMemory.takeVector(chip, sample, label);
        SignalProduct.multiply(chip, layer, layer.neuronCount, layer.deltasAt as usize);
      }
      ErrorSignals.roundSignals(chip, layer);
    }
    ErrorSignals.applySlopes(chip, layer);
  }

  /** Σ M·δz of the next layer for every value that leaves this one; with pooling it goes to the winner. */
  private static multiplyNext(chip: Chip, layer: Layer, next: Layer): void {
    const sumsAt = (layer.isConvolution ? layer.leavingSignalsAt : layer.deltasAt) as usize;
    if (next.isConvolution) {
      ConvolutionSignals.multiply(layer, next, sumsAt);
    } else {
      SignalProduct.take(chip, next.deltasAt as usize, next.neuronCount);
      SignalProduct.multiply(chip, layer, layer.outputCount, sumsAt);
    }
    if (layer.isConvolution) Pooling.giveToWinners(layer);
  }

  /** e = y − t, exact at F_output. */
  @inline
  static error(output: Layer, neuron: i32, label: i32): i64 {
    const value = load<i32>((output.outputsAt + (neuron << 2)) as usize) as i64;
    return value - (neuron == label ? (1 as i64) << output.outputFractionBits : 0);
  }

  /** e as the rules `dfa` and `sdfa` take it: p − t where loss `ce` has outputs without f, else y − t. */
  @inline
  private static sharedError(chip: Chip, output: Layer, neuron: i32, label: i32): i64 {
    return chip.takesProbabilities
      ? Softmax.error(chip, neuron, label)
      : ErrorSignals.error(output, neuron, label);
  }

  /** e → delta, for all hidden layers. */
  private static takeErrors(chip: Chip, output: Layer, label: i32): void {
    const delta = changetype<TensorFormat>(chip.deltaFormatAt);
    const overflow = overflowOf(output, DELTA);
    for (let neuron: i32 = 0; neuron < output.neuronCount; neuron += 1) {
      const error = ErrorSignals.sharedError(chip, output, neuron, label);
      const rounded = Scalar.convert(error, chip.signalErrorShift, delta, overflow);
      store<i64>((chip.signalAt + (neuron << 3)) as usize, rounded);
    }
    SignalProduct.take(chip, chip.signalAt as usize, output.neuronCount);
  }

  /** sign(e), for all hidden layers. */
  private static takeSigns(chip: Chip, output: Layer, label: i32): void {
    for (let neuron: i32 = 0; neuron < output.neuronCount; neuron += 1) {
      const error = ErrorSignals.sharedError(chip, output, neuron, label);
      const sign: i64 = error > 0 ? 1 : error < 0 ? -1 : 0;
      store<i64>((chip.signalAt + (neuron << 3)) as usize, sign);
    }
    SignalProduct.take(chip, chip.signalAt as usize, output.neuronCount);
  }

  private static ofOutput(chip: Chip, layer: Layer, label: i32): void {
    const delta = changetype<TensorFormat>(chip.deltaFormatAt);
    const overflow = overflowOf(layer, DELTA);
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const error =
        chip.loss == CE
          ? Softmax.error(chip, neuron, label)
          : ErrorSignals.error(layer, neuron, label);
      const rounded = Scalar.convert(error, layer.errorShift, delta, overflow);
      store<i64>((layer.deltasAt + (neuron << 3)) as usize, rounded);
    }
    if (chip.loss != BCE) ErrorSignals.applySlopes(chip, layer);
  }

  /** δh = B → delta was rounded beforehand; its values that did not fit count in every sample of the class. */
  private static copyRow(layer: Layer, label: i32): void {
    const rowBytes = layer.neuronCount << 3;
    memory.copy(
      layer.deltasAt as usize,
      (layer.feedbackRowsAt + label * rowBytes) as usize,
      rowBytes as usize,
    );
    const count = load<i64>((layer.deltaHOverflowAt + (label << 3)) as usize);
    if (count == 0) return;
    const overflow = overflowOf(layer, DELTA);
    overflow.add(count);
  }

  /** d·B[c][n], exact. */
  private static scaleRow(layer: Layer, label: i32, factor: i64): void {
    const rowAt = (layer.feedbackRowsAt + ((label * layer.neuronCount) << 3)) as usize;
    const deltasAt = layer.deltasAt as usize;
    const bytes = (layer.neuronCount as usize) << 3;
    for (let offset: usize = 0; offset < bytes; offset += 8) {
      store<i64>(deltasAt + offset, factor * load<i64>(rowAt + offset));
    }
  }

  /** δh → delta. */
  private static roundSignals(chip: Chip, layer: Layer): void {
    const delta = changetype<TensorFormat>(chip.deltaFormatAt);
    const overflow = overflowOf(layer, DELTA);
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const deltaAt = (layer.deltasAt + (neuron << 3)) as usize;
      store<i64>(deltaAt, Scalar.convert(load<i64>(deltaAt), layer.signalShift, delta, overflow));
    }
  }

  /** δz = δh·f′(h) → delta; f′ is exact from h. Where f is `linear`, δz is δh or 0. */
  private static applySlopes(chip: Chip, layer: Layer): void {
    if (layer.activation == IDENTITY) return;
    if (layer.activation == RELU) {
      ErrorSignals.clearWhereFlat(layer);
      return;
    }
    const delta = changetype<TensorFormat>(chip.deltaFormatAt);
    const overflow: OverflowRecord = overflowOf(layer, DELTA);
    const bits = layer.outputFractionBits;
    const isTanh = layer.activation == TANH;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const output = load<i32>((layer.outputsAt + (neuron << 2)) as usize) as i64;
      const slope = isTanh
        ? ((1 as i64) << (2 * bits)) - output * output
        : output * (((1 as i64) << bits) - output);
      const deltaAt = (layer.deltasAt + (neuron << 3)) as usize;
      store<i64>(deltaAt, Scalar.convert(load<i64>(deltaAt) * slope, -2 * bits, delta, overflow));
    }
  }

  /** relu: δz is 0 where h is. */
  private static clearWhereFlat(layer: Layer): void {
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      if (load<i32>((layer.outputsAt + (neuron << 2)) as usize) <= 0) {
        store<i64>((layer.deltasAt + (neuron << 3)) as usize, 0);
      }
    }
  }
}
