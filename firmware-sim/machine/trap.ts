import type { SourceLine } from '../assembler/program.js';
import { printPlace } from '../assembler/program.js';
import { printHex } from '../assembler/disassemble.js';

/** Why a program was stopped; `code` is the value of TRAP_CAUSE. */
interface TrapCauseSpec {
  readonly name: string;
  readonly code: number;
  readonly meaning: string;
}

const causeSpec = <const Name extends string>(
  name: Name,
  code: number,
  meaning: string,
): TrapCauseSpec & { readonly name: Name } => ({ name, code, meaning });

/** Traps in the order of their codes. */
export const trapCauses = [
  causeSpec(
    'illegalInstruction',
    1,
    'the word is no instruction: opcode, reserved bit or immediate',
  ),
  causeSpec('pcOutsideMemory', 2, 'the next instruction would lie outside program memory'),
  causeSpec('misalignedJump', 3, '`jr` to an address that is no multiple of 4'),
  causeSpec('misalignedAccess', 4, 'register address that is no multiple of 4'),
  causeSpec('unmappedRegister', 5, 'no register at the address'),
  causeSpec('writeToReadOnly', 6, '`st` to a register that can only be read'),
  causeSpec('readOfWriteOnly', 7, '`ld` from a register that can only be written'),
  causeSpec('valueOutOfRange', 8, 'the value has more bits than the register, or is none it takes'),
  causeSpec('coreNotMapped', 9, 'start of a core that holds no layer'),
  causeSpec('coreBusy', 10, 'start of a core that already has a further command waiting'),
  causeSpec(
    'notReady',
    11,
    '`INPUT_ACK` without a sample, or `EPOCH_END` before the end of an epoch',
  ),
  causeSpec('refused', 12, 'the chip refused the value; the message says why'),
  causeSpec('software', 13, 'the program executed `trap`'),
  causeSpec('watchdog', 14, 'no progress within the limit of the watchdog'),
] as const;
export type TrapCause = (typeof trapCauses)[number]['name'];

/** The end of a program that went wrong: everything needed to see why. */
export interface Trap {
  readonly cause: TrapCause;
  /** One sentence: what was asked, what is allowed. */
  readonly message: string;
  /** Of the instruction that trapped, in bytes. */
  readonly address: number;
  /** Its source; null where memory holds no word of the program. */
  readonly source: SourceLine | null;
  /** The line carried out before it: where the program came from; null before the first. */
  readonly cameFrom: SourceLine | null;
  readonly cycle: number;
  /** r0…r15. */
  readonly registers: Uint32Array;
}

/** Code of a cause, as TRAP_CAUSE shows it. */
export function trapCode(cause: TrapCause): number {
  return trapCauses.find(({ name }) => name === cause)?.code ?? 0;
}

/** Thrown inside the machine by whatever detects a trap; the machine adds where and when. */
export class TrapSignal extends Error {
  override readonly name = 'TrapSignal';
  readonly trapCause: TrapCause;

  constructor(trapCause: TrapCause, message: string) {
    super(message);
    this.trapCause = trapCause;
  }
}

/** The program line to look at: the trapped one, or the one that led to where there is none. */
function placeOf({ address, source, cameFrom }: Trap): string {
  if (source !== null) return printPlace(source);
  const where = `address ${printHex(address, 4)}`;
  return cameFrom === null ? where : `${printPlace(cameFrom)}: led to ${where}, where no line is`;
}

/** The dump of a trap, for people: where, why, the source line, the registers four a line. */
export function formatTrap(trap: Trap): string {
  const { cause, message, address, source, cycle, registers } = trap;
  const lines = [
    `${placeOf(trap)}: trap ${cause} in cycle ${cycle}: ${message}`,
    `  ${printHex(address, 4)}  ${source?.text.trim() ?? '(no source)'}`,
  ];
  for (let first = 0; first < registers.length; first += 4) {
    const cells = Array.from(
      registers.subarray(first, first + 4),
      (value, index) => `${`r${first + index}`.padStart(3)} ${printHex(value, 8)}`,
    );
    lines.push(`  ${cells.join('  ')}`);
  }
  return `${lines.join('\n')}\n`;
}
