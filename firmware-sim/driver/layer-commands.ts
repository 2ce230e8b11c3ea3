import type { CoreCommand } from '../../src/chip/timed/core/core-context.js';

/** A command that cores of a layer have been told and the layer has not done. */
interface Told {
  readonly command: CoreCommand;
  coreCount: number;
}

/**
 * What the cores of one layer have been told: one command at work and one further. Cores of a layer work in step
 * (docs/spec.md §5): it begins a command when all of its cores have been told.
 *
 * Implements: firmware-sim/README.md §5 (a core that works takes one further command).
 */
export class LayerCommands {
  /** 1…k. */
  readonly layer: number;
  readonly cores: readonly number[];
  readonly #start: (command: CoreCommand) => void;
  /** Oldest first. */
  readonly #told: Told[] = [];
  /** Per core: commands told and not done. */
  readonly #toldCounts = new Map<number, number>();
  #isAtWork = false;
  #lastCommand: CoreCommand | null = null;
  #forwardCount = 0;
  #forwardDoneCount = 0;
  #errorDoneCount = 0;

  /** `start` begins a command on the whole layer. */
  constructor(layer: number, cores: readonly number[], start: (command: CoreCommand) => void) {
    this.layer = layer;
    this.cores = cores;
    this.#start = start;
  }

  /** What the layer was told last in this pass. */
  get lastCommand(): CoreCommand | null {
    return this.#lastCommand;
  }

  /** Samples of this pass that it was told to go forward with, and those with which it has. */
  get forwardCount(): number {
    return this.#forwardCount;
  }

  get forwardDoneCount(): number {
    return this.#forwardDoneCount;
  }

  /** Samples of this pass up to the one whose error signal was made last. */
  get errorDoneCount(): number {
    return this.#errorDoneCount;
  }

  get isIdle(): boolean {
    return this.#told.length === 0;
  }

  /** The samples of a new pass are counted from 0. The layer is idle. */
  beginPass(): void {
    this.#lastCommand = null;
    this.#forwardCount = 0;
    this.#forwardDoneCount = 0;
    this.#errorDoneCount = 0;
  }

  isBusy(core: number): boolean {
    return this.#toldCountOf(core) > 0;
  }

  isFull(core: number): boolean {
    return this.#toldCountOf(core) > 1;
  }

  isDoing(command: CoreCommand): boolean {
    return this.#told.some((told) => told.command === command);
  }

  /** The command that other cores of the layer have been told and this one has not yet; null where there is none. */
  joining(core: number): CoreCommand | null {
    return this.#told[this.#toldCountOf(core)]?.command ?? null;
  }

  /** Tells a core, which is not full, its next command: the one of `joining` where there is one. */
  tell(core: number, command: CoreCommand): void {
    const place = this.#toldCountOf(core);
    const told = this.#told[place];
    if (told === undefined) {
      this.#told.push({ command, coreCount: 1 });
      this.#lastCommand = command;
      if (command === 'forward') this.#forwardCount += 1;
    } else {
      told.coreCount += 1;
    }
    this.#toldCounts.set(core, place + 1);
    this.#begin();
  }

  /** The layer has done its command; the further one begins. */
  done(command: CoreCommand): void {
    this.#isAtWork = false;
    this.#told.shift();
    for (const core of this.cores) this.#toldCounts.set(core, this.#toldCountOf(core) - 1);
    if (command === 'forward') this.#forwardDoneCount += 1;
    if (command === 'feedback') this.#errorDoneCount = this.#forwardDoneCount;
    this.#begin();
  }

  #begin(): void {
    const next = this.#told[0];
    if (this.#isAtWork || next?.coreCount !== this.cores.length) return;
    this.#isAtWork = true;
    this.#start(next.command);
  }

  #toldCountOf(core: number): number {
    return this.#toldCounts.get(core) ?? 0;
  }
}
