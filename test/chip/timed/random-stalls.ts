import type { BlockName, StallSource } from '../../../src/chip/timed/chip-services.js';
import { nextState } from '../../../src/numerics/lfsr.js';

const register = { widthBits: 16, polynomialMask: 0xb400 };

/** Holds every block up now and then, by 1 to 7 cycles; tells which blocks it was asked for and which it held up. */
export function randomStalls(seed: number) {
  let state = seed;
  const asked = new Set<BlockName>();
  const heldUp = new Set<BlockName>();
  const stall: StallSource = (block) => {
    asked.add(block);
    state = nextState(state, register);
    if ((state & 0b111) !== 0) return 0;
    heldUp.add(block);
    return 1 + ((state >>> 3) % 7);
  };
  return { stall, asked, heldUp };
}
