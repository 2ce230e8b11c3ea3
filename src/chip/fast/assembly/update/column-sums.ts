import { Layer } from '../parameters';

/** Columns whose sums stay in registers. */
const BLOCK_COLUMNS: i32 = 8;

/** Σ δz over the positions of a column, for its bias. Implements: docs/spec.md §2.10, §2.11. */
export class ColumnSums {
  /** Writes the sums of all columns. */
  static make(layer: Layer): void {
    const deltasAt = layer.deltasAt as usize;
    const rowBytes = (layer.columnCount as usize) << 3;
    const end = deltasAt + (layer.positionCount as usize) * rowBytes;
    const blockEnd = layer.columnCount & ~(BLOCK_COLUMNS - 1);
    let sumAt = layer.columnSumsAt as usize;
    for (let column: i32 = 0; column < blockEnd; column += BLOCK_COLUMNS) {
      ColumnSums.makeBlock(sumAt, deltasAt + ((column as usize) << 3), end, rowBytes);
      sumAt += BLOCK_COLUMNS << 3;
    }
    for (let column = blockEnd; column < layer.columnCount; column += 1) {
      let sum: i64 = 0;
      let at = deltasAt + ((column as usize) << 3);
      for (; at < end; at += rowBytes) sum += load<i64>(at);
      store<i64>(sumAt, sum);
      sumAt += 8;
    }
  }

  private static makeBlock(sumAt: usize, deltaAt: usize, end: usize, rowBytes: usize): void {
    let sum0 = i64x2.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    for (; deltaAt < end; deltaAt += rowBytes) {
      sum0 = i64x2.add(sum0, v128.load(deltaAt));
      sum1 = i64x2.add(sum1, v128.load(deltaAt, 16));
      sum2 = i64x2.add(sum2, v128.load(deltaAt, 32));
      sum3 = i64x2.add(sum3, v128.load(deltaAt, 48));
    }
    v128.store(sumAt, sum0);
    v128.store(sumAt, sum1, 16);
    v128.store(sumAt, sum2, 32);
    v128.store(sumAt, sum3, 48);
  }
}
