import { type Component, componentFacts, isMemory } from '../../ledger/components.js';
import type { ResultLedgerRow, ResultRecord } from '../../experiment/record/result-record.js';
import { bandOf, pricingOf, rowsOf } from '../kit/ledger-view.js';

/**
 * The four phases of training that simulators of training accelerators report, as DNN+NeuroSim V2 names them (Peng et al.,
 * doi 10.1109/TCAD.2020.3043731), and what of a sample belongs to none of them.
 */
const trainingPhases = [
  { name: 'forward', neuroSim: 'FW' },
  { name: 'error', neuroSim: 'AG' },
  { name: 'weightGradient', neuroSim: 'WG' },
  { name: 'weightUpdate', neuroSim: 'WU' },
  { name: 'control', neuroSim: null },
  { name: 'leakage', neuroSim: null },
] as const;
type TrainingPhase = (typeof trainingPhases)[number];

/** Mean cost of one phase in one layer per training sample. */
interface PhaseCost {
  /** Null: what belongs to no layer. */
  readonly layer: number | null;
  readonly phase: TrainingPhase;
  readonly energyLowPj: number | null;
  /** Null: nothing in it has a price. */
  readonly energyPj: number | null;
  readonly energyHighPj: number | null;
  readonly complete: boolean;
  /** Null: gradients take no cycles of their own, the cycles of the update pass are those of the weight update. */
  readonly latencyCycles: number | null;
  /** Words read and written. */
  readonly memoryAccesses: number;
  /** Operations on values, table look-ups and random draws. */
  readonly operations: number;
}

/**
 * Training phase of a component's actions in phase update: actions that change stored values, in one pass over the words,
 * are the weight update.
 */
const updatePhases: Readonly<Record<Component, TrainingPhase['name']>> = {
  synapses: 'weightUpdate',
  neurons: 'weightGradient',
  bias: 'weightUpdate',
  feedback: 'weightGradient',
  delayedError: 'error',
  eventBuffer: 'weightGradient',
  optimizerState: 'weightUpdate',
  gradient: 'weightGradient',
  activation: 'weightGradient',
  datapath: 'weightGradient',
  random: 'weightUpdate',
  router: 'weightGradient',
  io: 'weightGradient',
  controller: 'weightGradient',
  clock: 'weightUpdate',
  leakage: 'weightGradient',
};

/** The training phase that a row belongs to (hardware-models/README.md, "Four phases"). */
export function trainingPhaseOf({
  phase,
  component,
  action,
}: Pick<ResultLedgerRow, 'phase' | 'component' | 'action'>): TrainingPhase['name'] {
  switch (phase) {
    case 'forward':
    case 'readout':
      return 'forward';
    case 'feedback':
      return 'error';
    case 'control':
      return 'control';
    case 'idle':
      return 'leakage';
    case 'update':
      return action === 'squareRoot' ? 'weightUpdate' : updatePhases[component];
  }
}

function perSample(
  rows: readonly ResultLedgerRow[],
  isIn: (component: Component) => boolean,
): number {
  return rows
    .filter(({ component }) => isIn(component))
    .reduce((sum, { count, samples }) => sum + count / Math.max(samples, 1), 0);
}

/** Cycles of one core, by the clock of the whole core: that of its learning engine ticks in some of the same cycles. */
function isCoreCycle({ component, action }: ResultLedgerRow): boolean {
  return component === 'clock' && action === 'cycle';
}

/** A layer takes as long as the slowest of its cores (docs/spec.md §5), pass by pass. */
function latencyCycles(rows: readonly ResultLedgerRow[]): number {
  const cores = [...new Set(rows.map(({ core }) => core))];
  const cyclesOf = cores.map((core) =>
    perSample(
      rows.filter((row) => row.core === core && isCoreCycle(row)),
      () => true,
    ),
  );
  return Math.max(0, ...cyclesOf);
}

function phaseCost(
  layer: number | null,
  phase: TrainingPhase,
  rows: readonly ResultLedgerRow[],
): PhaseCost {
  const band = bandOf(rows);
  const pricing = rows.length === 0 ? 'complete' : pricingOf(rows.map(({ energyPj }) => energyPj));
  const isUnknown = pricing === 'none';
  return {
    layer,
    phase,
    energyLowPj: isUnknown ? null : band.lowPj,
    energyPj: isUnknown ? null : band.energyPj,
    energyHighPj: isUnknown ? null : band.highPj,
    complete: pricing === 'complete',
    latencyCycles: phase.name === 'weightGradient' ? null : latencyCycles(rows),
    memoryAccesses: perSample(rows, isMemory),
    operations: perSample(rows, (component) => componentFacts[component].kind === 'operation'),
  };
}

/** A training sample by layer and phase: every layer has all four, the chip itself what occurs. */
export function phaseCosts(result: ResultRecord): readonly PhaseCost[] {
  const rows = rowsOf(result, 'training');
  const layers = [...new Set([...result.activity, ...rows].map(({ layer }) => layer))].sort(
    (left, right) => (left ?? Infinity) - (right ?? Infinity),
  );
  return layers.flatMap((layer) =>
    trainingPhases.flatMap((phase): readonly PhaseCost[] => {
      const own = rows.filter((row) => row.layer === layer && trainingPhaseOf(row) === phase.name);
      const isShown = own.length > 0 || (layer !== null && phase.neuroSim !== null);
      return isShown ? [phaseCost(layer, phase, own)] : [];
    }),
  );
}
