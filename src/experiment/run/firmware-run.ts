import { beginsWithMeasuring } from '../file/training-schema.js';
import {
  createFirmwareEngine,
  type FirmwareEngine,
  type FirmwareSpec,
  maximumProgramWords,
  type Program,
  type TraceEntry,
} from '../../../firmware-sim/index.js';
import type { LearnedState } from '../../chip/engine.js';
import { makeEventDrivenEngine } from '../../chip/engines.js';
import type { EventDrivenEngine } from '../../chip/timed/engine/event-driven-engine.js';
import { runOf, type TimedBatch } from '../../chip/timed/run-in-flight.js';
import type { Pass } from '../../chip/engine.js';
import {
  compareActionKeys,
  type LedgerRow,
  phases,
  type RunKind,
} from '../../ledger/ledger-row.js';
import { InputError } from '../../units/input-error.js';
import { countWrong } from './evaluate-chip.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { firstSamples, routerOf } from '../probe/schedule-probe.js';

/** A program and how many of the first training samples of epoch 1 it is shown. */
export interface FirmwareRequest {
  readonly program: Program;
  /** Words of program memory; left out: as many as there can be, 65,536. */
  readonly programWords?: number;
  /** Left out: 100, or all where there are fewer. */
  readonly sampleCount?: number;
  /** Called with what program and chip do, for a trace. */
  readonly observe?: (entry: TraceEntry) => void;
}

/** What the program made of the samples, beside the hardwired controller on the same ones. Cycles are those of all samples. */
export interface FirmwareRecord {
  readonly program: string;
  readonly programWords: number;
  /** What the program does with samples, as it has set LEARNING. */
  readonly run: RunKind;
  /** DEFP: the program began with a pass over the same samples that only measured. */
  readonly isMeasuredFirst: boolean;
  readonly samples: number;
  /** Samples whose first largest output is not at the label; in training before they were learned from. */
  readonly wrong: number;
  readonly fetches: number;
  readonly executed: number;
  readonly cycles: Readonly<
    Record<'control' | 'asleep' | 'forward' | 'feedback' | 'update' | 'readout' | 'elapsed', number>
  >;
  readonly hardwired: Readonly<{
    elapsedCycles: number;
    sameWeights: boolean;
    sameOutputs: boolean;
    /** Cycles of every layer and phase. */
    sameLayerCycles: boolean;
  }>;
}

/** Outcome by which both controllers are compared. */
interface Outcome {
  readonly outputsRaw: Int32Array;
  readonly state: LearnedState;
  readonly clocks: readonly LedgerRow[];
  readonly elapsedCycles: number;
}

const usualSampleCount = 100;

/** How many samples a program is shown. @throws InputError where the training set has fewer than `asked`. */
export function firmwareSampleCount(
  prepared: PreparedExperiment,
  asked: number | undefined,
): number {
  const sampleCount = asked ?? Math.min(usualSampleCount, prepared.data.train.sampleCount);
  checkSampleCount(prepared, sampleCount);
  return sampleCount;
}

function checkSampleCount(prepared: PreparedExperiment, sampleCount: number): void {
  const { sampleCount: available, name } = prepared.data.train;
  if (Number.isSafeInteger(sampleCount) && sampleCount >= 1 && sampleCount <= available) return;
  throw new InputError(
    `firmware: --samples ${sampleCount} is outside 1..${available}, the training samples of ${name}; ask for at most ${available}`,
  );
}

/** Shows a chip the samples in the form that the pass needs, and returns the outcome. */
function present(engine: EventDrivenEngine, pass: Pass, batch: TimedBatch): Outcome {
  let outputsRaw: Int32Array;
  if (pass === 'inference') {
    outputsRaw = engine.infer(batch);
  } else {
    // Errors are measured first where the program begins so, on the same samples.
    if (pass === 'measuring') engine.measure(batch);
    outputsRaw = engine.train(batch);
    engine.endEpoch();
  }
  const elapsedCycles = engine.latencies().reduce((sum, figure) => sum + figure.elapsedCycles, 0);
  const clocks = engine.ledgerRows().filter((row) => row.componentAction === 'clock.cycle');
  return { outputsRaw, state: engine.learnedState(), clocks, elapsedCycles };
}

