import { PairList } from '../forward/pair-list';
import { Layer } from '../parameters';
import { Visits } from '../visits';

/**
 * Gradients of a CONV layer, row by row: the events that a row of weights meets at all its positions are listed as pairs,
 * and their products with δz summed in registers before they are added. Only for factors of at most 15 bits and sums that are proven to fit
 * (gradient-memory.ts), where the order of additions changes nothing. Implements: docs/spec.md §2.11.
 */
export class PositionGroups {
  /** Adds the sample in flight. */
  static add(layer: Layer): void {
    PositionGroups.takeDeltas(layer);
    const mapSize = layer.inputHeight * layer.inputWidth;
    let first: i32 = 0;
    for (let start: i32 = 0; start < layer.inputCount; start += mapSize) {
      let end = first;
      for (; end < layer.eventCount; end += 1) {
        if (load<i32>((layer.eventAxonsAt + (end << 2)) as usize) >= start + mapSize) break;
      }
      if (end > first) PositionGroups.addChannel(layer, start / mapSize, first, end);
      first = end;
    }
  }

  /** δz in rows of 16 bits, a row per position. */
  private static takeDeltas(layer: Layer): void {
    const columnCount = layer.columnCount;
    const paddingBytes = (((columnCount + 15) & ~15) - columnCount) << 1;
    let deltaAt = layer.deltasAt as usize;
    let laneAt = layer.vectorDeltasAt as usize;
    for (let position: i32 = 0; position < layer.positionCount; position += 1) {
      for (let column: i32 = 0; column < columnCount; column += 1) {
        store<i16>(laneAt, load<i16>(deltaAt));
        deltaAt += 8;
        laneAt += 2;
      }
      memory.fill(laneAt, 0, paddingBytes);
      laneAt += paddingBytes;
    }
  }

  /** Adds the events `first` to `end` − 1, all of one channel that enters, to the rows of that channel. */
  private static addChannel(layer: Layer, channel: i32, first: i32, end: i32): void {
    const kernelRows = layer.kernelSize * layer.kernelSize;
    const listBytes = layer.pairListBytes as usize;
    const listsAt = layer.pairListsAt as usize;
    for (let row: i32 = 0; row < kernelRows; row += 1) {
      PairList.clear(listsAt + (row as usize) * listBytes);
    }
    PositionGroups.listVisits(layer, channel * kernelRows, first, end);
    const sumsAt = layer.stepRowsAt as usize;
    const sumBytes = ((layer.columnCount + 15) & ~15) << 2;
    const bytes = layer.gradientPitchBytes as usize;
    let rowAt = (layer.gradientsAt as usize) + (channel as usize) * (kernelRows as usize) * bytes;
    for (let row: i32 = 0; row < kernelRows; row += 1) {
      const listAt = listsAt + (row as usize) * listBytes;
      PairList.close(listAt);
      memory.fill(sumsAt, 0, sumBytes);
      PairList.sum(layer.columnCount, listAt, sumsAt);
      for (let offset: usize = 0; offset < bytes; offset += 16) {
        const sum = i32x4.shl(v128.load(sumsAt + offset), layer.gradientShift);
        v128.store(rowAt + offset, i32x4.add(v128.load(rowAt + offset), sum));
      }
      rowAt += bytes;
    }
  }

  /** Lists for each row from `firstRow` on the δz that its events meet. */
  private static listVisits(layer: Layer, firstRow: i32, first: i32, end: i32): void {
    const deltaBytes = ((layer.columnCount + 15) & ~15) << 1;
    const listBytes = layer.pairListBytes;
    for (let event = first; event < end; event += 1) {
      const visits = Visits.of(layer, event);
      const value = load<i32>((layer.eventValuesAt + (event << 3)) as usize);
      for (let y: i32 = 0; y < visits.height; y += 1) {
        let deltaAt = Visits.positionAt(layer, visits, y, layer.vectorDeltasAt, deltaBytes);
        let row = visits.row - firstRow - y * layer.stride * layer.kernelSize;
        for (let x: i32 = 0; x < visits.width; x += 1) {
          const listAt = (layer.pairListsAt as usize) + (row as usize) * (listBytes as usize);
          PairList.put(listAt, deltaAt, value);
          row -= layer.stride;
          deltaAt += deltaBytes;
        }
      }
    }
  }
}
