import type { Pass } from '../../engine.js';
import type { CoreCommand } from './core-context.js';

/** What has to be done right before a command; forward passes follow anything. */
const neededCommands = { readout: 'forward', feedback: 'forward', update: 'feedback' } as const;

/** Why a command may not come now, as the predicate of a sentence about it; null where it may. `lastCommand`: the one before it in this pass. */
export function orderFault(
  command: CoreCommand,
  lastCommand: CoreCommand | null,
  pass: Pass | null,
): string | null {
  if (command !== 'forward' && lastCommand !== neededCommands[command]) {
    return `came after ${lastCommand ?? 'no command'} and works on what ${neededCommands[command]} makes; start that first`;
  }
  const isOfTraining = command === 'feedback' || command === 'update';
  if (isOfTraining && pass !== 'training') {
    return `came in a pass of ${pass ?? 'no kind'}; only training learns`;
  }
  return command === 'readout' && pass !== 'inference'
    ? `came in a pass of ${pass ?? 'no kind'}; only inference reads out`
    : null;
}

/**
 * Sees to it that a core gets one command at a time, each after what it works on: a program that starts them otherwise is
 * stopped, and computes nothing undefined.
 */
export class CommandOrder {
  readonly #core: number;
  #pass: Pass | null = null;
  #lastCommand: CoreCommand | null = null;
  #isAtWork = false;

  constructor(core: number) {
    this.#core = core;
  }

  beginPass(pass: Pass): void {
    this.#pass = pass;
    this.#lastCommand = null;
  }

  /** @throws RangeError while another command is at work, or when what this one needs was not done. */
  begin(command: CoreCommand): void {
    const place = `core ${this.#core}: command ${command}`;
    const last = this.#lastCommand;
    if (this.#isAtWork && last !== null) {
      throw new RangeError(`${place} came while ${last} is at work; wait until the core is done`);
    }
    const fault = orderFault(command, last, this.#pass);
    if (fault !== null) throw new RangeError(`${place} ${fault}`);
    this.#isAtWork = true;
    this.#lastCommand = command;
  }

  end(): void {
    this.#isAtWork = false;
  }
}
