import { maximumProgramWords } from '../assembler/assemble.js';
import { disassembleWord, printHex } from '../assembler/disassemble.js';
import type { Program, SourceLine } from '../assembler/program.js';
import { type DecodedInstruction, decode } from '../isa/encoding.js';
import { bytesPerWord, generalRegisterCount } from '../isa/instruction-set.js';
import { timerEvent } from '../registers/event-lines.js';
import type { RegisterBus } from '../registers/register-bus.js';
import {
  registerAddress,
  type RegisterName,
  watchdogResetLimit,
} from '../registers/register-map.js';
import type { ControllerCounts } from './controller-counts.js';
import { ControllerRegisters } from './controller-registers.js';
import { awakening, type Effect, perform, type Sleep } from './perform.js';
import { RegisterPort } from './register-port.js';
import type { RegisterResult, StepRecord } from './step-record.js';
import { type Trap, type TrapCause, trapCode, TrapSignal } from './trap.js';
import { Watchdog } from './watchdog.js';

/** What of the controller can differ from chip to chip. */
export interface MachineSpec {
  /** Words of program memory, 1 to 65536. */
  readonly programWords: number;
}

/**
 * The controller: carries out a program cycle by cycle and reaches the chip only through its register bus.
 *
 * Implements: firmware-sim/README.md §2–§7. Not modelled: instruction cache, interrupts. Invariants: every step of a
 * running machine carries out an instruction, lets cycles pass or wakes; whatever a program does, it ends in `halt`, in a
 * trap or with the samples of the chip (watchdog).
 */
export class Machine {
  readonly #program: Program;
  readonly #programBytes: number;
  /** Program words as instructions; null where a word is none. Words behind the program are 0, which is none. */
  readonly #decoded: readonly (DecodedInstruction | null)[];
  readonly #registers = new Uint32Array(generalRegisterCount);
  readonly #controller: ControllerRegisters;
  readonly #watchdog: Watchdog;
  readonly #port: RegisterPort;
  #pc = 0;
  /** Of the instruction in work, or that sleeps. */
  #address = 0;
  #cycle = 0;
  #sleep: Sleep | null = null;
  #fetchCount = 0;
  #executeCount = 0;
  #sleepCycleCount = 0;
  #watchdogHeldUntil = 0;
  #end: StepRecord | null = null;
  #trap: Trap | null = null;
  #cameFrom: SourceLine | null = null;

  /** @throws RangeError where the program memory has no possible size or is too small for the program */
  constructor(spec: MachineSpec, program: Program, bus: RegisterBus) {
    const { programWords } = spec;
    if (!Number.isInteger(programWords) || programWords < 1 || programWords > maximumProgramWords) {
      throw new RangeError(
        `controller: program memory of ${programWords} words; allowed are 1..${maximumProgramWords}`,
      );
    }
    if (program.words.length > programWords) {
      throw new RangeError(
        `${program.file}: the program has ${program.words.length} words, program memory ${programWords}; make the program shorter or the memory larger`,
      );
    }
    this.#program = program;
    this.#programBytes = programWords * bytesPerWord;
    this.#decoded = Array.from(program.words, decode);
    this.#watchdog = new Watchdog(watchdogResetLimit);
    this.#controller = new ControllerRegisters(this.#watchdog);
    this.#port = new RegisterPort(bus, this.#controller, this.#watchdog);
  }

  /** Cycles since reset: the cycle in which the next step begins. */
  get cycle(): number {
    return this.#cycle;
  }

  /** Cycle in which the next step looks at the chip, if it does: loads and stores reach it in their last cycle. */
  get accessCycle(): number {
    const instruction = this.#decoded[this.#pc >> 2]?.instruction;
    const isAccess = instruction?.mnemonic === 'ld' || instruction?.mnemonic === 'st';
    return this.#sleep === null && isAccess ? this.#cycle + instruction.cycles - 1 : this.#cycle;
  }

  /** Event lines that a sleeping `wait` waits for; 0 where the machine does not sleep in one. */
  get awaitedLines(): number {
    return this.#sleep?.kind === 'wait' ? this.#sleep.mask : 0;
  }

  /** Cycles after which a sleeping machine wakes or traps by itself: the timer that it waits for, or the watchdog. */
  get sleepLimitCycles(): number {
    const waitsForTimer = (this.awaitedLines & timerEvent.mask) !== 0;
    const timer = waitsForTimer ? this.#controller.timerRemaining(this.#cycle) : null;
    const watchdog = this.#heldCycles + this.#watchdog.remainingSleepCycles;
    return timer === null ? watchdog : Math.min(timer, watchdog);
  }

