import { Layer } from '../parameters';

/** Positions whose sums are made side by side, and columns: eight vectors of sums stay in registers. */
const TILE_POSITIONS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** Bytes of the weights of two rows in as many columns, 16 bits each. */
const PACKED_BYTES: usize = 32;
/** Bytes of an entry in the list of a tile: where its weights lie in a block of columns, then two values per position. */
const ENTRY_BYTES: usize = 20;

/**
 * Sums of a CONV layer for tiles of 4 positions and 8 columns: a weight that is loaded serves four positions. Rows are taken two by two;
 * pairs that meet no event in a tile are left out. Only for sums that are proven to fit (sum-proof.ts), so that
 * their order makes no difference. Implements: docs/spec.md §2.10 (forward), §2.6 step 1.
 */
export class FieldTiles {
  private static pairCount: i32 = 0;
  /** i16 per axon: the values of events, else 0. */
  private static valuesAt: usize = 0;
  /** i16 per row and position of the tile, whole pairs. */
  private static fieldsAt: usize = 0;
  private static fieldBytes: usize = 0;

  /** Σ w·x of all positions, 32 bits each; `valuesAt`: what entered the layer, one i32 per axon. */
  static sum(layer: Layer, valuesAt: usize): void {
    FieldTiles.pairCount = (layer.rowCount + 1) >> 1;
    FieldTiles.fieldsAt =
      (layer.pairListsAt as usize) + (FieldTiles.pairCount as usize) * ENTRY_BYTES;
    FieldTiles.fieldBytes = (FieldTiles.pairCount as usize) << 2;
    FieldTiles.packWeights(layer);
    FieldTiles.takeEvents(layer, valuesAt);
    const blockBytes = (FieldTiles.pairCount as usize) * PACKED_BYTES;
    const positionBytes = (((layer.columnCount + 15) & ~15) as usize) << 2;
    let sumsAt = layer.vectorSumsAt as usize;
    for (let first: i32 = 0; first < layer.positionCount; first += TILE_POSITIONS) {
      const listEnd = FieldTiles.list(layer, first);
      let weightsAt = layer.packedWeightsAt as usize;
      for (let column: i32 = 0; column < layer.columnCount; column += TILE_COLUMNS) {
        const blockAt = sumsAt + ((column as usize) << 2);
        FieldTiles.addBlock(weightsAt, layer.pairListsAt as usize, listEnd, blockAt, positionBytes);
        weightsAt += blockBytes;
      }
      sumsAt += positionBytes * TILE_POSITIONS;
    }
  }

  /** Weights as the products of pairs want them, one block of columns after the other. */
  private static packWeights(layer: Layer): void {
    const isByteWide = layer.weightBytes == 1;
    const blockBytes = (FieldTiles.pairCount as usize) * PACKED_BYTES;
    let packedAt = layer.packedWeightsAt as usize;
    let firstAt = layer.weightsAt as usize;
    for (let row: i32 = 0; row < layer.rowCount; row += 2) {
      const isPair = row + 1 < layer.rowCount;
      const secondAt = firstAt + (layer.rowPitchBytes as usize);
      let at = packedAt;
      for (let column: i32 = 0; column < layer.columnCount; column += TILE_COLUMNS) {
        const offset = (column * layer.weightBytes) as usize;
        const first = FieldTiles.eight(firstAt + offset, isByteWide);
        const second = isPair ? FieldTiles.eight(secondAt + offset, isByteWide) : i16x8.splat(0);
        v128.store(at, i16x8.shuffle(first, second, 0, 8, 1, 9, 2, 10, 3, 11));
        v128.store(at, i16x8.shuffle(first, second, 4, 12, 5, 13, 6, 14, 7, 15), 16);
        at += blockBytes;
      }
      packedAt += PACKED_BYTES;
      firstAt = secondAt + (layer.rowPitchBytes as usize);
    }
    const blockCount = (layer.columnCount + TILE_COLUMNS - 1) / TILE_COLUMNS;
    FieldTiles.valuesAt = (layer.packedWeightsAt as usize) + (blockCount as usize) * blockBytes;
  }

  @inline
  private static eight(weightAt: usize, isByteWide: bool): v128 {
    return isByteWide ? v128.load8x8_s(weightAt) : v128.load(weightAt);
  }

  private static takeEvents(layer: Layer, valuesAt: usize): void {
    const threshold = layer.eventThreshold;
    const eventsAt = FieldTiles.valuesAt;
    for (let axon: i32 = 0; axon < layer.inputCount; axon += 1) {
      const value = load<i32>(valuesAt + ((axon as usize) << 2));
      store<i16>(eventsAt + ((axon as usize) << 1), (abs(value) > threshold ? value : 0) as i16);
    }
  }

