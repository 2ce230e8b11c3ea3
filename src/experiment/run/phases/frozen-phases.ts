import type { RunActivity } from '../../../chip/image/activity.js';
import { activityBetween } from '../activity-record.js';

/*
 * Layers that are frozen by epoch (docs/spec.md §2.17): every phase has an image of its own, and counts of its own.
 */

/** The training activity of a chip, which counts on from phase to phase, cut into its phases. */
export class FrozenPhases {
  #finished: readonly RunActivity[];

  /** `finished`: phases of a run that goes on. */
  constructor(finished: readonly RunActivity[] = []) {
    this.#finished = finished;
  }

  get finished(): readonly RunActivity[] {
    return this.#finished;
  }

  /** All activities, training by phase; `frozenLayers`: those of the phase in work. Without phases they stay as they are. */
  cut(activities: readonly RunActivity[], frozenLayers: readonly number[]): readonly RunActivity[] {
    if (this.#finished.length === 0 && frozenLayers.length === 0) return activities;
    return activities.flatMap((activity) => {
      if (activity.run !== 'training' || activity.isMeasuring === true) return [activity];
      const rest = this.#finished.reduce((left, phase) => activityBetween(phase, left), activity);
      const current = { ...rest, frozenLayers };
      return current.sampleCount === 0 ? this.#finished : [...this.#finished, current];
    });
  }

  /** Another phase begins after what has been counted so far. */
  close(activities: readonly RunActivity[], frozenLayers: readonly number[]): void {
    const training = this.cut(activities, frozenLayers).filter(
      ({ run, isMeasuring, sampleCount }) =>
        run === 'training' && isMeasuring !== true && sampleCount > 0,
    );
    this.#finished = training.map((phase) => ({
      ...phase,
      frozenLayers: phase.frozenLayers ?? [],
    }));
  }
}
