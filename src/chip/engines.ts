import { closedFormCounts } from './counts/counts.js';
import { FastEngine, type FastEngineOptions } from './fast/fast-engine.js';
import type { ChipImage } from './image/chip-image.js';
import { EventDrivenEngine, type EventDrivenOptions } from './timed/engine/event-driven-engine.js';

/*
 * The engines put together: the only file of the chip that
 * knows more than one witness (import rules `counts-`, `oracle-`, `fast-` and `timed-knows-no-other-witness`).
 * The oracle needs no other: `new OracleEngine(image)`.
 */

/**
 * The fast engine; the closed forms fill its ledger.
 * @throws RangeError when the datapath cannot carry the image (docs/spec.md §2.4)
 */
export function makeFastEngine(
  image: ChipImage,
  options: FastEngineOptions = {},
): Promise<FastEngine> {
  return FastEngine.create(image, closedFormCounts, options);
}

/**
 * The event-driven engine; the arithmetic is the fast engine's, the counts are its own.
 * @throws RangeError when the image does not fit the datapath, or the router is not the one it was placed for
 */
export async function makeEventDrivenEngine(
  image: ChipImage,
  options: EventDrivenOptions = {},
): Promise<EventDrivenEngine> {
  return new EventDrivenEngine(image, await makeFastEngine(image), options);
}
