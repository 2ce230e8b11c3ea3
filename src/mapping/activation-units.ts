import type { ActivationUnitImage } from '../chip/image/chip-image.js';
import type { ChipModel } from '../hardware/chip-model.js';
import type { ActivationName } from '../network/topology.js';
import { type FixedPointFormat, printFormat } from '../numerics/format.js';
import { buildActivationTable } from '../numerics/function-table.js';

/** Options of the activation units of a network. */
interface UnitOptions {
  /** Correctly rounded functions in place of tables (docs/spec.md §2.12). */
  readonly isExact: boolean;
  /** Whether tables are filled, which is slow; counts and cycles need no entries. */
  readonly isFilled: boolean;
}

/** A layer, as sentences name it, and its f. */
interface UnitPlace {
  readonly name: string;
  readonly activation: ActivationName;
}

/**
 * The unit that computes f: tables for tanh and sigmoid, in an exact image the functions themselves; relu and none need
 * no table (docs/spec.md §2.8, §2.12).
 * @throws RangeError for a function with negative values in an unsigned format.
 */
function activationUnit(
  { name, activation }: UnitPlace,
  outputFormat: FixedPointFormat,
  chip: ChipModel,
  { isExact, isFilled }: UnitOptions,
): ActivationUnitImage {
  if ((activation === 'tanh' || activation === 'none') && !outputFormat.isSigned) {
    throw new RangeError(
      `${name}: ${activation} gives negative values, its format ${printFormat(outputFormat)} is unsigned; use a signed one such as s8.7`,
    );
  }
  if (activation === 'relu' || activation === 'none') {
    return { kind: 'linear', function: activation };
  }
  if (isExact) return { kind: 'exact', function: activation };
  const spec = { function: activation, ...chip.core.activationTable, outputFormat };
  if (!isFilled) return { ...spec, kind: 'table', entriesRaw: new Int32Array(0) };
  return buildActivationTable(spec);
}

/** The activation units of a network on a chip: layers with the same f and format share one table, which takes long to fill. */
export class ActivationUnits {
  readonly #chip: ChipModel;
  readonly #options: UnitOptions;
  readonly #known = new Map<string, ActivationUnitImage>();

  constructor(chip: ChipModel, options: UnitOptions) {
    this.#chip = chip;
    this.#options = options;
  }

  /** @throws RangeError for a function with negative values in an unsigned format. */
  unitOf(place: UnitPlace, outputFormat: FixedPointFormat): ActivationUnitImage {
    const key = `${place.activation}/${printFormat(outputFormat)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const unit = activationUnit(place, outputFormat, this.#chip, this.#options);
    this.#known.set(key, unit);
    return unit;
  }
}
