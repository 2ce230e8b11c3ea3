import type { OverflowMode, RoundingMode } from '../../../numerics/modes.js';
import type { ChipNumerics, TensorName } from '../../image/chip-image.js';

/** How values are brought into a tensor's format. */
interface TensorModes {
  readonly rounding: RoundingMode;
  readonly overflow: OverflowMode;
}

/** The modes configured; the delayed error is rounded to nearest and saturates whatever they are (docs/spec.md §2.9). */
export function modesOf({ rounding, overflow }: ChipNumerics, tensor: TensorName): TensorModes {
  if (tensor === 'delayedError') return { rounding: 'nearest', overflow: 'saturate' };
  return { rounding: rounding[tensor], overflow: overflow[tensor] };
}
