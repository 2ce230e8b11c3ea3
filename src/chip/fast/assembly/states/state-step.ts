import { ADAM, MOMENTUM, NESTEROV, RMSPROP, STOCHASTIC } from '../numbers';
import { Chip, Layer, OverflowRecord, Steps, TensorFormat } from '../parameters';
import { MomentumRows } from './momentum-rows';
import { RatioBounds } from './ratio-bounds';
import { RatioRows } from './ratio-rows';
import { RowJumps } from '../update/row-jumps';
import { RowUpdate } from '../update/row-update';
import { ScalarStep } from '../update/scalar-step';
import { StateBounds } from './state-bounds';
import { VectorStep } from '../update/vector-step';

/** Ratios this large are rare: products of them in one piece are the faster ones. */
const ENOUGH: i64 = 1 << 24;

/**
 * The step of optimizers with a state for every weight, row by row on vectors: first what takes the place of the gradient,
 * then the weights. Implements: docs/spec.md §2.11, for weights stored in 8 or 16 bits.
 *
 * A row is quiet while no event comes to it if its states stay as they are and what they make of a weight is rounded to
 * nothing whatever is drawn: then its step only draws.
 */
export class StateStep {
  private static isMomentum: bool = false;
  private static hasMomenta: bool = false;
  private static hasSeconds: bool = false;
  private static draws: bool = false;
  private static jumps: bool = false;
  /** The largest |direction| that vectors take, and the largest that never moves a weight. */
  private static largest: i64 = 0;
  private static quietest: i64 = 0;
  /** Rows of the part in flight that went one weight after the other. */
  private static scalarRows: i32 = 0;

  /** Whether the states of the whole layer fit their lanes, and with momenta whatever they make of weights. */
  static fits(chip: Chip, layer: Layer): bool {
    if (layer.weightBytes == 4 || layer.rateMantissa == 0) return false;
    StateBounds.noteRate(layer);
    const optimizer = changetype<Steps>(chip.stepsAt).optimizer;
    StateStep.isMomentum = optimizer == MOMENTUM || optimizer == NESTEROV;
    StateStep.hasMomenta = optimizer != RMSPROP;
    StateStep.hasSeconds = optimizer == RMSPROP || optimizer == ADAM;
    if (StateStep.fitsBounds(chip, layer)) return true;
    StateBounds.measure(layer, StateStep.hasMomenta, StateStep.hasSeconds);
    return StateStep.fitsBounds(chip, layer);
  }

  private static fitsBounds(chip: Chip, layer: Layer): bool {
    if (!StateStep.isMomentum) {
      return RatioBounds.fits(chip, layer) && StateStep.findLargest(chip, layer) >= 0;
    }
    if (!MomentumRows.fits(chip, layer)) return false;
    return StateBounds.direction <= StateStep.findLargest(chip, layer);
  }

  /** The largest |direction| that fits one of the two ways to make products. */
  private static findLargest(chip: Chip, layer: Layer): i64 {
    const whole = RowUpdate.largestValue(chip, layer, layer.rateMantissa);
    const split = RowUpdate.largestSplitValue(chip, layer, layer.rateMantissa);
    return max(whole, split);
  }

  /** One part; returns whether all its rows went on vectors. `isCut`: other parts of the layer have the columns beside. */
  static update(chip: Chip, layer: Layer, isCut: bool, overflow: OverflowRecord): bool {
    StateStep.open(chip, layer);
    let rowCount: i32 = 0;
    let nonZeroCount: i64 = 0;
    for (let row = layer.firstRow; row < layer.rowEnd; row += 1) {
      const hasEvents = load<u8>((layer.touchedRowsAt + row) as usize) != 0;
      const quietAt = (layer.quietRowsAt + (row << 2)) as usize;
      const quiet = isCut ? 0 : load<i32>(quietAt);
      if (quiet > 0 && !hasEvents) {
        nonZeroCount += quiet - 1;
        StateStep.skipDraws(chip, layer);
        continue;
      }
      const directionsAt = StateStep.direct(layer, row, isCut, hasEvents);
      const ownCount = VectorStep.countNonZero(layer, directionsAt);
      if (!isCut) store<i32>(quietAt, StateStep.isQuiet(hasEvents) ? (ownCount as i32) + 1 : 0);
      if (ownCount == 0) StateStep.skipDraws(chip, layer);
      else if (StateStep.isMomentum || RatioRows.largestDirection() <= StateStep.largest) {
        nonZeroCount += ownCount;
        RowUpdate.updateRow(chip, layer, row, directionsAt, layer.rateMantissa);
        rowCount += 1;
      } else {
        ScalarStep.updateRow(chip, layer, row, directionsAt, overflow);
        StateStep.scalarRows += 1;
      }
    }
    RowUpdate.close(layer, rowCount, overflow);
    if (StateStep.isMomentum) MomentumRows.close(layer);
    else RatioRows.close(layer);
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    return StateStep.scalarRows == 0;
  }

