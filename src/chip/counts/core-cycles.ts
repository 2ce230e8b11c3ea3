import type { Phase } from '../../ledger/ledger-row.js';
import { ceilDiv } from '../../numerics/integer.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import type { RunActivity } from '../image/activity.js';
import { columnCount, learnsInSteps, positionCount, rowCount } from '../image/layer-geometry.js';
import { comparesErrors, learns, needsDelta } from '../image/learning-layers.js';
import { rowWords } from '../image/row-words.js';
import { isBeside, isFused, isPutOff, synapseRewriteCycles } from '../image/update-order.js';
import { forwardRowCycles, rewriteCyclesOf, sumCyclesOf } from '../image/visit-cycles.js';

/** Cycles of one phase. */
export interface PhaseCycles {
  readonly phase: Phase;
  readonly cycles: number;
  /** Those in which the learning engine is clocked (docs/spec.md §5, clock.update); of phase update also those within forward. */
  readonly learningCycles: number;
}

/** The kind of a run, and whether it only measures delayed errors. */
export type RunPurpose = Pick<RunActivity, 'run' | 'isMeasuring'>;

/** What a core did in a run, as far as cycles depend on it: every step of §5 is linear in all of it. */
export interface CoreWork {
  readonly sampleCount: number;
  readonly eventCount: number;
  readonly visitCount: number;
  /** S (docs/spec.md §5.1). */
  readonly sharedCount: number;
  /** X (docs/spec.md §5.1). */
  readonly uncoveredCycles: number;
  /** Training samples that were learned from, and their visits (docs/spec.md §2.15). */
  readonly learnedCount: number;
  readonly learnedVisitCount: number;
  readonly stepCount: number;
  readonly flushCount: number;
}

/** What a home waits for or sends in a sample, beside its own memories and lanes (docs/spec.md §5, §7). */
export interface HomeTraffic {
  /** Routing to the next layer. */
  readonly routingCycles: number;
  /** The sums of its satellites. */
  readonly mergeCycles: number;
  /** δz, on its way to them. */
  readonly sendCycles: number;
  /** Phase feedback; 0 in the output layer. */
  readonly feedbackCycles: number;
  /** Readout, after y is read; 0 in a hidden layer. */
  readonly readoutCycles: number;
}

/** L: cycles in which a home adds the sums of one satellite. */
export function additionCycles(layer: LayerImage): number {
  const passes = ceilDiv(layer.neuronCount, layer.organisation.forwardLaneCount);
  return Math.max(passes, positionCount(layer) * sumCyclesOf(layer));
}

/** The fetch of one event and a row per visit, in a forward pass that changes no row. */
export function forwardEventCycles(layer: LayerImage, visitCount: number): number {
  return layer.organisation.eventOverheadCycles + visitCount * forwardRowCycles(layer);
}

/** A row of weights that only the update visits. */
function updateRowCycles(layer: LayerImage): number {
  const { organisation } = layer;
  const columns = columnCount(layer);
  return Math.max(
    ceilDiv(columns, organisation.weightsPerWord) * synapseRewriteCycles(layer),
    ceilDiv(columns, organisation.learningLaneCount),
  );
}

/** A row that forward and the update visit at once. */
function sharedRowCycles(layer: LayerImage): number {
  return Math.max(forwardRowCycles(layer), updateRowCycles(layer));
}

/** Cycles of phase forward in which the learning engine works too (docs/spec.md §5.1). */
function coveredCycles(
  image: ChipImage,
  layer: LayerImage,
  { learnedVisitCount, sharedCount, uncoveredCycles }: CoreWork,
): number {
  if (isFused(image, layer)) return sharedCount * sharedRowCycles(layer);
  return isBeside(image, layer) ? learnedVisitCount * updateRowCycles(layer) - uncoveredCycles : 0;
}

/** Phase update: `cycles` of its own, and those of rows that are changed while the forward pass works. */
function updatePhase(
  image: ChipImage,
  layer: LayerImage,
  cycles: number,
  work: CoreWork,
): PhaseCycles {
  return { phase: 'update', cycles, learningCycles: cycles + coveredCycles(image, layer, work) };
}

/** Rows of an update, as far as no forward pass covers them. */
function ownRowCycles(
  image: ChipImage,
  layer: LayerImage,
  { learnedVisitCount, sharedCount, uncoveredCycles }: CoreWork,
): number {
  if (isBeside(image, layer)) return uncoveredCycles;
  const rowVisits = isFused(image, layer) ? learnedVisitCount - sharedCount : learnedVisitCount;
  return rowVisits * updateRowCycles(layer);
}

/** The fetch of every event and a row a visit; fused, rows that the sample before visited too are changed on the way. */
function visitingCycles(
  image: ChipImage,
  layer: LayerImage,
  { run, isMeasuring = false }: RunPurpose,
  { eventCount, visitCount, sharedCount }: CoreWork,
): number {
  const fetchCycles = eventCount * layer.organisation.eventOverheadCycles;
  const forward = forwardRowCycles(layer);
  if (run === 'inference' || isMeasuring || !isFused(image, layer)) {
    return fetchCycles + visitCount * forward;
  }
  return fetchCycles + (visitCount - sharedCount) * forward + sharedCount * sharedRowCycles(layer);
}

