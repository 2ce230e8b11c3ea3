import type { Phase } from '../../ledger/ledger-row.js';
import { ceilDiv } from '../../numerics/integer.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import type { RunActivity } from '../image/activity.js';
import { columnCount, learnsInSteps, positionCount, rowCount } from '../image/layer-geometry.js';
import { learns, needsDelta } from '../image/learning-layers.js';
import { rowWords } from '../image/row-words.js';

/** Cycles of one phase. */
export interface PhaseCycles {
  readonly phase: Phase;
  readonly cycles: number;
}

/** The kind of a run, and whether it only measures delayed errors. */
export type RunPurpose = Pick<RunActivity, 'run' | 'isMeasuring'>;

/** What a core did in a run, as far as cycles depend on it: every step of §5 is linear in all four. */
export interface CoreWork {
  readonly sampleCount: number;
  readonly eventCount: number;
  readonly visitCount: number;
  readonly stepCount: number;
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

/** Cycles of a word's read-modify-write: with one port it takes two, with two they overlap. */
function rewriteCyclesOf({ organisation }: LayerImage): number {
  return organisation.portCount === 1 ? 2 : 1;
}

/** M: cycles in which the sums of a position are read and written; 0 where they live in registers. */
function sumCyclesOf(layer: LayerImage): number {
  const { accumulate, accumulatorsPerWord } = layer.organisation;
  if (accumulate === 'registers') return 0;
  return ceilDiv(columnCount(layer), accumulatorsPerWord) * rewriteCyclesOf(layer);
}

/** L: cycles in which a home adds the sums of one satellite. */
export function additionCycles(layer: LayerImage): number {
  const passes = ceilDiv(layer.neuronCount, layer.organisation.forwardLaneCount);
  return Math.max(passes, positionCount(layer) * sumCyclesOf(layer));
}

/** The fetch of every event and a row a visit. */
export function visitingCycles(layer: LayerImage, { eventCount, visitCount }: CoreWork): number {
  const { organisation } = layer;
  const columns = columnCount(layer);
  const visitCycles = Math.max(
    ceilDiv(columns, organisation.weightsPerWord),
    ceilDiv(columns, organisation.forwardLaneCount),
    sumCyclesOf(layer),
  );
  return eventCount * organisation.eventOverheadCycles + visitCount * visitCycles;
}

/** What a core that learns does after δz: rewrites weights and biases, or sums gradients and takes steps. */
function learningCycles(
  image: ChipImage,
  layer: LayerImage,
  { sampleCount, visitCount, stepCount }: CoreWork,
  hasBiases: boolean,
): number {
  const { learningLaneCount, pipelineDepthCycles } = layer.organisation;
  const rewriteCycles = rewriteCyclesOf(layer);
  const passes = ceilDiv(columnCount(layer), learningLaneCount);
  const words = rowWords(image, layer);
  const synapseCycles = words.synapses * rewriteCycles;
  const biasCycles = hasBiases ? words.biases * rewriteCycles : 0;
  if (!learnsInSteps(image, layer)) {
    return sampleCount * biasCycles + visitCount * Math.max(synapseCycles, passes);
  }
  const gradientCycles = words.gradients * rewriteCycles;
  const stateCycles = words.states * rewriteCycles;
  const rowCycles = Math.max(synapseCycles, gradientCycles, stateCycles, passes);
  const stepCycles = rowCount(layer) * rowCycles + biasCycles + pipelineDepthCycles;
  return (
    visitCount * Math.max(gradientCycles, passes) +
    (hasBiases ? sampleCount * gradientCycles : 0) +
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
  { run, isMeasuring = false }: RunPurpose,
  work: CoreWork,
  traffic: HomeTraffic,
): readonly PhaseCycles[] {
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
    cycles: sampleCount * sampleCycles + visitingCycles(layer, work),
  };
  if (run === 'inference') {
    if (!layer.isOutput) return [forward];
    const readout = ceilDiv(layer.neuronCount, organisation.outputsPerWord) + traffic.readoutCycles;
    return [forward, { phase: 'readout', cycles: sampleCount * readout }];
  }
  if (isMeasuring || !needsDelta(image, layer)) return [forward];
  const deltaCycles =
    ceilDiv(layer.neuronCount, organisation.learningLaneCount) +
    pipelineDepthCycles +
    traffic.sendCycles;
  const learning = learns(image, layer) ? learningCycles(image, layer, work, true) : 0;
  return [
    forward,
    { phase: 'feedback', cycles: sampleCount * traffic.feedbackCycles },
    { phase: 'update', cycles: sampleCount * deltaCycles + learning },
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
  { run, isMeasuring = false }: RunPurpose,
  work: CoreWork,
): readonly PhaseCycles[] {
  const { sampleCount } = work;
  const { pipelineDepthCycles } = layer.organisation;
  const sampleCycles = pipelineDepthCycles + layer.neuronCount + homeHops;
  const forward: PhaseCycles = {
    phase: 'forward',
    cycles: sampleCount * sampleCycles + visitingCycles(layer, work),
  };
  if (run === 'inference' || isMeasuring || !learns(image, layer)) return [forward];
  const learning = learningCycles(image, layer, work, false);
  return [forward, { phase: 'update', cycles: sampleCount * pipelineDepthCycles + learning }];
}
