import type { RouterModel } from '../../hardware/chip-model.js';
import { floorDiv } from '../../numerics/integer.js';

/*
 * Distances on the router, in hops (docs/spec.md §7).
 */

/** From one core to another; to itself none. */
export function coreHops(router: RouterModel, from: number, to: number): number {
  if (from === to) return 0;
  if (router.kind === 'bus') return router.hopsBetweenCores;
  const { columns } = router;
  const across = Math.abs((from % columns) - (to % columns));
  const along = Math.abs(floorDiv(from, columns) - floorDiv(to, columns));
  return across + along;
}

/** From the chip's input to a core: on a mesh it lies one hop before core 0. */
export function labelHops(router: RouterModel, core: number): number {
  return router.kind === 'bus' ? router.labelHops : coreHops(router, 0, core) + 1;
}
