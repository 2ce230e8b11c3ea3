import { ceilDiv } from '../../numerics/integer.js';
import { besideRewriteCycles } from '../../time/update-schedule.js';
import type { LayerImage } from './chip-image.js';
import { columnCount } from './layer-geometry.js';

/** Cycles of the read-modify-write of a bias, a sum, a gradient or a state: with one port two, with two ports they overlap. */
export function rewriteCyclesOf({ organisation }: LayerImage): number {
  return organisation.portCount === 1 ? 2 : 1;
}

/** M: cycles in which the sums of a position are read and written; 0 where they live in registers. */
export function sumCyclesOf(layer: LayerImage): number {
  const { accumulate, accumulatorsPerWord } = layer.organisation;
  if (accumulate === 'registers') return 0;
  return ceilDiv(columnCount(layer), accumulatorsPerWord) * rewriteCyclesOf(layer);
}

/** A row that only the forward pass visits. */
export function forwardRowCycles(layer: LayerImage): number {
  const { organisation } = layer;
  const columns = columnCount(layer);
  return Math.max(
    ceilDiv(columns, organisation.weightsPerWord),
    ceilDiv(columns, organisation.forwardLaneCount),
    sumCyclesOf(layer),
  );
}

/** A forward pass and the update beside it, step by step (docs/spec.md §5.1, beside), in cycles. */
export interface BesideSteps {
  /** Before the first visit. */
  readonly biasCycles: number;
  /** E: to fetch an event before its row. */
  readonly fetchCycles: number;
  /** A row of the forward pass. */
  readonly visitCycles: number;
  /** u: a row of the update. */
  readonly rowCycles: number;
}

/**
 * Those of a part with the chip's ports and banks, whatever its schedule; of a chip without a second way to its rows as if it
 * had interleaved banks.
 */
export function besideSteps(layer: LayerImage): BesideSteps {
  const { organisation } = layer;
  const { biasesPerWord, eventOverheadCycles, weightsPerWord, learningLaneCount } = organisation;
  const columns = columnCount(layer);
  const rewriteCycles = besideRewriteCycles(organisation.portCount, organisation.writeBanks) ?? 2;
  return {
    biasCycles: ceilDiv(columns, biasesPerWord),
    fetchCycles: eventOverheadCycles,
    visitCycles: forwardRowCycles(layer),
    rowCycles: Math.max(
      ceilDiv(columns, weightsPerWord) * rewriteCycles,
      learningLaneCount === 0 ? 0 : ceilDiv(columns, learningLaneCount),
    ),
  };
}

/**
 * X of one sample: cycles that the rows of the sample before last longer than its visits, or keep them waiting, where both have
 * `eventCount` events: at the same axons, or at none of them.
 */
export function uncoveredBetween(
  { biasCycles, fetchCycles, visitCycles, rowCycles }: BesideSteps,
  eventCount: number,
  isSame: boolean,
): number {
  if (eventCount === 0) return 0;
  const eventCycles = fetchCycles + visitCycles;
  const rest = eventCount * (rowCycles - eventCycles) - biasCycles;
  if (!isSame) return Math.max(0, rest);
  // The wait for row j grows, or falls, from one to the next: the first or the last is the longest.
  return Math.max(0, rest, rowCycles - biasCycles - fetchCycles, rest + visitCycles);
}
