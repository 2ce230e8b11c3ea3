import { elementAt } from '../../../numerics/integer.js';
import type { ChipImage } from '../../image/chip-image.js';
import { updatesAtOnce } from '../../image/learning-layers.js';
import type { Pass, SampleBatch } from '../../engine.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { CoreCommand } from '../core/core-context.js';

/** Starts commands on cores: all that a controller can do to the chip, be it hardwired or a program. */
export interface CommandPort {
  /** Starts a command on a core; cores are counted from 0. */
  start(core: number, command: CoreCommand): void;
  /** For a controller that may leave steps out: it does no more with the samples of this pass. */
  endPass(): void;
}

/** The samples of a pass, for a controller that shows them to its program. */
export interface SamplesAtPins {
  readonly batch: SampleBatch;
  /** Shape (sampleCount × classCount), filled as samples leave the last core. */
  readonly outputsRaw: Int32Array;
  /** A sample's place in the data set. */
  indexOf(sample: number): number;
}

/** Decides when the steps of a sample start. Cores are counted from 0, in the order of their layers; those of
 * one layer are told together, as one. */
export interface Controller {
  /** The first samples of a pass, as many as stated, are at the pins. */
  begin(pass: Pass, sampleCount: number, samples: SamplesAtPins): void;
  /** A core has done what it was told last. */
  commandDone(core: number, command: CoreCommand): void;
  /** The chip has let a sample in whose last event comes at this tick; left out where control does not count the time. */
  inputLasts?(endTick: number): void;
  /** The host ends an epoch; left out where control has nothing to do about it. */
  endEpoch?(): void;
}

/** Makes the controller of a chip: the hardwired one, or one that runs a program. */
export type ControllerMaker = (port: CommandPort, services: ChipServices) => Controller;

/** `serial`: a sample passes all layers, then the next comes. `pipelined`: every core goes on as soon as it can. */
export type ScheduleKind = 'serial' | 'pipelined';

interface Step {
  readonly core: number;
  readonly command: CoreCommand;
}

/** Steps that follow each other, sample after sample. */
interface Lane {
  readonly steps: readonly Step[];
  next: number;
  remainingSamples: number;
}

function commandsOf(pass: Pass, isOutput: boolean): readonly CoreCommand[] {
  if (pass === 'training') return ['forward', 'feedback', 'update'];
  return pass === 'inference' && isOutput ? ['forward', 'readout'] : ['forward'];
}

/** All cores forward; then error signals from the last core down, then updates: the order in which every rule may work. */
function serialSteps(pass: Pass, coreCount: number): readonly Step[] {
  const cores = Array.from({ length: coreCount }, (_, core) => core);
  const last = coreCount - 1;
  const forward = cores.map((core): Step => ({ core, command: 'forward' }));
  if (pass === 'measuring') return forward;
  if (pass === 'inference') return [...forward, { core: last, command: 'readout' }];
  return [
    ...forward,
    ...cores.toReversed().map((core): Step => ({ core, command: 'feedback' })),
    ...cores.map((core): Step => ({ core, command: 'update' })),
  ];
}

/**
 * The hardwired controller: the steps of docs/spec.md §2.6 start by themselves, and control costs nothing. A serial
 * schedule is one lane through all cores, a pipeline a lane for every core; rules that have to wait for the whole forward pass
 * train locked, that is serially.
 *
 * Implements: docs/spec.md §8 (serial schedule, pipelined schedule, controller: hardwired).
 */
export class HardwiredController implements Controller {
  readonly #coreCount: number;
  readonly #schedule: ScheduleKind;
  readonly #updatesAtOnce: boolean;
  readonly #port: CommandPort;
  readonly #services: ChipServices;
  readonly #startHandler: number;
  #lanes: readonly Lane[] = [];

  constructor(image: ChipImage, schedule: ScheduleKind, port: CommandPort, services: ChipServices) {
    this.#coreCount = image.layers.length;
    this.#schedule = schedule;
    this.#updatesAtOnce = updatesAtOnce(image);
    this.#port = port;
    this.#services = services;
    this.#startHandler = services.queue.register((laneNumber) => {
      const lane = elementAt(this.#lanes, laneNumber, 'lanes');
      this.#start(elementAt(lane.steps, lane.next, 'steps'));
    });
  }

  begin(pass: Pass, sampleCount: number): void {
    const isPipelined =
      this.#schedule === 'pipelined' && (pass !== 'training' || this.#updatesAtOnce);
    const lanes = isPipelined
      ? Array.from({ length: this.#coreCount }, (_, core): readonly Step[] =>
          commandsOf(pass, core === this.#coreCount - 1).map((command) => ({ core, command })),
        )
      : [serialSteps(pass, this.#coreCount)];
    this.#lanes = lanes.map((steps) => ({ steps, next: 0, remainingSamples: sampleCount }));
    if (sampleCount === 0) return;
    for (const laneNumber of this.#lanes.keys()) this.#advance(laneNumber);
  }

  commandDone(core: number): void {
    const laneNumber = this.#lanes.length === 1 ? 0 : core;
    const lane = elementAt(this.#lanes, laneNumber, 'lanes');
    lane.next += 1;
    if (lane.next === lane.steps.length) {
      lane.next = 0;
      lane.remainingSamples -= 1;
      if (lane.remainingSamples === 0) return;
    }
    this.#advance(laneNumber);
  }

  #advance(laneNumber: number): void {
    const { queue, stall } = this.#services;
    const lane = elementAt(this.#lanes, laneNumber, 'lanes');
    const step = elementAt(lane.steps, lane.next, 'steps');
    const extraCycles = stall('controller', step.core);
    if (extraCycles === 0) this.#start(step);
    else {
      const tick = queue.now + extraCycles;
      queue.schedule(tick, tickPhases.workEnds, this.#startHandler, laneNumber, 0);
    }
  }

  #start({ core, command }: Step): void {
    this.#port.start(core, command);
  }
}