  /** Lists the pairs of rows that meet an event in the tile from position `first` on; returns the end of the list. */
  private static list(layer: Layer, first: i32): usize {
    const end = min(first + TILE_POSITIONS, layer.positionCount);
    const bytes = FieldTiles.fieldBytes;
    let fieldAt = FieldTiles.fieldsAt;
    memory.fill(fieldAt, 0, bytes * TILE_POSITIONS);
    for (let position = first; position < end; position += 1) {
      FieldTiles.takeField(layer, position / layer.mapWidth, position % layer.mapWidth, fieldAt);
      fieldAt += bytes;
    }
    let at = layer.pairListsAt as usize;
    fieldAt = FieldTiles.fieldsAt;
    const packedEnd = (FieldTiles.pairCount as usize) * PACKED_BYTES;
    for (let packed: usize = 0; packed < packedEnd; packed += PACKED_BYTES) {
      const values0 = load<i32>(fieldAt);
      const values1 = load<i32>(fieldAt + bytes);
      const values2 = load<i32>(fieldAt + 2 * bytes);
      const values3 = load<i32>(fieldAt + 3 * bytes);
      store<u32>(at, packed as u32);
      store<i32>(at, values0, 4);
      store<i32>(at, values1, 8);
      store<i32>(at, values2, 12);
      store<i32>(at, values3, 16);
      // Written always, kept only if there is an event: no branch to mispredict.
      at += (values0 | values1 | values2 | values3) != 0 ? ENTRY_BYTES : 0;
      fieldAt += 4;
    }
    return at;
  }

  /** The values that a position meets, in the order of rows. */
  private static takeField(layer: Layer, mapY: i32, mapX: i32, fieldAt: usize): void {
    const size = layer.kernelSize;
    const top = mapY * layer.stride - layer.padding;
    const left = mapX * layer.stride - layer.padding;
    const firstY = max(0, -top);
    const endY = min(size, layer.inputHeight - top);
    const firstX = max(0, -left);
    const count = min(size, layer.inputWidth - left) - firstX;
    const mapSize = layer.inputHeight * layer.inputWidth;
    const place = (top + firstY) * layer.inputWidth + left + firstX;
    const rowBytes = layer.inputWidth << 1;
    let channelAt = FieldTiles.valuesAt + ((place as usize) << 1);
    let kernelAt = fieldAt + (((firstY * size + firstX) as usize) << 1);
    for (let channel: i32 = 0; channel < layer.inputCount; channel += mapSize) {
      let valueAt = channelAt;
      let rowAt = kernelAt;
      for (let kernelY = firstY; kernelY < endY; kernelY += 1) {
        for (let x: i32 = 0; x < count; x += 1) {
          const offset = (x as usize) << 1;
          store<i16>(rowAt + offset, load<i16>(valueAt + offset));
        }
        valueAt += rowBytes;
        rowAt += (size as usize) << 1;
      }
      channelAt += (mapSize as usize) << 1;
      kernelAt += ((size * size) as usize) << 1;
    }
  }

  /** The sums of 8 columns for the positions of a tile. */
  private static addBlock(
    weightsAt: usize,
    listAt: usize,
    listEnd: usize,
    sumsAt: usize,
    positionBytes: usize,
  ): void {
    let low0 = i32x4.splat(0);
    let low1 = low0;
    let low2 = low0;
    let low3 = low0;
    let high0 = low0;
    let high1 = low0;
    let high2 = low0;
    let high3 = low0;
    for (; listAt < listEnd; listAt += ENTRY_BYTES) {
      const packedAt = weightsAt + (load<u32>(listAt) as usize);
      const low = v128.load(packedAt);
      const high = v128.load(packedAt, 16);
      let values = v128.load32_splat(listAt, 4);
      low0 = i32x4.add(low0, i32x4.dot_i16x8_s(low, values));
      high0 = i32x4.add(high0, i32x4.dot_i16x8_s(high, values));
      values = v128.load32_splat(listAt, 8);
      low1 = i32x4.add(low1, i32x4.dot_i16x8_s(low, values));
      high1 = i32x4.add(high1, i32x4.dot_i16x8_s(high, values));
      values = v128.load32_splat(listAt, 12);
      low2 = i32x4.add(low2, i32x4.dot_i16x8_s(low, values));
      high2 = i32x4.add(high2, i32x4.dot_i16x8_s(high, values));
      values = v128.load32_splat(listAt, 16);
      low3 = i32x4.add(low3, i32x4.dot_i16x8_s(low, values));
      high3 = i32x4.add(high3, i32x4.dot_i16x8_s(high, values));
    }
    v128.store(sumsAt, low0);
    v128.store(sumsAt, high0, 16);
    sumsAt += positionBytes;
    v128.store(sumsAt, low1);
    v128.store(sumsAt, high1, 16);
    sumsAt += positionBytes;
    v128.store(sumsAt, low2);
    v128.store(sumsAt, high2, 16);
    sumsAt += positionBytes;
    v128.store(sumsAt, low3);
    v128.store(sumsAt, high3, 16);
  }
}
