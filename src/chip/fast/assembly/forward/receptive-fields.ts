import { Layer } from '../parameters';
import { PairList } from './pair-list';

/**
 * Sums of a CONV layer, position by position: the events in the field of a position are listed as pairs, and their products
 * summed in registers as those of a fully connected layer. Only for sums that are proven to fit (sum-proof.ts), so that
 * their order makes no difference. Implements: docs/spec.md §2.10 (forward), §2.6 step 1.
 */
export class ReceptiveFields {
  /** Σ w·x of all positions, 32 bits each; `valuesAt`: what entered the layer, one i32 per axon. */
  static sum(layer: Layer, valuesAt: usize): void {
    const sumBytes = ((layer.columnCount + 15) & ~15) << 2;
    memory.fill(layer.vectorSumsAt as usize, 0, layer.positionCount * sumBytes);
    let sumsAt = layer.vectorSumsAt as usize;
    const mapHeight = layer.positionCount / layer.mapWidth;
    for (let y: i32 = 0; y < mapHeight; y += 1) {
      for (let x: i32 = 0; x < layer.mapWidth; x += 1) {
        ReceptiveFields.list(layer, valuesAt, y, x);
        PairList.sum(layer.weightBytes, layer.columnCount, layer.pairListsAt, sumsAt);
        sumsAt += sumBytes;
      }
    }
  }

  /** Lists the events in the field of a position: the rows that they take, and their values. */
  private static list(layer: Layer, valuesAt: usize, mapY: i32, mapX: i32): void {
    const size = layer.kernelSize;
    const top = mapY * layer.stride - layer.padding;
    const left = mapX * layer.stride - layer.padding;
    const firstY = max(0, -top);
    const endY = min(size, layer.inputHeight - top);
    const firstX = max(0, -left);
    const endX = min(size, layer.inputWidth - left);
    const mapSize = layer.inputHeight * layer.inputWidth;
    const threshold = layer.eventThreshold;
    const listAt = layer.pairListsAt as usize;
    PairList.clear(listAt);
    for (let start: i32 = 0; start < layer.inputCount; start += mapSize) {
      const channelRow = (start / mapSize) * size * size;
      for (let kernelY = firstY; kernelY < endY; kernelY += 1) {
        const row = channelRow + kernelY * size + firstX;
        let rowAt = (layer.weightsAt as usize) + (row as usize) * (layer.rowPitchBytes as usize);
        const place = start + (top + kernelY) * layer.inputWidth + left;
        let valueAt = valuesAt + (((place + firstX) as usize) << 2);
        const valueEnd = valuesAt + (((place + endX) as usize) << 2);
        for (; valueAt < valueEnd; valueAt += 4) {
          const value = load<i32>(valueAt);
          if (abs(value) > threshold) PairList.put(listAt, rowAt, value);
          rowAt += layer.rowPitchBytes;
        }
      }
    }
    PairList.close(listAt);
  }
}