/** What a core that learns does after δz: rewrites weights and biases, or sums gradients and takes steps. */
function changeCycles(
  image: ChipImage,
  layer: LayerImage,
  work: CoreWork,
  hasBiases: boolean,
): number {
  const { learnedCount, learnedVisitCount, stepCount, flushCount } = work;
  const { learningLaneCount, pipelineDepthCycles } = layer.organisation;
  const rewriteCycles = rewriteCyclesOf(layer);
  const passes = ceilDiv(columnCount(layer), learningLaneCount);
  const words = rowWords(image, layer);
  const biasCycles = hasBiases ? words.biases * rewriteCycles : 0;
  if (!learnsInSteps(image, layer)) {
    const flushCycles = isPutOff(image, layer) ? flushCount * pipelineDepthCycles : 0;
    return learnedCount * biasCycles + ownRowCycles(image, layer, work) + flushCycles;
  }
  const synapseCycles = words.synapses * synapseRewriteCycles(layer);
  const gradientCycles = words.gradients * rewriteCycles;
  const stateCycles = words.states * rewriteCycles;
  const rowCycles = Math.max(synapseCycles, gradientCycles, stateCycles, passes);
  const stepCycles = rowCount(layer) * rowCycles + biasCycles + pipelineDepthCycles;
  return (
    learnedVisitCount * Math.max(gradientCycles, passes) +
    (hasBiases ? learnedCount * gradientCycles : 0) +
    stepCount * stepCycles
  );
}

/**
 * Cycles of a home by phase: biases, events, f (pooling runs along) and routing; δz, which passes the lanes and drains
 * the pipeline, and learning. Implements: docs/spec.md §5.
 * @param layer its part as a layer of its own
 */
export function homeCycles(
  image: ChipImage,
  layer: LayerImage,
  purpose: RunPurpose,
  work: CoreWork,
  traffic: HomeTraffic,
): readonly PhaseCycles[] {
  const { run, isMeasuring = false } = purpose;
  const { organisation } = layer;
  const { pipelineDepthCycles } = organisation;
  const { sampleCount } = work;
  const sampleCycles =
    ceilDiv(columnCount(layer), organisation.biasesPerWord) +
    ceilDiv(layer.neuronCount, organisation.activationLaneCount) +
    pipelineDepthCycles +
    traffic.mergeCycles +
    traffic.routingCycles;
  const forward: PhaseCycles = {
    phase: 'forward',
    cycles: sampleCount * sampleCycles + visitingCycles(image, layer, purpose, work),
    learningCycles: 0,
  };
  if (run === 'inference') {
    if (!layer.isOutput) return [forward];
    const readout = ceilDiv(layer.neuronCount, organisation.outputsPerWord) + traffic.readoutCycles;
    return [forward, { phase: 'readout', cycles: sampleCount * readout, learningCycles: 0 }];
  }
  const comparesAll = layer.isOutput && comparesErrors(image);
  const makesDelta = needsDelta(image, layer);
  if (isMeasuring || !(makesDelta || comparesAll)) return [forward];
  const deltaCycles =
    ceilDiv(layer.neuronCount, organisation.learningLaneCount) + pipelineDepthCycles;
  const deltaSamples = comparesAll ? sampleCount : work.learnedCount;
  const sends = makesDelta ? work.learnedCount * traffic.sendCycles : 0;
  const learning = learns(image, layer) ? changeCycles(image, layer, work, true) : 0;
  const feedback = work.learnedCount * traffic.feedbackCycles;
  const update = deltaSamples * deltaCycles + sends + learning;
  return [
    forward,
    { phase: 'feedback', cycles: feedback, learningCycles: feedback },
    updatePhase(image, layer, update, work),
  ];
}

/**
 * Cycles of a core that is no home by phase: events, and its sums on their way home; learning from δz. Implements:
 * docs/spec.md §5.
 * @param layer its part as a layer of its own
 */
export function satelliteCycles(
  image: ChipImage,
  layer: LayerImage,
  homeHops: number,
  purpose: RunPurpose,
  work: CoreWork,
): readonly PhaseCycles[] {
  const { run, isMeasuring = false } = purpose;
  const { sampleCount } = work;
  const { pipelineDepthCycles } = layer.organisation;
  const sampleCycles = pipelineDepthCycles + layer.neuronCount + homeHops;
  const forward: PhaseCycles = {
    phase: 'forward',
    cycles: sampleCount * sampleCycles + visitingCycles(image, layer, purpose, work),
    learningCycles: 0,
  };
  if (run === 'inference' || isMeasuring || !learns(image, layer)) return [forward];
  const learning = changeCycles(image, layer, work, false);
  const drains = work.learnedCount * pipelineDepthCycles;
  return [forward, updatePhase(image, layer, drains + learning, work)];
}
