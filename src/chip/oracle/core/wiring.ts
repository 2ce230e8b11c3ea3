import { elementAt } from '../../../numerics/integer.js';
import type { LayerImage } from '../../image/chip-image.js';
import { convolutionVisits, type Visit } from '../../image/convolution.js';
import { columnCount, positionCount, rowCount } from '../../image/layer-geometry.js';

/**
 * Which weights an input of a layer meets and which sums their products belong to: all that fully-connected and CONV
 * layers differ in. Neurons are numbered column·positionCount + position.
 *
 * Implements: docs/spec.md §2.10.
 */
export interface Wiring {
  /** ρ, κ, Q of docs/spec.md §2.10. */
  readonly rowCount: number;
  readonly columnCount: number;
  readonly positionCount: number;
  /** The visits of an input, in ascending positions. */
  visits(input: number): readonly Visit[];
}

/** Every input has a row of its own, and there is one position. */
function fullVisits(inputCount: number): readonly (readonly Visit[])[] {
  return Array.from({ length: inputCount }, (_, row) => [{ row, position: 0 }]);
}

export function makeWiring(layer: LayerImage): Wiring {
  const { convolution, inputCount } = layer;
  const visitsByInput =
    convolution === null ? fullVisits(inputCount) : convolutionVisits(convolution);
  return {
    rowCount: rowCount(layer),
    columnCount: columnCount(layer),
    positionCount: positionCount(layer),
    visits: (input) => elementAt(visitsByInput, input, 'inputs of the layer'),
  };
}

/** The values of one position, shape (columnCount), out of those of all neurons. */
export function atPosition<Value>(
  values: readonly Value[],
  position: number,
  { columnCount, positionCount }: Pick<Wiring, 'columnCount' | 'positionCount'>,
): readonly Value[] {
  if (positionCount === 1) return values;
  return Array.from({ length: columnCount }, (_, column) =>
    elementAt(values, column * positionCount + position, 'neurons'),
  );
}
