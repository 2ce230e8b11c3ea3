import { AccessLedger } from '../ledger/access-ledger.js';
import type { LedgerRow, Phase, RunKind } from '../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import type { ChipImage, LayerImage } from './chip-image.js';
import type { RunActivity } from './closed-form-counts.js';
import { feedbackCycles } from './closed-form-feedback.js';
import { stepWords } from './closed-form-steps.js';
import { columnCount, learnsInSteps, rowCount } from './layer-geometry.js';
import { learns, needsDelta } from './learning-layers.js';

/** Cycles of one phase of a layer. */
interface PhaseCycles {
  readonly phase: Phase;
  readonly cycles: number;
}

/** What a layer did in a run, as far as cycles depend on it: every step of §5 is linear in all four. */
interface LayerWork {
  readonly sampleCount: number;
  readonly eventCount: number;
  readonly visitCount: number;
  readonly stepCount: number;
}

/** Cycles of a word's read-modify-write: with one port it takes two, with two they overlap. */
function rewriteCyclesOf({ organisation }: LayerImage): number {
  return organisation.portCount === 1 ? 2 : 1;
}

/** Biases, then for each event its fetch and a row a visit, then f; pooling runs along. Routing to the next core is in `forward` too. */
function forwardCycles(
  layer: LayerImage,
  { sampleCount, eventCount, visitCount }: LayerWork,
): number {
  const { organisation } = layer;
  const columns = columnCount(layer);
  const sumCycles =
    organisation.accumulate === 'memory'
      ? ceilDiv(columns, organisation.accumulatorsPerWord) * rewriteCyclesOf(layer)
      : 0;
  const visitCycles = Math.max(
    ceilDiv(columns, organisation.weightsPerWord),
    ceilDiv(columns, organisation.forwardLaneCount),
    sumCycles,
  );
  const sampleCycles =
    ceilDiv(columns, organisation.biasesPerWord) +
    ceilDiv(layer.neuronCount, organisation.activationLaneCount) +
    organisation.pipelineDepthCycles +
    layer.outputHops;
  const eventCycles = organisation.eventOverheadCycles;
  return sampleCount * sampleCycles + eventCount * eventCycles + visitCount * visitCycles;
}

/** Read h, compare C − 1 times, send the class. */
function readoutCycles(image: ChipImage, { organisation }: LayerImage): number {
  return ceilDiv(image.classCount, organisation.outputsPerWord) + (image.classCount - 1) + 1;
}

/** What a layer that learns does after δz: rewrites weights and biases, or sums gradients and takes steps. */
function learningCycles(
  image: ChipImage,
  layer: LayerImage,
  { sampleCount, visitCount, stepCount }: LayerWork,
): number {
  const { learningLaneCount, pipelineDepthCycles } = layer.organisation;
  const rewriteCycles = rewriteCyclesOf(layer);
  const passes = ceilDiv(columnCount(layer), learningLaneCount);
  const words = stepWords(image, layer);
  const synapseCycles = words.synapsesPerRow * rewriteCycles;
  const biasCycles = words.biases * rewriteCycles;
  if (!learnsInSteps(image, layer)) {
    return sampleCount * biasCycles + visitCount * Math.max(synapseCycles, passes);
  }
  const gradientCycles = words.gradientsPerRow * rewriteCycles;
  const stateCycles = words.statesPerRow * rewriteCycles;
  const rowCycles = Math.max(synapseCycles, gradientCycles, stateCycles, passes);
  const stepCycles = rowCount(layer) * rowCycles + biasCycles + pipelineDepthCycles;
  return (
    visitCount * Math.max(gradientCycles, passes) +
    sampleCount * gradientCycles +
    stepCount * stepCycles
  );
}

/** Cycles of a layer by phase. Implements: docs/spec.md §5. */
function layerCycles(
  image: ChipImage,
  layer: LayerImage,
  { run, isMeasuring = false }: Pick<RunActivity, 'run' | 'isMeasuring'>,
  work: LayerWork,
): readonly PhaseCycles[] {
  const { sampleCount } = work;
  const forward: PhaseCycles = { phase: 'forward', cycles: forwardCycles(layer, work) };
  if (run === 'inference') {
    if (!layer.isOutput) return [forward];
    return [forward, { phase: 'readout', cycles: sampleCount * readoutCycles(image, layer) }];
  }
  if (isMeasuring || !needsDelta(image, layer)) return [forward];
  const feedback = layer.isOutput ? 0 : feedbackCycles(image, layer);
  const { learningLaneCount, pipelineDepthCycles } = layer.organisation;
  // δz alone passes the lanes and drains the pipeline.
  const deltaCycles = ceilDiv(layer.neuronCount, learningLaneCount) + pipelineDepthCycles;
  const learning = learns(image, layer) ? learningCycles(image, layer, work) : 0;
  return [
    forward,
    { phase: 'feedback', cycles: sampleCount * feedback },
    { phase: 'update', cycles: sampleCount * deltaCycles + learning },
  ];
}

/**
 * Serial latency of one sample in cycles, from its first event to the class sent (inference) or the last weight written
 * (training). Where layers learn in steps it is that of the sample that takes the step, the longest of its batch.
 * Implements: docs/spec.md §5.
 * @param deliveredVisits visits of the events delivered to each layer (docs/spec.md §2.10): of a fully-connected layer
 * A_{i−1}, its events.
 * @param deliveredEvents events delivered to each layer; left out where all layers are fully connected.
 */
export function cyclesPerSample(
  image: ChipImage,
  run: RunKind,
  deliveredVisits: readonly number[],
  deliveredEvents: readonly number[] = deliveredVisits,
): number {
  let total = 0;
  for (const [index, layer] of image.layers.entries()) {
    const visitCount = elementAt(deliveredVisits, index, 'visits of the layers');
    const eventCount = elementAt(deliveredEvents, index, 'events of the layers');
    const work = { sampleCount: 1, eventCount, visitCount, stepCount: 1 };
    for (const { cycles } of layerCycles(image, layer, { run }, work)) total += cycles;
  }
  return total;
}

/**
 * `clock.cycle` of every layer and phase, and `leakage.cycle` (phase idle) of every core in use: a core leaks during all
 * cycles of the run, whoever works. Implements: docs/spec.md §5.
 */
export function cycleRows(
  image: ChipImage,
  activities: readonly RunActivity[],
): readonly LedgerRow[] {
  const ledger = new AccessLedger();
  const cores = new Set(image.layers.map((layer) => layer.core));
  for (const activity of activities) {
    const { run, sampleCount, stepCount, layers } = activity;
    let total = 0;
    for (const [index, layer] of image.layers.entries()) {
      const delivered = elementAt(layers, index, 'activity');
      const { deliveredEventCount: eventCount, deliveredVisitCount: visitCount } = delivered;
      const work = { sampleCount, eventCount, visitCount, stepCount };
      for (const { phase, cycles } of layerCycles(image, layer, activity, work)) {
        const place = { run, phase, layer: layer.layer, core: layer.core };
        ledger.counter({ ...place, componentAction: 'clock.cycle', bits: null }).add(cycles);
        total += cycles;
      }
    }
    for (const core of cores) {
      const place = { run, phase: 'idle', layer: null, core } as const;
      ledger.counter({ ...place, componentAction: 'leakage.cycle', bits: null }).add(total);
    }
  }
  return ledger.rows();
}
