import { InputError } from '../../src/units/input-error.js';
import { formatTrap, type Trap } from '../machine/trap.js';

/** A program was stopped, or stopped too early: the program is wrong, so exit code 2. */
export class FirmwareStop extends InputError {
  /** Null where the program halted by itself. */
  readonly trap: Trap | null;

  constructor(message: string, trap: Trap | null) {
    super(message);
    this.trap = trap;
  }

  /** With program line, cycle and register dump. */
  static ofTrap(trap: Trap): FirmwareStop {
    return new FirmwareStop(formatTrap(trap).trimEnd(), trap);
  }
}
