import { ceilDiv, floorDiv } from '../../numerics/integer.js';
import type { ConvolutionImage } from './chip-image.js';

/** Positions along one side that see a place of the input: the first of them, and how many. */
interface Span {
  readonly first: number;
  readonly count: number;
}

/** All o in 0…positions − 1 with 0 ≤ place + padding − o·stride < kernelSize. */
function spanOf(
  place: number,
  positions: number,
  { kernelSize, stride, padding }: ConvolutionImage,
): Span {
  const padded = place + padding;
  const first = ceilDiv(Math.max(0, padded - kernelSize + 1), stride);
  const last = Math.min(positions - 1, floorDiv(padded, stride));
  return { first, count: Math.max(0, last - first + 1) };
}

/** Spans of every place of one side: first and count, in turn. */
function spansAlong(side: number, positions: number, convolution: ConvolutionImage): Int32Array {
  const spans = new Int32Array(2 * side);
  for (let place = 0; place < side; place += 1) {
    const { first, count } = spanOf(place, positions, convolution);
    spans.set([first, count], 2 * place);
  }
  return spans;
}

/** Spans of the rows and of the columns of an input map. */
interface MapSpans {
  readonly ofRows: Int32Array;
  readonly ofColumns: Int32Array;
}

export function mapSpans(convolution: ConvolutionImage): MapSpans {
  const { inputShape, mapShape } = convolution;
  return {
    ofRows: spansAlong(inputShape[1], mapShape[1], convolution),
    ofColumns: spansAlong(inputShape[2], mapShape[2], convolution),
  };
}

/** X of docs/spec.md §2.10: an input is visited by each row of positions that sees it in each column that does. */
export function inputVisits(convolution: ConvolutionImage): number {
  const { ofRows, ofColumns } = mapSpans(convolution);
  const visits = (spans: Int32Array) =>
    spans.reduce((sum, value, index) => sum + (index % 2) * value, 0);
  return convolution.inputShape[0] * visits(ofRows) * visits(ofColumns);
}
