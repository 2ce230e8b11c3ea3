import { TRAINING } from '../numbers';
import { activityOf, Chip, Layer } from '../parameters';

/** Words of the synapse array written by the update, for the ledger and for wear. Implements: docs/spec.md §4.2, §4.4. */
export class WordWrites {
  private static row: i32 = 0;
  private static lastWord: i32 = -1;

  /** With write gating: the update comes to the next row. */
  static openRow(row: i32): void {
    WordWrites.row = row;
    WordWrites.lastWord = -1;
  }

  /** With write gating: the weight of `column` in the open row changed; columns come in ascending order. */
  static mark(layer: Layer, column: i32): void {
    const word = load<i32>((layer.wordOfColumnAt + (column << 2)) as usize);
    if (word == WordWrites.lastWord) return;
    WordWrites.lastWord = word;
    const wearAt = (layer.wearAt + ((WordWrites.row * layer.wordsPerRow + word) << 2)) as usize;
    store<u32>(wearAt, load<u32>(wearAt) + 1);
    activityOf(layer, TRAINING).writtenWords += 1;
  }

  /** With write gating: keeps a row of weights of 8 or 16 bits as it is before its update. */
  static copyRow(layer: Layer, rowAt: usize): void {
    memory.copy(
      layer.rowCopyAt as usize,
      rowAt,
      ((layer.columnCount + 15) & ~15) * layer.weightBytes,
    );
  }

  /** With write gating: marks the weights of an event's row that differ from the copy; events are numbered as delivered. */
  static markEvent(layer: Layer, event: i32): void {
    WordWrites.markChanged(layer, load<i32>((layer.eventAxonsAt + (event << 2)) as usize));
  }

  /** With write gating: marks the weights of the row that differ from the copy. */
  static markChanged(layer: Layer, row: i32): void {
    WordWrites.openRow(row);
    const isByteWide = layer.weightBytes == 1;
    const rowAt = (layer.weightsAt + row * layer.rowPitchBytes) as usize;
    const rowBytes = layer.columnCount * layer.weightBytes;
    for (let offset: i32 = 0; offset < rowBytes; offset += 16) {
      const before = v128.load((layer.rowCopyAt + offset) as usize);
      const after = v128.load(rowAt + (offset as usize));
      let changed = isByteWide
        ? i8x16.bitmask(i8x16.ne(before, after))
        : i16x8.bitmask(i16x8.ne(before, after));
      const first = isByteWide ? offset : offset >> 1;
      while (changed != 0) {
        WordWrites.mark(layer, first + ctz(changed));
        changed &= changed - 1;
      }
    }
  }

  /** Without write gating: every word of every delivered row is written; wear is kept per row. */
  static writeAllRows(chip: Chip, layer: Layer): void {
    const deliveredCount: i64 = chip.isDense ? layer.axonCount : layer.eventCount;
    activityOf(layer, TRAINING).writtenWords += deliveredCount * layer.wordsPerRow;
    if (chip.isDense) {
      const axonEnd = layer.firstAxon + layer.axonCount;
      for (let axon = layer.firstAxon; axon < axonEnd; axon += 1) WordWrites.wearRow(layer, axon);
      return;
    }
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      WordWrites.wearRow(layer, load<i32>((layer.eventAxonsAt + (event << 2)) as usize));
    }
  }

  /** Without write gating: every word of the array is written by a step. */
  static writeArray(layer: Layer): void {
    const rowCount: i64 = layer.rowEnd - layer.firstRow;
    activityOf(layer, TRAINING).writtenWords += rowCount * layer.wordsPerRow;
    for (let row = layer.firstRow; row < layer.rowEnd; row += 1) WordWrites.wearRow(layer, row);
  }

  private static wearRow(layer: Layer, row: i32): void {
    const wearAt = (layer.wearAt + (row << 2)) as usize;
    store<u32>(wearAt, load<u32>(wearAt) + 1);
  }
}
