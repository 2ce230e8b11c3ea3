import type { ChipImage } from '../../src/chip/image/chip-image.js';
import { comparesErrors } from '../../src/chip/image/learning-layers.js';
import { makeEventDrivenEngine } from '../../src/chip/engines.js';
import type {
  EventDrivenEngine,
  EventDrivenOptions,
} from '../../src/chip/timed/engine/event-driven-engine.js';
import { elementAt } from '../../src/numerics/integer.js';
import { FirmwareController, type FirmwareSpec } from './firmware-controller.js';

/** A chip in time, and the controller whose program drives it. */
export interface FirmwareEngine {
  readonly engine: EventDrivenEngine;
  readonly controller: FirmwareController;
}

/**
 * The event-driven engine with a program in place of the hardwired controller.
 * @throws RangeError when the image or the program does not fit the chip, or samples may be skipped (docs/spec.md §2.15).
 */
export async function createFirmwareEngine(
  image: ChipImage,
  spec: FirmwareSpec,
  options: Omit<EventDrivenOptions, 'schedule' | 'makeController'> = {},
): Promise<FirmwareEngine> {
  if (comparesErrors(image)) {
    throw new RangeError(
      'firmware: training.updateSkip is not possible, because no instruction tells a program that a sample is skipped, and it would start feedback and update of it; leave updateSkip out, or use the hardwired controller (run)',
    );
  }
  const controllers: FirmwareController[] = [];
  const engine = await makeEventDrivenEngine(image, {
    ...options,
    makeController: (port, services) => {
      const controller = new FirmwareController(spec, image, port, services);
      controllers.push(controller);
      return controller;
    },
  });
  return { engine, controller: elementAt(controllers, 0, 'controllers') };
}
