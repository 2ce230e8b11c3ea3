import { PlateauDetector, type PlateauMemory } from './plateau.js';

/** How η changes from epoch to epoch, with PyTorch's formulas and names of options spelled out. */
export type ScheduleSpec =
  | { readonly name: 'constant' }
  /** × factor after every `everyEpochs` epochs. */
  | { readonly name: 'step'; readonly everyEpochs: number; readonly factor: number }
  /** × factor after every epoch. */
  | { readonly name: 'exponential'; readonly factor: number }
  /** From η down to `smallest` along half a cosine of `epochs` epochs. */
  | { readonly name: 'cosine'; readonly epochs: number; readonly smallest: number }
  /** × factor on a plateau of the training loss (`PlateauDetector`). */
  | { readonly name: 'plateau'; readonly factor: number; readonly patience: number };

/** How far a schedule is. */
export interface LearningRateMemory {
  readonly epochsDone: number;
  readonly reductions: number;
  readonly plateau: PlateauMemory | null;
}

/**
 * η of the current epoch. A plateau is looked for in the mean training loss of each epoch, taken before the updates;
 * the original code looks at the test loss, which lets the test set steer the training.
 */
export class LearningRate {
  readonly #initial: number;
  readonly #schedule: ScheduleSpec;
  readonly #plateau: PlateauDetector | null;
  #epochsDone = 0;
  #reductions = 0;

  constructor(initial: number, schedule: ScheduleSpec) {
    this.#initial = initial;
    this.#schedule = schedule;
    this.#plateau = schedule.name === 'plateau' ? new PlateauDetector(schedule.patience) : null;
  }

  get current(): number {
    const schedule = this.#schedule;
    const initial = this.#initial;
    switch (schedule.name) {
      case 'constant':
        return initial;
      case 'step':
        return initial * schedule.factor ** Math.floor(this.#epochsDone / schedule.everyEpochs);
      case 'exponential':
        return initial * schedule.factor ** this.#epochsDone;
      case 'cosine': {
        const progress = (Math.PI * this.#epochsDone) / schedule.epochs;
        return schedule.smallest + ((initial - schedule.smallest) * (1 + Math.cos(progress))) / 2;
      }
      case 'plateau':
        return initial * schedule.factor ** this.#reductions;
    }
  }

  memory(): LearningRateMemory {
    return {
      epochsDone: this.#epochsDone,
      reductions: this.#reductions,
      plateau: this.#plateau?.memory() ?? null,
    };
  }

  /** Goes on where the schedule with this memory was. */
  restore({ epochsDone, reductions, plateau }: LearningRateMemory): void {
    this.#epochsDone = epochsDone;
    this.#reductions = reductions;
    if (plateau !== null) this.#plateau?.restore(plateau);
  }

  /** `trainingLoss`: mean of J over the samples of the epoch. */
  endEpoch(trainingLoss: number): void {
    this.#epochsDone += 1;
    if (this.#plateau?.isPlateau(trainingLoss) === true) this.#reductions += 1;
  }
}
