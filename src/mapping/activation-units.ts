import type { ActivationUnitImage } from '../chip/chip-image.js';
import type { ChipModel } from '../hardware/chip-model.js';
import type { ActivationName } from '../network/topology.js';
import { type FixedPointFormat, printFormat } from '../numerics/format.js';
import { buildActivationTable } from '../numerics/function-table.js';

/**
 * The unit that computes f: tables for tanh and sigmoid, in an exact image the functions themselves; relu and none need
 * no table (docs/spec.md §2.8, §2.12).
 * @throws RangeError for a function with negative values in an unsigned format.
 */
export function activationUnit(
  { layer, activation }: { readonly layer: number; readonly activation: ActivationName },
  outputFormat: FixedPointFormat,
  chip: ChipModel,
  isExact: boolean,
): ActivationUnitImage {
  if ((activation === 'tanh' || activation === 'none') && !outputFormat.isSigned) {
    throw new RangeError(
      `layer ${layer}: ${activation} gives negative values, its format ${printFormat(outputFormat)} is unsigned; use a signed one such as s8.7`,
    );
  }
  if (activation === 'relu' || activation === 'none') {
    return { kind: 'linear', function: activation };
  }
  if (isExact) return { kind: 'exact', function: activation };
  return buildActivationTable({
    function: activation,
    ...chip.core.activationTable,
    outputFormat,
  });
}
