import { printHex } from '../assembler/disassemble.js';
import { bytesPerWord } from '../isa/instruction-set.js';
import { epochEvent, inputEvent, timerEvent } from '../registers/event-lines.js';
import type { RegisterBus } from '../registers/register-bus.js';
import {
  bankCount,
  type MappedWord,
  mappedWord,
  registerAddress,
  type RegisterName,
} from '../registers/register-map.js';
import type { ControllerRegisters } from './controller-registers.js';
import { TrapSignal } from './trap.js';
import type { Watchdog } from './watchdog.js';

const commands: ReadonlySet<RegisterName> = new Set<RegisterName>([
  'START_FORWARD',
  'START_FEEDBACK',
  'START_UPDATE',
  'START_READOUT',
]);

/** Writes that release something, and the event line that must be up. */
const releases: ReadonlyMap<RegisterName, typeof inputEvent> = new Map([
  ['INPUT_ACK', inputEvent],
  ['EPOCH_END', epochEvent],
]);

function mapped(address: number): MappedWord {
  if (address % bytesPerWord !== 0) {
    throw new TrapSignal(
      'misalignedAccess',
      `register address ${printHex(address, 3)} is not a multiple of ${bytesPerWord}`,
    );
  }
  const word = mappedWord(address);
  if (word === undefined) {
    throw new TrapSignal(
      'unmappedRegister',
      `no register at address ${printHex(address, 3)}; the map is in firmware-sim/README.md §5`,
    );
  }
  return word;
}

/** `START_FORWARD[1]`, or the name alone where a register has no banks. */
function printName({ register, bank }: MappedWord): string {
  return register.wordCount === 1 ? register.name : `${register.name}[${bank}]`;
}

/** The only way from the program to the hardware: checks each access against the register map, and traps. */
export class RegisterPort {
  readonly #bus: RegisterBus;
  readonly #controller: ControllerRegisters;
  readonly #watchdog: Watchdog;

  constructor(bus: RegisterBus, controller: ControllerRegisters, watchdog: Watchdog) {
    this.#bus = bus;
    this.#controller = controller;
    this.#watchdog = watchdog;
  }

  /** @throws TrapSignal where the map does not allow it */
  read(address: number, cycle: number): number {
    const word = mapped(address);
    const { register } = word;
    if (register.access === 'write') {
      throw new TrapSignal('readOfWriteOnly', `${printName(word)} can only be written`);
    }
    if (register.name === 'EVENTS') return this.events(cycle);
    return register.holder === 'controller'
      ? this.#controller.read(register.name, register.resetValue ?? 0, cycle)
      : this.#read(word, cycle);
  }

  /** @throws TrapSignal where the map does not allow it, or the chip refuses it */
  write(address: number, value: number, cycle: number): void {
    const word = mapped(address);
    const { register } = word;
    if (register.access === 'read') {
      throw new TrapSignal('writeToReadOnly', `${printName(word)} can only be read`);
    }
    if (register.bits < 32 && value >>> register.bits !== 0) {
      throw new TrapSignal(
        'valueOutOfRange',
        `${printName(word)} = ${printHex(value, 1)} does not fit its ${register.bits} bits`,
      );
    }
    if (register.holder === 'controller') {
      this.#controller.write(register.name, value, cycle);
    } else if (commands.has(register.name)) {
      this.#start(word, address, value, cycle);
    } else {
      this.#release(word, value, cycle);
      this.#writeChip(word, address, value, cycle);
      if (releases.has(register.name)) this.#watchdog.progress();
    }
  }

  /** Event lines that are up, the timer's among them. */
  events(cycle: number): number {
    const chipLines = this.#bus.read(registerAddress('EVENTS'), cycle);
    return this.#controller.timerRemaining(cycle) === 0 ? chipLines | timerEvent.mask : chipLines;
  }

  /** Whether a core of `cores` is busy in the bank that lies `bankOffset` bytes on. @throws TrapSignal for no bank */
  isBusy(cores: number, bankOffset: number, cycle: number): boolean {
    const limit = bankCount * bytesPerWord;
    if (bankOffset % bytesPerWord !== 0 || bankOffset >= limit) {
      throw new TrapSignal(
        'valueOutOfRange',
        `bank offset ${bankOffset} is none; allowed are multiples of ${bytesPerWord} below ${limit}`,
      );
    }
    return (this.#bus.read(registerAddress('CORE_BUSY') + bankOffset, cycle) & cores) !== 0;
  }

  #read(word: MappedWord, cycle: number): number {
    return this.#bus.read(registerAddress(word.register.name, word.bank), cycle);
  }

  #start(word: MappedWord, address: number, cores: number, cycle: number): void {
    if (cores === 0) return;
    const { bank } = word;
    const unmapped = cores & ~this.#bus.read(registerAddress('MAPPED_CORES', bank), cycle);
    if (unmapped !== 0) {
      throw new TrapSignal(
        'coreNotMapped',
        `${printName(word)}: cores ${printHex(unmapped >>> 0, 8)} hold no layer; MAPPED_CORES[${bank}] names those that do`,
      );
    }
    const full = cores & this.#bus.read(registerAddress('CORE_FULL', bank), cycle);
    if (full !== 0) {
      throw new TrapSignal(
        'coreBusy',
        `${printName(word)}: cores ${printHex(full >>> 0, 8)} work and have a further command waiting; use sync first`,
      );
    }
    this.#watchdog.command();
    this.#writeChip(word, address, cores, cycle);
  }

  /** Checks a write that releases a sample or an epoch. */
  #release(word: MappedWord, value: number, cycle: number): void {
    const { name } = word.register;
    const event = releases.get(name);
    if (event === undefined) return;
    if (value !== 1) throw new TrapSignal('valueOutOfRange', `${name} takes 1, not ${value}`);
    if ((this.events(cycle) & event.mask) !== 0) return;
    throw new TrapSignal(
      'notReady',
      `${name} needs ${event.name}, which is not up; wait for it first`,
    );
  }

  #writeChip(word: MappedWord, address: number, value: number, cycle: number): void {
    const refusal = this.#bus.write(address, value, cycle);
    if (refusal !== null) {
      throw new TrapSignal('refused', `${printName(word)} = ${printHex(value, 1)}: ${refusal}`);
    }
  }
}
