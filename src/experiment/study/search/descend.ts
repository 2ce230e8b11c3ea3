import { type Candidate, narrowed, type SearchedTensor, widened } from './search-space.js';

/* The search: from the formats of the experiment downwards, a step of all tensors at a time. It knows no run. */

/** What a candidate came to, over its seeds; null figures: no run has them, as where the chip cannot have it. */
export interface Tried {
  readonly candidate: Candidate;
  readonly errorPercent: number | null;
  readonly trainingNj: number | null;
  /** Of the float reference; null: none was trained. */
  readonly referencePercent: number | null;
}

/** A candidate to try, and what a reader calls it. */
export interface Trial {
  readonly name: string;
  readonly candidate: Candidate;
}

/** Tries candidates, all of them or, where the runs are used up, none: then null. */
export type Evaluate = (
  trials: readonly Trial[],
  options: { readonly withReference: boolean },
) => Promise<readonly Tried[] | null>;

/** A candidate within the limit. */
export interface Accepted {
  readonly candidate: Candidate;
  readonly errorPercent: number;
  readonly trainingNj: number;
}

/** What a search found. */
export interface Found {
  /** Smallest error of the float reference over η; null: it diverged, or there are too few runs. */
  readonly floatPercent: number | null;
  readonly floatCandidate: Candidate | null;
  /** The experiment's own formats with the η that errs least. */
  readonly own: Accepted | null;
  /** What was accepted one after the other, each cheaper than the one before; empty: nothing is within the limit. */
  readonly accepted: readonly Accepted[];
  readonly isComplete: boolean;
}

/** η is tried as it is, at half and at twice; of equals the first stands. */
export const rateShifts = [0, -1, 1] as const;
/** Bits taken from a tensor at once, and where that was too much. */
const steps = [2, 1] as const;
/** Bits that every tensor gets where the experiment's own formats are not good enough. */
const wideStartBits = 4;
/** A saving below this share of the energy is none: words hold whole values, and a bit less may change nothing. */
const leastSaving = 0.002;
/** What saves this share and errs too much is tried with two more η before it is given up. */
const savingWorthRates = 0.01;

function ratesOf(name: string, candidate: Candidate): readonly Trial[] {
  return rateShifts.map((shift) => {
    const rateShift = candidate.rateShift + shift;
    return {
      name: `${name}, η·2^${String(rateShift)}`,
      candidate: { ...candidate, rateShift },
    };
  });
}

function acceptedOf({ candidate, errorPercent, trainingNj }: Tried): Accepted | null {
  return errorPercent === null || trainingNj === null
    ? null
    : { candidate, errorPercent, trainingNj };
}

/** Of several η the one that errs least; the first of equals. */
function leastError(tried: readonly Tried[]): Accepted | null {
  return tried
    .map(acceptedOf)
    .filter((accepted) => accepted !== null)
    .reduce<Accepted | null>(
      (best, next) => (best === null || next.errorPercent < best.errorPercent ? next : best),
      null,
    );
}

/** A tensor that may still lose bits, and how many at a time. */
type Active = Map<SearchedTensor, number>;

/** Takes fewer bits next time, or none any more. */
function shorten(active: Active, tensor: SearchedTensor): void {
  const next = steps.find((step) => step < (active.get(tensor) ?? 0));
  if (next === undefined) active.delete(tensor);
  else active.set(tensor, next);
}

/** One search from a start within the limit. */
class Descent {
  readonly #evaluate: Evaluate;
  readonly #limitPercent: number;
  readonly #active: Active;
  #current: Accepted;
  #round = 0;

  constructor(evaluate: Evaluate, limitPercent: number, start: Accepted) {
    this.#evaluate = evaluate;
    this.#limitPercent = limitPercent;
    this.#current = start;
    this.#active = new Map([...start.candidate.formats.keys()].map((tensor) => [tensor, steps[0]]));
  }

