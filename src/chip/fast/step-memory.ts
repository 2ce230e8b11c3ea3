import type { ChipImage } from '../image/chip-image.js';
import { learnsInSteps } from '../image/layer-geometry.js';
import type { PlacedLayer } from './layout/placed-layer.js';
import { PaddedRows } from './padded-rows.js';

/** Gradients and states of a layer that learns in steps (docs/spec.md §2.11). */
export interface StepMemory {
  readonly gradients: PaddedRows;
  readonly momenta: PaddedRows | null;
  readonly secondMoments: PaddedRows | null;
  /** No gradient, momentum, second moment is larger. */
  readonly bounds: BigInt64Array;
  readonly touchedRows: Uint8Array;
  readonly quietRows: Int32Array;
}

/** The memory of a placed layer; null: it does not learn in steps. */
export function stepMemoryOf(
  buffer: ArrayBuffer,
  image: ChipImage,
  { layer, geometry, memory }: PlacedLayer,
): StepMemory | null {
  if (!learnsInSteps(image, layer)) return null;
  const pitch = memory.gradientPitchBytes >> 2;
  const rows = (address: number) => {
    const values = new Int32Array(buffer, address, (geometry.rowCount + 1) * pitch);
    return new PaddedRows(values, geometry.columnCount, pitch);
  };
  const { kind } = image.optimizer;
  return {
    gradients: rows(memory.gradients),
    momenta: kind === 'momentum' || kind === 'adam' ? rows(memory.momenta) : null,
    secondMoments: kind === 'rmsprop' || kind === 'adam' ? rows(memory.secondMoments) : null,
    bounds: new BigInt64Array(buffer, memory.gradientBound, 3),
    touchedRows: new Uint8Array(buffer, memory.touchedRows, geometry.rowCount),
    quietRows: new Int32Array(buffer, memory.quietRows, geometry.rowCount),
  };
}
