import type { MapShape } from './convolution.js';
import {
  checkClasses,
  inputAfter,
  type LayerActivations,
  type LayerDescription,
  type LayerInput,
  type LayerSpan,
  networkInput,
  type NetworkLayer,
  type NetworkTopology,
  placeLayer,
} from './topology.js';

/*
 * A network in which four layers stand for a run of equal ones: the first, one for all between, and the last two. What a
 * layer needs may depend on its own shape and on that of the next layer (B of rule fa), what it costs on what its
 * neighbours need: of each of the four they are as in the whole network. Time and memory grow with the layers that differ.
 */

/** A layer that follows itself `repeat` times. */
export interface RepeatedLayer {
  readonly description: LayerDescription;
  readonly repeat: number;
}

/** Equal layers in a row. */
interface Run extends LayerSpan {
  readonly layer: NetworkLayer;
}

function isAlike(left: NetworkLayer, right: NetworkLayer): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function isSameInput(left: LayerInput, right: LayerInput): boolean {
  return left.count === right.count && String(left.shape) === String(right.shape);
}

/** @throws RangeError */
function checkRuns({ length }: readonly Run[], mostRuns: number): void {
  if (length <= mostRuns) return;
  throw new RangeError(
    `more than ${mostRuns} layers differ from the one before them, in shape, activity, place or in being frozen; write fewer that do`,
  );
}

/** Runs of a network; the output layer is alone. @throws RangeError as `placeLayer`, or above `mostRuns`. */
function runsOf(
  described: readonly RepeatedLayer[],
  input: LayerInput,
  activation: LayerActivations,
  mostRuns: number,
): { readonly runs: readonly Run[]; readonly output: LayerInput } {
  const runs: Run[] = [];
  let before = input;
  let first = 1;
  for (const [index, { description, repeat }] of described.entries()) {
    const isLast = index === described.length - 1;
    for (let left = repeat; left > 0;) {
      const isOutput = isLast && left === 1;
      const layer = placeLayer(description, before, { number: first, isOutput }, activation);
      const after = inputAfter(layer);
      // A layer that hands on what it takes is followed by its like.
      const count = isSameInput(before, after) && !isOutput ? left - (isLast ? 1 : 0) : 1;
      const last = runs.at(-1);
      if (last !== undefined && !isOutput && isAlike(last.layer, layer)) {
        runs[runs.length - 1] = { ...last, repeat: last.repeat + count };
      } else {
        runs.push({ layer, first, repeat: count });
      }
      checkRuns(runs, mostRuns);
      before = after;
      first += count;
      left -= count;
    }
  }
  return { runs, output: before };
}

/** A run cut before each layer of `cuts`, which ascend. */
function cutRun({ layer, first, repeat }: Run, cuts: readonly number[]): readonly Run[] {
  const end = first + repeat;
  const inside = cuts.filter((cut) => cut > first && cut < end);
  const begins = [first, ...inside];
  return begins.map((begin, index) => ({
    layer,
    first: begin,
    repeat: (begins[index + 1] ?? end) - begin,
  }));
}

/** Layers at the end of a run that stand for themselves. */
const endCount = 2;

/** First, all between, and the last two; a short run one by one. */
function representatives({ layer, first, repeat }: Run): readonly Run[] {
  const end = first + repeat;
  const alone = (from: number, to: number): readonly Run[] =>
    Array.from({ length: to - from }, (_, offset) => ({ layer, first: from + offset, repeat: 1 }));
  const between = repeat - 1 - endCount;
  if (between < 2) return alone(first, end);
  const middle = { layer, first: first + 1, repeat: between };
  return [...alone(first, first + 1), middle, ...alone(end - endCount, end)];
}

/**
 * Joins layers to a condensed network.
 * @param cuts Layers, 1…k, that differ from the one before in something that is not in their description.
 * @param mostRuns Layers that may differ from the one before them.
 * @throws RangeError as `buildTopology`, and where too many layers differ.
 */
export function condensedNetwork(
  described: readonly RepeatedLayer[],
  input: number | MapShape,
  classCount: number,
  activation: LayerActivations,
  { cuts, mostRuns }: { readonly cuts: readonly number[]; readonly mostRuns: number },
): NetworkTopology {
  const entering = networkInput(input);
  const { runs, output } = runsOf(described, entering, activation, mostRuns);
  checkClasses(output, classCount);
  const sorted = [...new Set(cuts)].sort((left, right) => left - right);
  const cut = runs.flatMap((run) => cutRun(run, sorted));
  checkRuns(cut, mostRuns);
  const condensed = cut.flatMap(representatives);
  const layers = condensed.map(({ layer }) => layer);
  const isWritten = condensed.every(({ repeat }) => repeat === 1);
  if (isWritten) return { inputCount: entering.count, layers };
  const spans = condensed.map(({ first, repeat }) => ({ first, repeat }));
  return { inputCount: entering.count, layers, spans };
}
