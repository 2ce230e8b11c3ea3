import { AccessLedger } from '../ledger/access-ledger.js';
import type { LedgerRow, Phase, RunKind } from '../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import type { ChipImage, LayerImage } from './chip-image.js';
import type { RunActivity } from './closed-form-counts.js';
import { feedbackCycles } from './closed-form-feedback.js';
import { learns, needsDelta } from './learning-layers.js';

/** Cycles of one phase of a layer. */
interface PhaseCycles {
  readonly phase: Phase;
  readonly cycles: number;
}

/**
 * Cycles of a layer over `sampleCount` samples to which `events` events were delivered in all: every step is linear in
 * both. Implements: docs/spec.md §5; `router.hop` latency is in `forward`.
 */
function layerCycles(
  image: ChipImage,
  layer: LayerImage,
  { run, isMeasuring = false }: Pick<RunActivity, 'run' | 'isMeasuring'>,
  sampleCount: number,
  events: number,
): readonly PhaseCycles[] {
  const { neuronCount, organisation } = layer;
  const { pipelineDepthCycles } = organisation;
  const rewriteCycles = organisation.portCount === 1 ? 2 : 1;
  const synapseWords = ceilDiv(neuronCount, organisation.weightsPerWord);
  const biasWords = ceilDiv(neuronCount, organisation.biasesPerWord);
  const sumCycles =
    organisation.accumulate === 'memory'
      ? ceilDiv(neuronCount, organisation.accumulatorsPerWord) * rewriteCycles
      : 0;
  const forwardPasses = ceilDiv(neuronCount, organisation.forwardLaneCount);
  const forward =
    sampleCount *
      (biasWords +
        ceilDiv(neuronCount, organisation.activationLaneCount) +
        pipelineDepthCycles +
        layer.outputHops) +
    events * Math.max(synapseWords, forwardPasses, sumCycles);
  if (run === 'inference') {
    if (!layer.isOutput) return [{ phase: 'forward', cycles: forward }];
    // Read h, compare C − 1 times, send the class.
    const readout =
      ceilDiv(image.classCount, organisation.outputsPerWord) + (image.classCount - 1) + 1;
    return [
      { phase: 'forward', cycles: forward },
      { phase: 'readout', cycles: sampleCount * readout },
    ];
  }
  if (isMeasuring || !needsDelta(image, layer)) return [{ phase: 'forward', cycles: forward }];
  const feedback = layer.isOutput ? 0 : feedbackCycles(image, layer);
  const learningPasses = ceilDiv(neuronCount, organisation.learningLaneCount);
  // δz alone passes the lanes and drains the pipeline; a layer that learns rewrites weights and biases too.
  const delta = sampleCount * (learningPasses + pipelineDepthCycles);
  const rewrites =
    sampleCount * biasWords * rewriteCycles +
    events * Math.max(synapseWords * rewriteCycles, learningPasses);
  return [
    { phase: 'forward', cycles: forward },
    { phase: 'feedback', cycles: sampleCount * feedback },
    { phase: 'update', cycles: learns(image, layer) ? delta + rewrites : delta },
  ];
}

/**
 * Serial latency of one sample in cycles, from its first event to the class sent (inference) or the last weight written
 * (training). Implements: docs/spec.md §5.
 * @param deliveredEvents A_0 … A_{k−1}: events delivered to each layer.
 */
export function cyclesPerSample(
  image: ChipImage,
  run: RunKind,
  deliveredEvents: readonly number[],
): number {
  let total = 0;
  for (const [index, layer] of image.layers.entries()) {
    const events = elementAt(deliveredEvents, index, 'events delivered to the layers');
    for (const { cycles } of layerCycles(image, layer, { run }, 1, events)) total += cycles;
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
    const { run, sampleCount, layers } = activity;
    let total = 0;
    for (const [index, layer] of image.layers.entries()) {
      const events = elementAt(layers, index, 'activity').deliveredEventCount;
      for (const { phase, cycles } of layerCycles(image, layer, activity, sampleCount, events)) {
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
