import { type ComponentAction } from './components.js';
import type { AccessLedger, ActionCounter } from './access-ledger.js';
import type { Phase, RunKind } from './ledger-row.js';

/** Where an action is booked: layer 1…k and its core, or null where it belongs to none. */
export interface Place {
  readonly layer: number | null;
  readonly core: number | null;
}

/** The chip's pins: events and labels that enter belong to no layer. */
export const pins: Place = { layer: null, core: null };

/** In which run and phase an action happens. */
export interface Moment {
  readonly run: RunKind;
  readonly phase: Phase;
}

/** The moments of a sample (docs/spec.md §4.2): inference is forward and readout, training forward, feedback and update. */
export const inferenceForward: Moment = { run: 'inference', phase: 'forward' };
export const inferenceReadout: Moment = { run: 'inference', phase: 'readout' };
export const trainingForward: Moment = { run: 'training', phase: 'forward' };
export const trainingFeedback: Moment = { run: 'training', phase: 'feedback' };
export const trainingUpdate: Moment = { run: 'training', phase: 'update' };

type CountersOfRun = Readonly<Record<Phase, ActionCounter>>;

/**
 * Counts one action of one part, apart by run and phase. All ledger keys are resolved at construction, so that the
 * hot path touches no strings; counters that stay 0 make no rows.
 */
export class AccessMeter {
  readonly #counters: Readonly<Record<RunKind, CountersOfRun>>;

  /** `bits`: width of the word or operand in bits. */
  constructor(ledger: AccessLedger, place: Place, componentAction: ComponentAction, bits: number) {
    const countersOf = (run: RunKind): CountersOfRun => {
      const at = (phase: Phase) => ledger.counter({ run, phase, ...place, componentAction, bits });
      return {
        forward: at('forward'),
        feedback: at('feedback'),
        update: at('update'),
        readout: at('readout'),
        control: at('control'),
        idle: at('idle'),
      };
    };
    this.#counters = { inference: countersOf('inference'), training: countersOf('training') };
  }

  add(moment: Moment, count: number): void {
    this.#counters[moment.run][moment.phase].add(count);
  }
}
