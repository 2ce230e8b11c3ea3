import type { SourceLine } from '../assembler/program.js';

/** A word that went between a program and the register map. */
export interface RegisterAccessRecord {
  readonly direction: 'read' | 'write';
  readonly address: number;
  readonly value: number;
}

/** A general register that was written, and its new value. */
export interface RegisterResult {
  readonly register: number;
  readonly value: number;
}

/** What one step of the machine did. */
export interface StepRecord {
  /**
   * `execute`: one instruction; a `wait` or `sync` that must sleep is executed when it falls asleep. `sleep`: cycles
   * passed. `wake`: what was waited for is there. `halt`, `trap`: the program has ended.
   */
  readonly kind: 'execute' | 'sleep' | 'wake' | 'halt' | 'trap';
  /** Cycle in which it began. */
  readonly cycle: number;
  readonly cycles: number;
  /** Of the instruction, in bytes. */
  readonly address: number;
  readonly word: number;
  readonly source: SourceLine | null;
  readonly access: RegisterAccessRecord | null;
  readonly result: RegisterResult | null;
}
