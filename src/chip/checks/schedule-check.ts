import { besideRewriteCycles, type UpdateSchedule } from '../../time/update-schedule.js';
import { InputError } from '../../units/input-error.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { nameOfLayer } from '../image/layer-name.js';
import { learnsInSteps } from '../image/layer-geometry.js';
import { axonPartsOf, homesOf } from '../image/layer-parts.js';
import { isPutOff } from '../image/update-order.js';

/** Cores that send a layer its events; 1: the pins. */
function senderCount(image: ChipImage, layer: LayerImage): number {
  const below = image.layers[layer.layer - 2];
  return below === undefined ? 1 : homesOf(below).length;
}

/** What is in the way of an update that waits for the next sample, whichever way it does; null: nothing is. */
function putOffFault(image: ChipImage, layer: LayerImage): string | null {
  const { weight, bias } = image.numerics.rounding;
  if (learnsInSteps(image, layer)) {
    return 'learns in steps, and there is no row to change before the step is taken; use batch 1, sgd and fully-connected layers, freeze the layer, or use a chip with schedule serial';
  }
  if (axonPartsOf(layer).length > 1) {
    return `has its axons on ${axonPartsOf(layer).length} cores, and which of them is the slowest would depend on every single sample; use larger cores, or a chip with schedule serial`;
  }
  if (weight === 'stochastic' && bias === 'stochastic') {
    return 'would draw random words for its biases before those of its weights, and so learn other bits; round biases to nearest, or use a chip with schedule serial';
  }
  return null;
}

/** What is in the way of rows that are changed when the next sample visits them. */
function fusedFault(image: ChipImage, layer: LayerImage): string | null {
  const senders = senderCount(image, layer);
  if (image.numerics.rounding.weight !== 'stochastic' || senders === 1) return null;
  return `gets its events from ${senders} cores in no fixed order, and its random words are drawn in the order of addresses; round weights to nearest, use larger cores, or a chip with schedule serial`;
}

/** What is in the way of rows that change while the next sample visits others. */
function besideFault(image: ChipImage, layer: LayerImage): string | null {
  const { portCount, writeBanks } = layer.organisation;
  if (besideRewriteCycles(portCount, writeBanks) === null) {
    return 'has synapses of one port and shared banks, which the forward pass takes for itself; use a chip with two ports or interleaved banks, or with schedule serial or fused';
  }
  const senders = senderCount(image, layer);
  if (senders === 1) return null;
  return `gets its events from ${senders} cores in no fixed order, and how long they wait for their rows would depend on it; use larger cores, or a chip with schedule serial`;
}

function faultOf(image: ChipImage, layer: LayerImage): string | null {
  switch (layer.organisation.updateSchedule) {
    case 'serial':
      return null;
    case 'beside':
      return putOffFault(image, layer) ?? besideFault(image, layer);
    case 'fused':
      return putOffFault(image, layer) ?? fusedFault(image, layer);
  }
}

/** A schedule that a layer cannot have, and why, as a predicate of the layer. */
interface ScheduleFault {
  readonly schedule: UpdateSchedule;
  readonly reason: string;
}

/** The first layer that cannot learn by the schedule of its core; null: all can. */
export function scheduleFault(image: ChipImage): ScheduleFault | null {
  for (const layer of image.layers) {
    const fault = isPutOff(image, layer) ? faultOf(image, layer) : null;
    if (fault === null) continue;
    const { updateSchedule: schedule } = layer.organisation;
    return { schedule, reason: `${nameOfLayer(layer)} ${fault}` };
  }
  return null;
}

/** A layer cannot learn by the schedule of its core (docs/spec.md §5.1). */
export class ScheduleError extends InputError {}

/** @throws ScheduleError where a layer cannot learn by the schedule of its core. */
export function checkSchedules(image: ChipImage): void {
  const fault = scheduleFault(image);
  if (fault === null) return;
  throw new ScheduleError(
    `core.update.schedule: ${fault.schedule} is not possible, ${fault.reason}`,
  );
}
