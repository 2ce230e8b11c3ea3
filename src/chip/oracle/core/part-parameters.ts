import { factsOf } from '../../../network/rule-facts.js';
import { elementAt } from '../../../numerics/integer.js';
import type { ChipImage, LayerImage, LayerPart } from '../../image/chip-image.js';
import { columnCount, rowCount } from '../../image/layer-geometry.js';
import {
  firstRowOf,
  isHome,
  neuronsOf,
  outputsOf,
  partLayer,
  type Range,
  withInputs,
} from '../../image/layer-parts.js';

/*
 * Matrices of a layer cut into those of its cores, and put together again (docs/spec.md §7).
 */

/** Rows and columns of a block within its matrix. */
interface Block {
  readonly rows: Range;
  readonly columns: Range;
}

function cut(matrix: Int32Array, columnsOfMatrix: number, { rows, columns }: Block): Int32Array {
  const block = new Int32Array(rows.count * columns.count);
  for (let row = 0; row < rows.count; row += 1) {
    const start = (rows.first + row) * columnsOfMatrix + columns.first;
    block.set(matrix.subarray(start, start + columns.count), row * columns.count);
  }
  return block;
}

/** The weights of a part within those of its layer. */
function weightBlock(layer: LayerImage, part: LayerPart): Block {
  return {
    rows: { first: firstRowOf(layer, part.firstAxon), count: rowCount(partLayer(layer, part)) },
    columns: { first: part.firstColumn, count: part.columnCount },
  };
}

/** B of one home: the columns of its neurons; for `fa` the rows of its outputs. */
export function feedbackOfHome(
  image: ChipImage,
  layer: LayerImage,
  home: LayerPart,
): Int32Array | null {
  const { feedbackRaw, neuronCount } = layer;
  if (feedbackRaw === null) return null;
  const above = image.layers[layer.layer];
  if (factsOf(image.rule.kind).feedback !== 'weights' || above === undefined) {
    const rows = { first: 0, count: image.classCount };
    return cut(feedbackRaw, neuronCount, { rows, columns: neuronsOf(layer, home) });
  }
  const outputs = outputsOf(layer, home);
  const columns = { first: 0, count: columnCount(above) };
  const rows = {
    first: firstRowOf(above, outputs.first),
    count: rowCount(withInputs(above, outputs)),
  };
  return cut(feedbackRaw, columns.count, { rows, columns });
}

/** A part as a layer of its own, with its own parameters; biases and B are those of a home. */
export function partWithParameters(
  image: ChipImage,
  layer: LayerImage,
  part: LayerPart,
): LayerImage {
  // What one core has is not copied, so that what does not fit its shape is refused as it is.
  if (layer.parts === null) return layer;
  const { firstColumn, columnCount: count } = part;
  return {
    ...partLayer(layer, part),
    weightsRaw: cut(layer.weightsRaw, columnCount(layer), weightBlock(layer, part)),
    biasesRaw: isHome(part)
      ? layer.biasesRaw.slice(firstColumn, firstColumn + count)
      : new Int32Array(),
    feedbackRaw: isHome(part) ? feedbackOfHome(image, layer, part) : null,
  };
}

/** Values of one part: one a weight, then, of a home and where there are some, one a bias. */
interface PartValues {
  readonly part: LayerPart;
  readonly valuesRaw: Int32Array;
}

/** Values of all weights of a layer, row-major, out of those of its parts. */
export function joinWeights(layer: LayerImage, parts: readonly PartValues[]): Int32Array {
  const columnsOfLayer = columnCount(layer);
  const joined = new Int32Array(rowCount(layer) * columnsOfLayer);
  for (const { part, valuesRaw } of parts) {
    const { rows, columns } = weightBlock(layer, part);
    for (let row = 0; row < rows.count; row += 1) {
      const start = row * columns.count;
      const target = (rows.first + row) * columnsOfLayer + columns.first;
      joined.set(valuesRaw.subarray(start, start + columns.count), target);
    }
  }
  return joined;
}

/** Values of all weights of a layer, then of all its biases. */
export function joinWeightsAndBiases(layer: LayerImage, parts: readonly PartValues[]): Int32Array {
  const weights = joinWeights(layer, parts);
  const joined = new Int32Array(weights.length + columnCount(layer));
  joined.set(weights);
  for (const { part, valuesRaw } of parts) {
    if (!isHome(part)) continue;
    const biases = valuesRaw.subarray(valuesRaw.length - part.columnCount);
    joined.set(biases, weights.length + part.firstColumn);
  }
  return joined;
}

/** One array after the other. */
export function concatenated(arrays: readonly Int32Array[]): Int32Array {
  return Int32Array.from(arrays.flatMap((values) => [...values]));
}

/** The values of a part in the order of `partsOf`, or null where a part has none. */
export function valuesOfParts(
  parts: readonly LayerPart[],
  values: readonly (Int32Array | null)[],
): readonly PartValues[] | null {
  const found = parts.flatMap((part, index) => {
    const valuesRaw = elementAt(values, index, 'values of the parts');
    return valuesRaw === null ? [] : [{ part, valuesRaw }];
  });
  return found.length === parts.length ? found : null;
}
