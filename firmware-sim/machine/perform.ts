import type { DecodedInstruction } from '../isa/encoding.js';
import { bytesPerWord, type InstructionOf } from '../isa/instruction-set.js';
import { elementAt } from '../../src/numerics/integer.js';
import { arithmeticResult, isBranchTaken } from './arithmetic.js';
import type { ControllerRegisters } from './controller-registers.js';
import type { RegisterPort } from './register-port.js';
import type { RegisterAccessRecord, RegisterResult } from './step-record.js';
import { TrapSignal } from './trap.js';

/** What a sleeping machine waits for. */
export type Sleep =
  | { readonly kind: 'wait'; readonly mask: number; readonly register: number }
  | { readonly kind: 'sync'; readonly cores: number; readonly bankOffset: number };

/** What an instruction changes in the machine; the chip and the controller's registers have changed already. */
export interface Effect {
  readonly cycles: number;
  /** Address of the next instruction, unchecked; null where the program is done. */
  readonly next: number | null;
  readonly access: RegisterAccessRecord | null;
  readonly result: RegisterResult | null;
  readonly sleep: Sleep | null;
}

/** What an instruction works on. */
interface Workplace {
  /** r0…r15; r0 holds 0. */
  readonly registers: Uint32Array;
  readonly port: RegisterPort;
  readonly controller: ControllerRegisters;
  /** Of the instruction, in bytes. */
  readonly address: number;
  /** Its first cycle. */
  readonly cycle: number;
}

const plainEffect = (cycles: number, next: number): Effect => ({
  cycles,
  next,
  access: null,
  result: null,
  sleep: null,
});
const word = (registers: Uint32Array, register: number): number =>
  elementAt(registers, register, 'general registers');

/** Whether what a sleep waits for is there; `result` is what a `wait` then gives. Null: not yet. */
export function awakening(
  sleep: Sleep,
  port: RegisterPort,
  cycle: number,
): { readonly result: RegisterResult | null } | null {
  if (sleep.kind === 'sync') {
    return port.isBusy(sleep.cores, sleep.bankOffset, cycle) ? null : { result: null };
  }
  const lines = port.events(cycle) & sleep.mask;
  return lines === 0 ? null : { result: { register: sleep.register, value: lines } };
}

/** Where a branch goes. */
function branchEffect(
  { mnemonic, cycles, takenCycles }: InstructionOf<'branch'>,
  decoded: DecodedInstruction,
  { registers, address }: Workplace,
): Effect {
  const a = word(registers, decoded.a);
  return isBranchTaken(mnemonic, a, word(registers, decoded.b))
    ? plainEffect(takenCycles, address + decoded.immediate * bytesPerWord)
    : plainEffect(cycles, address + bytesPerWord);
}

/** Where a jump goes. */
function jumpEffect(
  { mnemonic, cycles, takenCycles }: InstructionOf<'jump'>,
  decoded: DecodedInstruction,
  { registers, address }: Workplace,
): Effect {
  const a = word(registers, decoded.a);
  const next = address + bytesPerWord;
  const target = address + decoded.immediate * bytesPerWord;
  switch (mnemonic) {
    case 'jmp':
      return plainEffect(cycles, target);
    case 'jal':
      return { ...plainEffect(cycles, target), result: { register: decoded.a, value: next } };
    case 'jr':
      return plainEffect(cycles, a);
    case 'loop': {
      const value = (a - 1) >>> 0;
      const [taken, to] = value === 0 ? [cycles, next] : [takenCycles, target];
      return { ...plainEffect(taken, to), result: { register: decoded.a, value } };
    }
  }
}

/** Falls asleep, unless what is waited for is there already. */
function sleepEffect(sleep: Sleep, cycles: number, { port, address, cycle }: Workplace): Effect {
  const plain = plainEffect(cycles, address + bytesPerWord);
  const awake = awakening(sleep, port, cycle);
  return awake === null ? { ...plain, sleep } : { ...plain, result: awake.result };
}

/** What loads, stores, waits, counts or ends; registers of the map are reached in the last cycle of the instruction. */
function hardwareEffect(
  { mnemonic, cycles }: InstructionOf<'hardware'>,
  decoded: DecodedInstruction,
  workplace: Workplace,
): Effect {
  const { registers, port, controller } = workplace;
  const a = word(registers, decoded.a);
  const b = word(registers, decoded.b);
  const plain = plainEffect(cycles, workplace.address + bytesPerWord);
  const address = (b + decoded.immediate) >>> 0;
  const lastCycle = workplace.cycle + cycles - 1;
  switch (mnemonic) {
    case 'ld': {
      const value = port.read(address, lastCycle);
      const access = { direction: 'read', address, value } as const;
      return { ...plain, access, result: { register: decoded.a, value } };
    }
    case 'st':
      port.write(address, a, lastCycle);
      return { ...plain, access: { direction: 'write', address, value: a } };
    case 'wait': {
      const sleep = { kind: 'wait', mask: decoded.immediate, register: decoded.a } as const;
      return sleepEffect(sleep, cycles, workplace);
    }
    case 'sync':
      return sleepEffect({ kind: 'sync', cores: a, bankOffset: b }, cycles, workplace);
    case 'count':
      controller.countSample();
      return plain;
    case 'trap':
      throw new TrapSignal('software', `the program stopped itself with code ${decoded.immediate}`);
    case 'halt':
      return { ...plain, next: null };
    case 'nop':
      return plain;
  }
}

/** Result of an arithmetic instruction, and the next address. */
function arithmeticEffect(
  { mnemonic, cycles }: InstructionOf<'arithmetic'>,
  decoded: DecodedInstruction,
  { registers, address }: Workplace,
): Effect {
  const operands = {
    a: word(registers, decoded.a),
    b: word(registers, decoded.b),
    c: word(registers, decoded.c),
  };
  const value = arithmeticResult(mnemonic, operands, decoded.immediate);
  const plain = plainEffect(cycles, address + bytesPerWord);
  return { ...plain, result: { register: decoded.a, value } };
}

/** Carries one instruction out. @throws TrapSignal */
export function perform(decoded: DecodedInstruction, workplace: Workplace): Effect {
  const { instruction } = decoded;
  switch (instruction.kind) {
    case 'arithmetic':
      return arithmeticEffect(instruction, decoded, workplace);
    case 'branch':
      return branchEffect(instruction, decoded, workplace);
    case 'jump':
      return jumpEffect(instruction, decoded, workplace);
    case 'hardware':
      return hardwareEffect(instruction, decoded, workplace);
  }
}
