import { Layer } from './parameters';

/**
 * The positions that one input of a CONV layer reaches: `height`·`width` of them, row by row from `position`; the first
 * takes row `row` of the synapse array. Implements: docs/spec.md §2.10.
 */
@unmanaged
export class EventVisits {
  row: i32;
  position: i32;
  height: i32;
  width: i32;
}

/** Visits of a CONV layer. One column further, an input meets its kernels `stride` places earlier; likewise rows. */
export class Visits {
  /** Lists the visits of the events of the sample in flight; returns how many there are. */
  static list(layer: Layer): i64 {
    const mapSize = layer.inputHeight * layer.inputWidth;
    let visitsAt = layer.eventListAt as usize;
    let count: i64 = 0;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const input = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const channel = input / mapSize;
      const place = input - channel * mapSize;
      const y = place / layer.inputWidth;
      const visits = changetype<EventVisits>(visitsAt);
      Visits.find(layer, channel, y, place - y * layer.inputWidth, visits);
      count += visits.height * visits.width;
      visitsAt += offsetof<EventVisits>();
    }
    return count;
  }

  /** The visits of an event of the sample in flight. */
  @inline
  static of(layer: Layer, event: i32): EventVisits {
    return changetype<EventVisits>(
      (layer.eventListAt as usize) + (event as usize) * offsetof<EventVisits>(),
    );
  }

  /** Address of the row of weights (or of a matrix of that shape) that the first visit in row `y` of them takes. */
  @inline
  static rowAt(layer: Layer, visits: EventVisits, y: i32, rowsAt: u32, pitchBytes: i32): usize {
    const row = visits.row - y * layer.stride * layer.kernelSize;
    return (rowsAt as usize) + (row as usize) * (pitchBytes as usize);
  }

  /** Address of the values, `bytes` a position, of the first position in row `y` of the visits. */
  @inline
  static positionAt(layer: Layer, visits: EventVisits, y: i32, valuesAt: u32, bytes: i32): usize {
    const position = visits.position + y * layer.mapWidth;
    return (valuesAt as usize) + (position as usize) * (bytes as usize);
  }

  /** The visits of the input at (channel, y, x). */
  @inline
  static find(layer: Layer, channel: i32, y: i32, x: i32, visits: EventVisits): void {
    const rowSpanAt = (layer.rowSpansAt + (y << 3)) as usize;
    const columnSpanAt = (layer.columnSpansAt + (x << 3)) as usize;
    const top = load<i32>(rowSpanAt);
    const left = load<i32>(columnSpanAt);
    const size = layer.kernelSize;
    const kernelY = y + layer.padding - top * layer.stride;
    const kernelX = x + layer.padding - left * layer.stride;
    visits.row = (channel * size + kernelY) * size + kernelX;
    visits.position = top * layer.mapWidth + left;
    visits.height = load<i32>(rowSpanAt, 4);
    visits.width = load<i32>(columnSpanAt, 4);
  }
}
