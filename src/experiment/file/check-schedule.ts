import type { ChipImage } from '../../chip/image/chip-image.js';
import { isFused } from '../../chip/image/update-order.js';
import type { StrictYaml } from '../../units/strict-yaml.js';
import type { Experiment } from './experiment-schema.js';

/**
 * Checks that events come in the order of their axons where rows are changed in that order (docs/spec.md §5.1): what the image
 * alone tells is checked with it.
 * @throws InputError at the key to change.
 */
export function checkSchedule(read: StrictYaml<Experiment>, image: ChipImage): void {
  const { coding } = read.value.input;
  const [first] = image.layers;
  if (coding === 'graded' || first === undefined || !isFused(image, first)) return;
  const sentence = `events of ${coding} input come in the order of time, and schedule fused of this chip changes rows in the order of axons, those of the sample before among them; use graded input, or a chip with schedule serial`;
  throw read.problem(['input', 'coding'], sentence);
}
