import { floorDiv } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import type { ChipImage, LayerImage, LayerPart } from '../image/chip-image.js';
import { nameOfLayer } from '../image/layer-name.js';
import { columnCount } from '../image/layer-geometry.js';
import { axonPartsOf, homesOf, isHome, partsOf } from '../image/layer-parts.js';

/*
 * Refuses images whose parts are no grid that covers their layer (docs/spec.md §7).
 */

function refuse(layer: LayerImage, problem: string): never {
  throw new InputError(
    `${nameOfLayer(layer)}: ${problem}; its parts are a grid in the order neuron part, axon part, without gaps, as src/mapping makes it`,
  );
}

/** Consecutive, none empty, and all of them together everything there is. */
function isCover(ranges: readonly (readonly [first: number, count: number])[], total: number) {
  let next = 0;
  for (const [first, count] of ranges) {
    if (first !== next || count < 1) return false;
    next += count;
  }
  return next === total;
}

/** Every axon part in every neuron part, with the same columns and axons as its row and column of the grid. */
function checkGrid(layer: LayerImage): void {
  const parts = partsOf(layer);
  const homes = homesOf(layer);
  const axonParts = axonPartsOf(layer);
  const expected = homes.flatMap((home, neuronPart) =>
    axonParts.map((column, axonPart) => ({
      neuronPart,
      axonPart,
      firstColumn: home.firstColumn,
      columnCount: home.columnCount,
      firstAxon: column.firstAxon,
      axonCount: column.axonCount,
    })),
  );
  const isGrid =
    parts.length === expected.length &&
    expected.every((cell, index) => {
      const part = parts[index];
      return (
        part?.neuronPart === cell.neuronPart &&
        part.axonPart === cell.axonPart &&
        part.firstColumn === cell.firstColumn &&
        part.columnCount === cell.columnCount &&
        part.firstAxon === cell.firstAxon &&
        part.axonCount === cell.axonCount
      );
    });
  if (!isGrid) refuse(layer, `its ${parts.length} parts are no grid`);
  const columns = homes.map((home) => [home.firstColumn, home.columnCount] as const);
  if (!isCover(columns, columnCount(layer))) {
    refuse(layer, `its neuron parts do not cover its ${columnCount(layer)} columns`);
  }
  const axons = axonParts.map((part) => [part.firstAxon, part.axonCount] as const);
  if (!isCover(axons, layer.inputCount)) {
    refuse(layer, `its axon parts do not cover its ${layer.inputCount} inputs`);
  }
}

/** Inputs of one map; fully connected every input may go elsewhere. */
function inputsTogether({ convolution }: LayerImage): number {
  return convolution === null ? 1 : convolution.inputShape[1] * convolution.inputShape[2];
}

function checkPart(layer: LayerImage, part: LayerPart, above: LayerImage | undefined): void {
  const lanes = layer.organisation.learningLaneCount;
  if (part.laneSeeds.length !== lanes) {
    refuse(
      layer,
      `core ${part.core} has ${part.laneSeeds.length} seeds for ${lanes} learning lanes`,
    );
  }
  const together = inputsTogether(layer);
  if (floorDiv(part.axonCount, together) * together !== part.axonCount) {
    refuse(
      layer,
      `core ${part.core} has ${part.axonCount} axons, which are no whole channels of ${together}`,
    );
  }
  const destinationCount = isHome(part) && above !== undefined ? partsOf(above).length : 0;
  if (part.outputHops.length !== destinationCount) {
    refuse(
      layer,
      `core ${part.core} has the hops to ${part.outputHops.length} cores, its outputs go to ${destinationCount}`,
    );
  }
}

/** @throws InputError naming the layer and what of its parts does not fit (docs/spec.md §7). */
export function checkParts({ layers }: ChipImage): void {
  for (const layer of layers) {
    const above = layers[layer.layer];
    checkGrid(layer);
    if (layer.parts !== null && layer.parts[0]?.core !== layer.core) {
      refuse(layer, `its core ${layer.core} is not that of its first part`);
    }
    if (layer.parts === null && above !== undefined && partsOf(above).length > 1) {
      refuse(layer, `the next layer has ${partsOf(above).length} cores, and its own hops to one`);
    }
    if (layer.parts !== null) for (const part of layer.parts) checkPart(layer, part, above);
  }
}
