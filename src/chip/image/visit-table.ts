import { elementAt } from '../../numerics/integer.js';
import type { LayerImage } from './chip-image.js';
import { mapSpans } from './convolution-spans.js';

/**
 * V(a) of every input: visits of an event that enters there; fully connected 1. Shape (inputCount).
 * Implements: docs/spec.md §2.10.
 */
export function visitTable({ convolution, inputCount }: LayerImage): Int32Array {
  const visits = new Int32Array(inputCount).fill(1);
  if (convolution === null) return visits;
  const { ofRows, ofColumns } = mapSpans(convolution);
  const [channels, height, width] = convolution.inputShape;
  let input = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const rowCount = elementAt(ofRows, 2 * row + 1, 'spans of rows');
        visits[input] = rowCount * elementAt(ofColumns, 2 * column + 1, 'spans of columns');
        input += 1;
      }
    }
  }
  return visits;
}