function areEqual(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  return left.length === right.length && Array.from(left).every((raw, at) => raw === right[at]);
}

function haveSameWeights(left: LearnedState, right: LearnedState): boolean {
  const same = (ours: readonly Int32Array[], theirs: readonly Int32Array[]) =>
    ours.every((raw, layer) => areEqual(raw, theirs[layer] ?? []));
  return same(left.weightsRaw, right.weightsRaw) && same(left.biasesRaw, right.biasesRaw);
}

function haveSameClocks(left: readonly LedgerRow[], right: readonly LedgerRow[]): boolean {
  return (
    left.length === right.length &&
    left.every((row, at) => {
      const other = right[at];
      return other?.count === row.count && compareActionKeys(row, other) === 0;
    })
  );
}

/** @throws InputError where the program does not fit its memory, or the register map the chip */
async function createDriven(
  { imageOfEpoch, chip, experiment }: PreparedExperiment,
  { program, programWords = maximumProgramWords, observe }: FirmwareRequest,
): Promise<FirmwareEngine> {
  const spec: FirmwareSpec = {
    program,
    machine: { programWords },
    coreCount: chip.coreCount,
    beginsWithMeasuring: beginsWithMeasuring(experiment.training),
    ...(observe && { observe }),
  };
  try {
    return await createFirmwareEngine(imageOfEpoch(1), spec, { router: routerOf(chip) });
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message);
    throw error;
  }
}

/**
 * Runs a program on an experiment's chip, which has learned nothing yet, over the first training samples of epoch 1. The
 * program says by LEARNING whether it trains or infers. The hardwired controller then does the same on a chip of its own.
 *
 * Implements: docs/spec.md §8 (controller: firmware).
 * @throws InputError for a wrong program: with program line, cycle and register dump
 */
export async function runFirmware(
  prepared: PreparedExperiment,
  request: FirmwareRequest,
): Promise<FirmwareRecord> {
  const sampleCount = firmwareSampleCount(prepared, request.sampleCount);
  const batch = firstSamples(prepared, sampleCount);
  const image = prepared.imageOfEpoch(1);
  const { engine, controller } = await createDriven(prepared, request);
  controller.boot();
  const { pass } = controller;
  const driven = present(engine, pass, batch);
  controller.endStream();
  const router = routerOf(prepared.chip);
  const hardwired = present(await makeEventDrivenEngine(image, { router }), pass, batch);
  const clocks = driven.clocks.filter(({ phase }) => phase !== 'control');
  const { fetchCount, executeCount, cycleCount, sleepCycleCount } = controller.counts();
  const [forward = 0, feedback = 0, update = 0, readout = 0] = phases.map((phase) =>
    clocks.reduce((sum, row) => sum + (row.phase === phase ? row.count : 0), 0),
  );
  const cycles = { control: cycleCount, asleep: sleepCycleCount, forward, feedback, update };
  return {
    program: request.program.file,
    programWords: request.program.words.length,
    run: runOf(pass),
    isMeasuredFirst: pass === 'measuring',
    samples: sampleCount,
    wrong: countWrong(driven.outputsRaw, batch.labels, image.classCount),
    fetches: fetchCount,
    executed: executeCount,
    cycles: { ...cycles, readout, elapsed: driven.elapsedCycles },
    hardwired: {
      elapsedCycles: hardwired.elapsedCycles,
      sameWeights: haveSameWeights(driven.state, hardwired.state),
      sameOutputs: areEqual(driven.outputsRaw, hardwired.outputsRaw),
      sameLayerCycles: haveSameClocks(clocks, hardwired.clocks),
    },
  };
}
