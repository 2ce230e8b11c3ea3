import type { EstimateRecord } from './estimate-record.js';

/** How many batches go through a network one after the other, and how many when each layer takes the next as soon as it can. */
export interface PipelineFigures {
  /** Time of all batches one after the other, in slots or cycles. */
  readonly locked: number;
  /** The same where each layer takes the next batch as soon as it has learned from the last. */
  readonly pipelined: number;
  /** S = locked / pipelined. */
  readonly speedUp: number;
  /** E = S / layers: 1 where every layer always works. */
  readonly efficiency: number;
}

function figuresOf(locked: number, pipelined: number, layers: number): PipelineFigures {
  const speedUp = locked / pipelined;
  return { locked, pipelined, speedUp, efficiency: speedUp / layers };
}

/**
 * Equal layers, each a slot forward and a slot to learn for a batch. Locked: 2·layers·batches. Pipelined: the last layer
 * begins after layers − 1 slots and has 2 slots of work a batch, 2·batches + layers − 1. 4 layers and 4 batches give 32, 11,
 * 2.91, 0.73, the figures of Flügel's thesis (its equations 6.5–6.10).
 */
export function equalStages(layers: number, batches: number): PipelineFigures {
  return figuresOf(2 * layers * batches, 2 * batches + layers - 1, layers);
}

/** A rule's figures with the cycles of a chip. */
export interface RulePipeline extends PipelineFigures {
  readonly rule: string;
  /** False: the rule is locked, and each sample waits for the one before. */
  readonly isPipelined: boolean;
}

/** A batch of a locked rule: its samples one after the other, and following each other inside the batch (docs/spec.md §8). */
interface BatchPipeline extends PipelineFigures {
  readonly rule: string;
  readonly samples: number;
}

/** Rules of an estimate that are locked, where a batch has more than one sample. */
export function estimatedBatches(estimate: EstimateRecord): readonly BatchPipeline[] {
  const layers = layerCount(estimate);
  return estimate.rules.flatMap(({ rule, batchLatency }) => {
    if (batchLatency === undefined) return [];
    const { samples, serialCycles, pipelinedCycles } = batchLatency;
    return [{ rule, samples, ...figuresOf(serialCycles, pipelinedCycles, layers) }];
  });
}

/** Layers of an estimate, equal ones that it lists once counted as often as they occur. */
function layerCount({ network }: EstimateRecord): number {
  return network.layers.reduce((sum, { repeat }) => sum + (repeat ?? 1), 0);
}

/**
 * Layers as unequal as those of an estimate, in cycles: the first of the samples takes the serial latency, and each of the
 * others follows after the interval of the busiest core. Rules that the chip cannot learn by are left out.
 */
export function estimatedStages(
  estimate: EstimateRecord,
  samples: number,
): readonly RulePipeline[] {
  const layers = layerCount(estimate);
  return estimate.rules.flatMap(({ rule, perSample }) => {
    if (perSample === null) return [];
    const { training, trainingInterval } = perSample;
    const locked = samples * training.latencyCycles;
    const pipelined = training.latencyCycles + (samples - 1) * trainingInterval.cycles;
    const { isPipelined } = trainingInterval;
    return [{ rule, isPipelined, ...figuresOf(locked, pipelined, layers) }];
  });
}