  private static open(chip: Chip, layer: Layer): void {
    StateStep.draws = changetype<TensorFormat>(chip.weightFormatAt).rounding == STOCHASTIC;
    StateStep.jumps = StateStep.draws && RowJumps.fits(layer);
    if (StateStep.jumps) RowJumps.open(chip, layer);
    const mantissa = layer.rateMantissa;
    const whole = RowUpdate.largestValue(chip, layer, mantissa);
    const split = RowUpdate.largestSplitValue(chip, layer, mantissa);
    const needed = StateStep.isMomentum ? StateBounds.direction : ENOUGH;
    if (whole >= min(needed, max(whole, split))) {
      RowUpdate.open(chip, layer);
      StateStep.largest = whole;
    } else {
      RowUpdate.openSplit(chip, layer);
      StateStep.largest = split;
    }
    const mayBeQuiet = !StateStep.draws || !StateStep.hasZeroLane(layer);
    const quietest = mayBeQuiet ? RowUpdate.quietestChange(chip, layer) : 0;
    StateStep.quietest = quietest / (mantissa as i64);
    StateStep.scalarRows = 0;
    if (StateStep.isMomentum) MomentumRows.open(chip);
    else RatioRows.open(chip, layer);
  }

  /** Whether a register stays 0: any other value never becomes 0. */
  private static hasZeroLane(layer: Layer): bool {
    for (let lane: i32 = 0; lane < layer.laneCount; lane += 1) {
      const state =
        layer.laneStateBytes == 2
          ? (load<u16>((layer.laneStatesAt + (lane << 1)) as usize) as u32)
          : load<u32>((layer.laneStatesAt + (lane << 2)) as usize);
      if (state == 0) return true;
    }
    return false;
  }

  /** Moves the states of a row; returns the address of what takes the place of its gradients, 0 past the last column. */
  private static direct(layer: Layer, row: i32, isCut: bool, hasEvents: bool): usize {
    const offset = (row as usize) * (layer.gradientPitchBytes as usize);
    const bytes = ((layer.columnCount + 7) & ~7) << 2;
    const directionsAt = layer.stepRowsAt as usize;
    let gradientsAt = (layer.gradientsAt as usize) + offset;
    let momentaAt = (layer.momentaAt as usize) + offset;
    let secondsAt = (layer.secondMomentsAt as usize) + offset;
    if (isCut) {
      gradientsAt = VectorStep.copyRow(layer, gradientsAt, 1);
      if (StateStep.hasMomenta) momentaAt = VectorStep.copyRow(layer, momentaAt, 2);
      if (StateStep.hasSeconds) secondsAt = VectorStep.copyRow(layer, secondsAt, 3);
    }
    if (StateStep.isMomentum) {
      MomentumRows.updateRow(gradientsAt, momentaAt, directionsAt, bytes, hasEvents);
    } else {
      RatioRows.updateRow(gradientsAt, momentaAt, secondsAt, directionsAt, bytes, hasEvents);
    }
    if (isCut) {
      const ownBytes = layer.columnCount << 2;
      const firstAt = (layer.momentaAt as usize) + offset;
      const secondAt = (layer.secondMomentsAt as usize) + offset;
      if (StateStep.hasMomenta) memory.copy(firstAt, momentaAt, ownBytes);
      if (StateStep.hasSeconds) memory.copy(secondAt, secondsAt, ownBytes);
    }
    return StateStep.isMomentum && !MomentumRows.isAhead() ? momentaAt : directionsAt;
  }

  /** Whether the next step of the row that just took one, without an event, changes nothing. */
  private static isQuiet(hasEvents: bool): bool {
    if (hasEvents) return false;
    if (!StateStep.isMomentum) return !RatioRows.hasStates();
    return MomentumRows.isSteady() && MomentumRows.largestDirection() <= StateStep.quietest;
  }

  /** Clocks the lanes as the updates of a row would. */
  private static skipDraws(chip: Chip, layer: Layer): void {
    if (StateStep.jumps) RowJumps.skipRow(chip, layer);
    else if (StateStep.draws) RowUpdate.drawRow(chip, layer);
  }
}
