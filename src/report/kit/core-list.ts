import type { ResultRecord } from '../../experiment/record/result-record.js';
import { formatCount } from './quantity.js';

type Activity = ResultRecord['activity'][number];

/** Runs of numbers that a cell shows before it leaves out those in the middle. */
const mostRuns = 6;

/** `0–3, 6, 8–9`; of very many runs the first ones and the last. */
export function printCores(cores: readonly number[]): string {
  const runs: (readonly [first: number, last: number])[] = [];
  for (const core of cores) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === core - 1) runs.splice(-1, 1, [run[0], core]);
    else runs.push([core, core]);
  }
  const texts = runs.map(([first, last]) =>
    first === last ? formatCount(first) : `${formatCount(first)}–${formatCount(last)}`,
  );
  if (texts.length <= mostRuns) return texts.join(', ');
  return [...texts.slice(0, mostRuns - 1), '…', ...texts.slice(-1)].join(', ');
}

/** The cores of a layer. */
export function coresOf({ core, neuronParts, axonParts }: Activity): readonly number[] {
  return Array.from({ length: neuronParts * axonParts }, (_, index) => core + index);
}
