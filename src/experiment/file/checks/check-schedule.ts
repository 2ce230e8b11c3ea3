import type { ChipImage } from '../../../chip/image/chip-image.js';
import { isPutOff } from '../../../chip/image/update-order.js';
import type { StrictYaml } from '../../../units/strict-yaml.js';
import type { Experiment } from '../experiment-schema.js';

/** What is wrong with this coding where rows are changed in the order of their axons (docs/spec.md §5.1); null: nothing. */
export function codingFault({ input: { coding } }: Experiment, image: ChipImage): string | null {
  const [first] = image.layers;
  if (coding === 'graded' || first === undefined || !isPutOff(image, first)) return null;
  const { updateSchedule } = first.organisation;
  return `events of ${coding} input come in the order of time, and schedule ${updateSchedule} of this chip changes rows in the order of axons, those of the sample before among them; use graded input, or a chip with schedule serial`;
}

/**
 * Checks that events come in the order of their axons where rows are changed in that order: what the image alone tells is
 * checked with it.
 * @throws InputError at the key to change.
 */
export function checkSchedule(read: StrictYaml<Experiment>, image: ChipImage): void {
  const fault = codingFault(read.value, image);
  if (fault !== null) throw read.problem(['input', 'coding'], fault);
}
