import type { ChipImage } from '../../src/chip/image/chip-image.js';
import { type ChipServices, tickPhases } from '../../src/chip/timed/chip-services.js';
import type {
  CommandPort,
  Controller,
  SamplesAtPins,
} from '../../src/chip/timed/engine/controller.js';
import type { CoreCommand } from '../../src/chip/timed/core/core-context.js';
import type { Pass } from '../../src/chip/engine.js';
import { elementAt } from '../../src/numerics/integer.js';
import { type Program, printPlace } from '../assembler/program.js';
import type { ControllerCounts } from '../machine/controller-counts.js';
import { Machine, type MachineSpec } from '../machine/machine.js';
import type { StepRecord } from '../machine/step-record.js';
import type { TraceEntry } from '../machine/trace.js';
import { endEvent, epochEvent, inputEvent, labelEvent } from '../registers/event-lines.js';
import { learningModes } from '../registers/register-map.js';
import { ChipBus, type ChipBusSpec } from './chip-bus.js';
import { ControllerMeter } from './controller-meter.js';
import { FirmwareStop } from './firmware-stop.js';

/** What drives a chip: a program, and what of the controller can differ from chip to chip. */
export interface FirmwareSpec extends ChipBusSpec {
  readonly program: Program;
  readonly machine: MachineSpec;
  /** Is told every step and everything that the chip has done; left out: nobody asks. */
  readonly observe?: (entry: TraceEntry) => void;
}

/** Lines by which the host speaks. */
const hostLines = inputEvent.mask | labelEvent.mask | epochEvent.mask | endEvent.mask;

/**
 * A program drives the event-driven chip. Each step of the machine is an entry of the chip's queue, in the cycle in which it
 * looks at the chip and after all that the chip does in it; asleep, the machine has none but its timer and watchdog.
 *
 * The host's calls follow each other: when nothing is left of what it brought and the program waits for more, the clock of
 * the controller stands until the next call.
 *
 * Implements: docs/spec.md §8 (controller: firmware), firmware-sim/README.md §10.
 */
export class FirmwareController implements Controller {
  readonly #bus: ChipBus;
  readonly #machine: Machine;
  readonly #port: CommandPort;
  readonly #services: ChipServices;
  readonly #meter: ControllerMeter;
  readonly #observe: (entry: TraceEntry) => void;
  readonly #lookHandler: number;
  readonly #layers: ChipImage['layers'];
  /** Tick of the machine's cycle 0, were its clock never to stand. */
  #baseTick = 0;
  #lookTicket: number | null = null;
  #lastStep: StepRecord | null = null;