  get state(): 'running' | 'asleep' | 'halted' | 'trapped' {
    if (this.#end !== null) return this.#trap === null ? 'halted' : 'trapped';
    return this.#sleep === null ? 'running' : 'asleep';
  }

  /** Why the program was stopped; null while it runs or where it halted. */
  get trap(): Trap | null {
    return this.#trap;
  }

  /** A copy of r0…r15. */
  registers(): Uint32Array {
    return this.#registers.slice();
  }

  counts(): ControllerCounts {
    return {
      fetchCount: this.#fetchCount,
      executeCount: this.#executeCount,
      cycleCount: this.#cycle,
      sleepCycleCount: this.#sleepCycleCount,
    };
  }

  /** Until this cycle events of a sample are still to come: sleep that waits for them is progress. */
  holdWatchdog(untilCycle: number): void {
    this.#watchdogHeldUntil = untilCycle;
  }

  /** A register as the host reads it, now. @throws TrapSignal for one that can only be written */
  readRegister(name: RegisterName, bank = 0): number {
    return this.#port.read(registerAddress(name, bank), this.#cycle);
  }

  /**
   * One instruction; asleep, at most `idleCycles` cycles (fewer where timer or watchdog are earlier), or the waking in the
   * cycle it happens. The caller knows how long nothing can happen on the chip. After the end: the last record again.
   * @throws RangeError where `idleCycles` is not an integer ≥ 1
   */
  step(idleCycles = 1): StepRecord {
    if (this.#end !== null) return this.#end;
    if (!Number.isSafeInteger(idleCycles) || idleCycles < 1) {
      throw new RangeError(`controller: idleCycles = ${idleCycles}; allowed are integers from 1`);
    }
    try {
      return this.#sleep === null ? this.#execute() : this.#sleepOn(this.#sleep, idleCycles);
    } catch (error) {
      if (!(error instanceof TrapSignal)) throw error;
      return this.#stop(error.trapCause, error.message);
    }
  }

  #execute(): StepRecord {
    const address = this.#pc;
    this.#address = address;
    this.#watchdog.instruction();
    this.#fetchCount += 1;
    const decoded = this.#decoded[address >> 2];
    if (decoded === undefined || decoded === null) {
      const hex = printHex(this.#word(), 8);
      throw new TrapSignal('illegalInstruction', `word ${hex} is no instruction`);
    }
    const cycle = this.#cycle;
    const effect = perform(decoded, {
      registers: this.#registers,
      port: this.#port,
      controller: this.#controller,
      address,
      cycle,
    });
    this.#commit(effect);
    const record = {
      ...this.#record(effect.next === null ? 'halt' : 'execute', cycle, effect.cycles),
      access: effect.access,
      result: effect.result,
    };
    if (effect.next === null) this.#end = record;
    return record;
  }

  /** Results first, so that the dump of a jump that leaves memory shows them. @throws TrapSignal */
  #commit({ next, result, sleep, cycles }: Effect): void {
    this.#setRegister(result);
    if (next !== null) this.#jump(next);
    this.#sleep = sleep;
    this.#cameFrom = this.#source();
    this.#executeCount += 1;
    this.#cycle += cycles;
  }

  /** @throws TrapSignal where no instruction can lie at `next` */
  #jump(next: number): void {
    if (next % bytesPerWord !== 0) {
      throw new TrapSignal(
        'misalignedJump',
        `jump to ${printHex(next, 4)}; instructions lie at multiples of ${bytesPerWord}`,
      );
    }
    if (next < 0 || next >= this.#programBytes) {
      throw new TrapSignal(
        'pcOutsideMemory',
        `the next instruction would be at ${next < 0 ? next : printHex(next, 4)}; program memory is 0x0000..${printHex(this.#programBytes - 1, 4)}`,
      );
    }
    this.#pc = next;
  }

  #sleepOn(sleep: Sleep, idleCycles: number): StepRecord {
    const cycle = this.#cycle;
    const awake = awakening(sleep, this.#port, cycle);
    if (awake !== null) {
      this.#sleep = null;
      this.#watchdog.wake();
      this.#setRegister(awake.result);
      return { ...this.#record('wake', cycle, 0), result: awake.result };
    }
    const heldCycles = this.#heldCycles;
    if (heldCycles === 0) {
      this.#watchdog.checkSleep(disassembleWord(this.#word(), this.#address));
    }
    const cycles = Math.min(idleCycles, this.sleepLimitCycles);
    this.#watchdog.sleep(Math.max(0, cycles - heldCycles));
    this.#cycle += cycles;
    this.#sleepCycleCount += cycles;
    return this.#record('sleep', cycle, cycles);
  }

  /** Cycles from now on for which the watchdog does not count sleep. */
  get #heldCycles(): number {
    return Math.max(0, this.#watchdogHeldUntil - this.#cycle);
  }

  #setRegister(result: RegisterResult | null): void {
    if (result !== null && result.register !== 0) this.#registers[result.register] = result.value;
  }

  #stop(cause: TrapCause, message: string): StepRecord {
    const [address, cycle, registers] = [this.#address, this.#cycle, this.registers()];
    const [source, cameFrom] = [this.#source(), this.#cameFrom];
    this.#controller.trapCode = trapCode(cause);
    this.#trap = { cause, message, address, source, cameFrom, cycle, registers };
    const record = this.#record('trap', cycle, 0);
    this.#end = record;
    return record;
  }

  #word(): number {
    return this.#program.words[this.#address >> 2] ?? 0;
  }

  #source(): SourceLine | null {
    return this.#program.sourceMap[this.#address >> 2] ?? null;
  }

  #record(kind: StepRecord['kind'], cycle: number, cycles: number): StepRecord {
    return {
      kind,
      cycle,
      cycles,
      address: this.#address,
      word: this.#word(),
      source: this.#source(),
      access: null,
      result: null,
    };
  }
}