  /** Goes on until no tensor can lose a bit, or the runs are used up. */
  async run(): Promise<Pick<Found, 'isComplete' | 'accepted'>> {
    const trail = [this.#current];
    while (this.#active.size > 0) {
      this.#round += 1;
      const passing = await this.#tryEach();
      const accepted = passing === null ? null : await this.#combine(passing);
      if (passing === null || accepted === 'spent') {
        return { accepted: trail, isComplete: false };
      }
      if (accepted !== null) {
        this.#current = accepted;
        trail.push(accepted);
      }
    }
    return { accepted: trail, isComplete: true };
  }

  /** Every tensor alone a step narrower: those that stay within the limit and save energy; null: runs are used up. */
  async #tryEach(): Promise<ReadonlyMap<SearchedTensor, Accepted> | null> {
    const tensors: SearchedTensor[] = [];
    const trials: Trial[] = [];
    for (const [tensor, bits] of [...this.#active]) {
      const candidate = narrowed(this.#current.candidate, tensor, bits);
      if (candidate === null) {
        shorten(this.#active, tensor);
        continue;
      }
      tensors.push(tensor);
      trials.push({ name: `round ${this.#round}: ${tensor} −${bits} bit`, candidate });
    }
    const tried = await this.#evaluate(trials, { withReference: false });
    if (tried === null) return null;
    const passing = new Map<SearchedTensor, Accepted>();
    for (const [index, tensor] of tensors.entries()) {
      const outcome = tried[index];
      if (outcome === undefined) continue;
      const saving = this.#savingOf(outcome);
      if (saving !== null && saving < leastSaving) this.#active.delete(tensor);
      else {
        const accepted = await this.#withinLimit(outcome, trials[index]?.name ?? '');
        if (accepted === 'spent') return null;
        if (accepted === null) shorten(this.#active, tensor);
        else passing.set(tensor, accepted);
      }
    }
    return passing;
  }

  /** Share of the energy that a candidate saves; null: it was not run. */
  #savingOf({ trainingNj }: Tried): number | null {
    return trainingNj === null ? null : 1 - trainingNj / this.#current.trainingNj;
  }

  /** The candidate where it errs little enough, if need be with half or twice the η. */
  async #withinLimit(outcome: Tried, name: string): Promise<Accepted | null | 'spent'> {
    const isWithin = (accepted: Accepted | null): accepted is Accepted =>
      accepted !== null && accepted.errorPercent <= this.#limitPercent;
    const accepted = acceptedOf(outcome);
    if (isWithin(accepted)) return accepted;
    const saving = this.#savingOf(outcome);
    if (saving === null || saving < savingWorthRates) return null;
    const { candidate } = outcome;
    const others = ratesOf(name, candidate).filter(
      (trial) => trial.candidate.rateShift !== candidate.rateShift,
    );
    const tried = await this.#evaluate(others, { withReference: false });
    if (tried === null) return 'spent';
    const best = leastError(tried);
    return isWithin(best) ? best : null;
  }

  /** All of them at once with three η; where that errs too much, without the one that errs most, and so on. */
  async #combine(
    passing: ReadonlyMap<SearchedTensor, Accepted>,
  ): Promise<Accepted | null | 'spent'> {
    const left = [...passing].sort(([, one], [, other]) => one.errorPercent - other.errorPercent);
    while (left.length > 1) {
      const names = left.map(([tensor]) => tensor);
      const candidate = names.reduce<Candidate>(
        (narrower, tensor) => narrowed(narrower, tensor, this.#active.get(tensor) ?? 0) ?? narrower,
        this.#current.candidate,
      );
      const trials = ratesOf(`round ${this.#round}: ${names.length} at once`, candidate);
      const tried = await this.#evaluate(trials, { withReference: false });
      if (tried === null) return this.#cheapest(passing) ?? 'spent';
      const best = leastError(tried);
      if (best !== null && best.errorPercent <= this.#limitPercent) return best;
      const worst = left.pop();
      if (worst !== undefined) shorten(this.#active, worst[0]);
    }
    return left[0]?.[1] ?? null;
  }

  #cheapest(passing: ReadonlyMap<SearchedTensor, Accepted>): Accepted | null {
    return [...passing.values()].reduce<Accepted | null>(
      (best, next) => (best === null || next.trainingNj < best.trainingNj ? next : best),
      null,
    );
  }
}

/**
 * Finds cheap formats that err at most `loseAtMost` points more than float. First the experiment's own formats beside their
 * reference, each with three η; where they err too much, wider ones; then a step of bits from every tensor alone, all that
 * stay within the limit at once with three η, and again, until no tensor can lose a bit.
 */
export async function descend(
  own: Candidate,
  loseAtMost: number,
  evaluate: Evaluate,
): Promise<Found> {
  const none = { floatPercent: null, floatCandidate: null, own: null, accepted: [] };
  const first = await evaluate(ratesOf('as it is', own), { withReference: true });
  if (first === null) return { ...none, isComplete: false };
  const [float] = [...first]
    .filter(({ referencePercent }) => referencePercent !== null)
    .sort((one, other) => (one.referencePercent ?? 0) - (other.referencePercent ?? 0));
  const floatPercent = float?.referencePercent ?? null;
  const ownBest = leastError(first);
  if (float === undefined || floatPercent === null) {
    return { ...none, own: ownBest, isComplete: true };
  }
  const known = { floatPercent, floatCandidate: float.candidate, own: ownBest };
  const limit = floatPercent + loseAtMost;
  let start = ownBest;
  if (start === null || start.errorPercent > limit) {
    const trials = ratesOf('all wider', widened(own, wideStartBits));
    const wider = await evaluate(trials, { withReference: false });
    if (wider === null) return { ...known, accepted: [], isComplete: false };
    start = leastError(wider);
  }
  if (start === null || start.errorPercent > limit) {
    return { ...known, accepted: [], isComplete: true };
  }
  return { ...known, ...(await new Descent(evaluate, limit, start).run()) };
}