  /** @throws RangeError where program memory has no possible size or is too small, or registers cannot name the cores. */
  constructor(spec: FirmwareSpec, image: ChipImage, port: CommandPort, services: ChipServices) {
    this.#bus = new ChipBus(image, spec, port);
    this.#machine = new Machine(spec.machine, spec.program, this.#bus);
    this.#port = port;
    this.#services = services;
    this.#meter = new ControllerMeter(services.ledger);
    this.#observe = spec.observe ?? (() => undefined);
    this.#layers = image.layers;
    this.#lookHandler = services.queue.register(() => {
      this.#lookTicket = null;
      this.#look();
    });
  }

  /** What the program does with samples, as it has set LEARNING. */
  get pass(): Pass {
    const { learning } = this.#bus;
    if (learning === learningModes.off) return 'inference';
    return learning === learningModes.train ? 'training' : 'measuring';
  }

  /** Since reset. */
  counts(): ControllerCounts {
    return this.#machine.counts();
  }

  /** Runs the program until it waits for the first sample. @throws FirmwareStop */
  boot(): void {
    this.#resume();
    while (this.#services.queue.step());
  }

  /** No sample will follow: the program comes to its end. @throws FirmwareStop */
  endStream(): void {
    this.#bus.end();
    if (this.#machine.state === 'halted') return;
    this.#report('no sample will follow');
    this.#resume();
    while (this.#services.queue.step());
  }

  begin(pass: Pass, sampleCount: number, samples: SamplesAtPins): void {
    this.#bus.beginPass(pass, sampleCount, samples);
    this.#resume();
    this.#report(`${sampleCount} samples for ${pass} at the input`);
  }

  endEpoch(): void {
    this.#bus.openEpoch();
    if (!this.#bus.isEpochOpen) return;
    this.#resume();
    this.#report('the epoch ends');
  }

  inputLasts(endTick: number): void {
    this.#machine.holdWatchdog(endTick - this.#baseTick);
  }

  commandDone(index: number, command: CoreCommand): void {
    const { queue } = this.#services;
    // What the machine slept through had the chip as it was.
    this.#sleepUntil(queue.now);
    this.#bus.commandDone(index, command);
    this.#report(`layer ${elementAt(this.#layers, index, 'layers').layer}: ${command} done`);
    if (this.#machine.state === 'running') return;
    if (this.#mayRest()) this.#rest();
    else if (this.#machine.state === 'asleep') this.#lookAt(this.#machine.cycle);
  }

  /** The clock of the controller goes on, with something new at the pins. @throws FirmwareStop */
  #resume(): void {
    const { state, cycle } = this.#machine;
    if (state === 'halted' || state === 'trapped') {
      throw this.#halted('takes nothing more from the host; let it wait for EVENT_END first');
    }
    this.#baseTick = this.#services.queue.now - cycle;
    this.#lookAt(state === 'asleep' ? cycle : this.#machine.accessCycle);
  }

  /** One step of the machine, now. */
  #look(): void {
    this.#sleepUntil(this.#services.queue.now);
    this.#step(1);
    const { state, trap, cycle, accessCycle, sleepLimitCycles } = this.#machine;
    if (trap !== null) throw FirmwareStop.ofTrap(trap);
    if (this.#mayRest()) this.#rest();
    else if (state === 'running') this.#lookAt(accessCycle);
    else if (state === 'asleep') this.#lookAt(cycle + sleepLimitCycles);
    else if (!this.#bus.isForward || this.#bus.isEpochOpen) {
      throw this.#halted(`left work undone: ${this.#bus.describe()}`);
    }
  }

  #sleepUntil(tick: number): void {
    const machine = this.#machine;
    while (machine.state === 'asleep' && machine.cycle < tick - this.#baseTick) {
      this.#step(tick - this.#baseTick - machine.cycle);
    }
  }

  #step(idleCycles: number): void {
    const record = this.#machine.step(idleCycles);
    this.#lastStep = record;
    this.#observe(record);
  }

  /** The next look, in a cycle of the machine; an earlier arrangement is void. */
  #lookAt(cycle: number): void {
    const { queue } = this.#services;
    const tick = Math.max(queue.now, this.#baseTick + cycle);
    if (this.#lookTicket !== null) queue.cancel(this.#lookTicket);
    this.#lookTicket = queue.schedule(tick, tickPhases.control, this.#lookHandler, 0, 0);
  }

  /** Nothing is left to do, and the program waits for the host or has halted. */
  #mayRest(): boolean {
    const { state, awaitedLines } = this.#machine;
    if (!this.#bus.isThrough) return false;
    return state === 'halted' || (!this.#bus.isEnded && (awaitedLines & hostLines) !== 0);
  }

  /** The clock of the controller stands. */
  #rest(): void {
    if (this.#lookTicket !== null) this.#services.queue.cancel(this.#lookTicket);
    this.#lookTicket = null;
    const run = this.pass === 'inference' ? 'inference' : 'training';
    this.#meter.book(run, this.#machine.counts());
    this.#port.endPass();
  }

  #report(text: string): void {
    const cycle = this.#services.queue.now - this.#baseTick;
    this.#observe({ kind: 'chip', cycle, text });
  }

  #halted(complaint: string): FirmwareStop {
    const source = this.#lastStep?.source ?? null;
    const place = source === null ? 'the end' : printPlace(source);
    return new FirmwareStop(
      `${place}: the program halted in cycle ${this.#machine.cycle} and ${complaint}`,
      this.#machine.trap,
    );
  }
}
