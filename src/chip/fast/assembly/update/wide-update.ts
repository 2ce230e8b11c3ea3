import { Chip, Layer, OverflowRecord } from '../parameters';
import { RowUpdate } from './row-update';

/** The update of a sample whose weights, modes or products do not fit the lanes of vector-rows.ts: lanes of 32 bits. */
export class WideUpdate {
  /** Whether this sample's products fit the lanes. */
  static fits(chip: Chip, layer: Layer): bool {
    return RowUpdate.fits(chip, layer, layer.largestRate * (layer.largestEvent as i64));
  }

  static update(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const ratesAt = layer.vectorRatesAt as usize;
    for (let column: i32 = 0; column < layer.columnCount; column += 1) {
      store<i32>(
        ratesAt + (column << 2),
        load<i64>((layer.ratesAt + (column << 3)) as usize) as i32,
      );
    }
    const padding = ((layer.columnCount + 7) & ~7) - layer.columnCount;
    memory.fill(ratesAt + (layer.columnCount << 2), 0, padding << 2);
    RowUpdate.open(chip, layer);
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const value = load<i32>((layer.eventValuesAt + (event << 3)) as usize);
      RowUpdate.updateRow(chip, layer, axon, ratesAt, value);
    }
    RowUpdate.close(layer, layer.eventCount, overflow);
    // g·x is 0 only where g is: events have a value other than 0.
    const nonZeroCount = (layer.eventCount as i64) * layer.nonZeroRateCount;
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
  }
}
