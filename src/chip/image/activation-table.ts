import type { ActivationTable } from '../../numerics/function-table.js';
import type { LayerImage } from './chip-image.js';

/** The look-up table of a layer that has one. @throws RangeError where f is computed in another way (docs/spec.md §2.12). */
export function tableOf({ layer, activationUnit }: LayerImage): ActivationTable {
  if (activationUnit.kind === 'table') return activationUnit;
  throw new RangeError(
    `layer ${layer}: its activation unit is ${activationUnit.kind} and has no table`,
  );
}
