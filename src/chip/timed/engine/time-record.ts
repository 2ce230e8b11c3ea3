import type { AccessLedger, ActionCounter } from '../../../ledger/access-ledger.js';
import type { ComponentAction } from '../../../ledger/components.js';
import type { Phase, RunKind } from '../../../ledger/ledger-row.js';
import { elementAt } from '../../../numerics/integer.js';
import { type Pass, passes } from '../../engine.js';
import { runOf } from '../run-in-flight.js';

/** A core in use and the layer, 1…k, that it works for. */
interface CorePlace {
  readonly layer: number;
  readonly core: number;
}

/** What a core does in an interval of the schedule. */
export type WorkKind = 'forward' | 'feedback' | 'update';

/** One bar of the schedule: a core at work for a sample, from a tick up to and without another. */
export interface ScheduleInterval {
  readonly pass: Pass;
  readonly core: number;
  /** 1…k. */
  readonly layer: number;
  /** Number of the sample among all of its kind of pass, from 0. */
  readonly sample: number;
  readonly kind: WorkKind;
  readonly fromTick: number;
  readonly toTick: number;
  /** Rows that change beside a forward pass of the same core (docs/spec.md §5.1), whose bar has these ticks too; absent: no other bar has. */
  readonly isBeside?: true;
}

/** Latencies of all samples of one kind of pass, in cycles: from the first event in to the class out or the last weight written. */
export interface LatencyFigure {
  readonly pass: Pass;
  readonly sampleCount: number;
  readonly shortestCycles: number;
  readonly longestCycles: number;
  readonly totalCycles: number;
  /** Cycles that the chip ran for them: in a pipeline less than the sum of the latencies. */
  readonly elapsedCycles: number;
}

interface RunningFigure {
  sampleCount: number;
  shortestCycles: number;
  longestCycles: number;
  totalCycles: number;
  elapsedCycles: number;
}

function emptyFigure(): RunningFigure {
  return {
    sampleCount: 0,
    shortestCycles: 0,
    longestCycles: 0,
    totalCycles: 0,
    elapsedCycles: 0,
  };
}

/**
 * What the chip's time is told by: cycles of every core and phase, latencies, and the schedule of the first samples. It does
 * not grow with the samples that follow.
 *
 * Implements: docs/spec.md §5 (clock, leakage), §8.
 */
export class TimeRecord {
  readonly #places: readonly CorePlace[];
  readonly #scheduledSampleCount: number;
  readonly #clocks: Readonly<Record<RunKind, Readonly<Record<Phase, readonly ActionCounter[]>>>>;
  /** Of training: those of the learning engine of each place. */
  readonly #learningClocks: ReadonlyMap<Phase, readonly ActionCounter[]>;
  /** Of every cycle of the run: two a core in use, and one of the chip. */
  readonly #leaks: Readonly<Record<RunKind, readonly ActionCounter[]>>;
  readonly #intervals: ScheduleInterval[] = [];
  readonly #figures: Readonly<Record<Pass, RunningFigure>> = {
    inference: emptyFigure(),
    training: emptyFigure(),
    measuring: emptyFigure(),
  };

  /** `places`: in the order of the layers and their parts. `scheduledSampleCount`: samples of each kind of pass whose intervals are kept. */
  constructor(places: readonly CorePlace[], ledger: AccessLedger, scheduledSampleCount: number) {
    this.#places = places;
    this.#scheduledSampleCount = scheduledSampleCount;
    const countersOf = (run: RunKind, phase: Phase, componentAction: ComponentAction) =>
      places.map(({ layer, core }) =>
        ledger.counter({ run, phase, layer, core, componentAction, bits: null }),
      );
    const clocksOf = (run: RunKind) => {
      const at = (phase: Phase) => countersOf(run, phase, 'clock.cycle');
      return {
        forward: at('forward'),
        feedback: at('feedback'),
        update: at('update'),
        readout: at('readout'),
        control: at('control'),
        idle: at('idle'),
      };
    };
    const cores = [...new Set(places.map(({ core }) => core))];
    const leaksOf = (run: RunKind) => {
      const idle = { run, phase: 'idle', layer: null, bits: null } as const;
      const ofCore = (componentAction: ComponentAction) =>
        cores.map((core) => ledger.counter({ ...idle, core, componentAction }));
      const shared = ledger.counter({ ...idle, core: null, componentAction: 'leakage.shared' });
      return [...ofCore('clock.ungated'), ...ofCore('leakage.cycle'), shared];
    };
    this.#learningClocks = new Map(
      (['feedback', 'update'] as const).map((phase) => [
        phase,
        countersOf('training', phase, 'clock.update'),
      ]),
    );
    this.#clocks = { inference: clocksOf('inference'), training: clocksOf('training') };
    this.#leaks = { inference: leaksOf('inference'), training: leaksOf('training') };
  }

  /** Books `cycles` of work of the core at `place`: in phases feedback and update its learning engine works too. */
  addCycles(run: RunKind, phase: Phase, place: number, cycles: number): void {
    elementAt(this.#clocks[run][phase], place, 'places of cores').add(cycles);
    const learning = this.#learningClocks.get(phase);
    if (learning !== undefined) elementAt(learning, place, 'places of cores').add(cycles);
  }

  /** Books `cycles` of a forward pass in which the learning engine of the core at `place` changed the row that was visited. */
  addSharedCycles(place: number, cycles: number): void {
    const learning = this.#learningClocks.get('update') ?? [];
    elementAt(learning, place, 'places of cores').add(cycles);
  }

  /** Keeps an interval of a core, if its sample is one of the first; empty ones are no bar. */
  addInterval(
    pass: Pass,
    place: number,
    sample: number,
    bar: Pick<ScheduleInterval, 'kind' | 'fromTick' | 'toTick' | 'isBeside'>,
  ): void {
    if (sample >= this.#scheduledSampleCount || bar.fromTick === bar.toTick) return;
    const { core, layer } = elementAt(this.#places, place, 'places of cores');
    this.#intervals.push({ pass, core, layer, sample, ...bar });
  }

  addLatency(pass: Pass, cycles: number): void {
    const figure = this.#figures[pass];
    figure.shortestCycles =
      figure.sampleCount === 0 ? cycles : Math.min(figure.shortestCycles, cycles);
    figure.longestCycles = Math.max(figure.longestCycles, cycles);
    figure.totalCycles += cycles;
    figure.sampleCount += 1;
  }

  /** Books `cycles` of the whole chip, during which all cores in use leak. */
  addElapsed(pass: Pass, cycles: number): void {
    this.#figures[pass].elapsedCycles += cycles;
    for (const leak of this.#leaks[runOf(pass)]) leak.add(cycles);
  }

  schedule(): readonly ScheduleInterval[] {
    return [...this.#intervals];
  }

  latencies(): readonly LatencyFigure[] {
    return passes.map((pass) => ({ pass, ...this.#figures[pass] }));
  }
}
