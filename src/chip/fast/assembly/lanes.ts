import { Chip, Layer } from './parameters';

/** The random generators of a layer's learning lanes. Implements: docs/spec.md §2.5. */
export class Lanes {
  /** Clocks the register of one lane; the word drawn is the register after that clock. */
  static draw(chip: Chip, layer: Layer, lane: i32): u32 {
    if (layer.laneStateBytes == 2) {
      const stateAt = (layer.laneStatesAt + (lane << 1)) as usize;
      const state = Lanes.next(load<u16>(stateAt), chip.generatorMask);
      store<u16>(stateAt, state as u16);
      return state;
    }
    const stateAt = (layer.laneStatesAt + (lane << 2)) as usize;
    const state = Lanes.next(load<u32>(stateAt), chip.generatorMask);
    store<u32>(stateAt, state);
    return state;
  }

  /** The register after one clock. */
  @inline
  static next(state: u32, mask: u32): u32 {
    return (state >> 1) ^ (mask & (0 - (state & 1)));
  }
}
