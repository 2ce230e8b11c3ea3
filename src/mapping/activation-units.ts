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
function activationUnit(
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

/** The activation units of a network on a chip: layers with the same f and format share one table, which takes long to fill. */
export class ActivationUnits {
  readonly #chip: ChipModel;
  readonly #isExact: boolean;
  readonly #known = new Map<string, ActivationUnitImage>();

  constructor(chip: ChipModel, isExact: boolean) {
    this.#chip = chip;
    this.#isExact = isExact;
  }

  /** @throws RangeError for a function with negative values in an unsigned format. */
  unitOf(
    place: { readonly layer: number; readonly activation: ActivationName },
    outputFormat: FixedPointFormat,
  ): ActivationUnitImage {
    const name = `${place.activation}/${printFormat(outputFormat)}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const unit = activationUnit(place, outputFormat, this.#chip, this.#isExact);
    this.#known.set(name, unit);
    return unit;
  }
}
