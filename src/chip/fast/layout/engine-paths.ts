import { type Pass, passes } from '../../engine.js';

/** What of a layer's work a loop of the compiled engine does; `gradient` and `step` in layers that learn in steps. */
export type PathPhase = 'forward' | 'update' | 'gradient' | 'step';

/** How often a layer took one of the loops that the compiled engine has for a phase (docs/spec.md §3). */
export interface EnginePathCount {
  readonly layer: number;
  readonly phase: PathPhase;
  /** Forward sums are made in every kind of pass, all else in training. */
  readonly pass: Pass;
  /** `scalar`: one value after the other; all others run on vectors. */
  readonly path: string;
  /** Samples, or steps; of a layer on several cores each core's update or step counts. */
  readonly count: number;
  /** Why it is not the fastest loop of the phase; null: it is. */
  readonly reason: string | null;
}

type PathName = Pick<EnginePathCount, 'phase' | 'pass' | 'path'>;

const forwardPaths = ['pairs', 'pieces', 'products', 'scalar'];
const trainingPaths = {
  update: ['bytes', 'words', 'scalar'],
  gradient: ['groups', 'rows', 'scalar'],
  step: ['words', 'doubles', 'mixed', 'scalar'],
} as const;
const trainingPhases = ['update', 'gradient', 'step'] as const;

/** All of them, in the order of `assembly/paths.ts`. */
export const enginePaths: readonly PathName[] = [
  ...passes.flatMap((pass) =>
    forwardPaths.map((path) => ({ phase: 'forward' as const, pass, path })),
  ),
  ...trainingPhases.flatMap((phase) =>
    trainingPaths[phase].map((path) => ({ phase, pass: 'training' as const, path })),
  ),
];
