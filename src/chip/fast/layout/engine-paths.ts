import { type Pass, passes } from '../../engine.js';

/** What of a layer's work a path does. */
export type PathPhase = 'forward' | 'update' | 'gradient' | 'step';

/** One of the loops that the compiled engine has for a phase. */
export interface EnginePathName {
  readonly phase: PathPhase;
  /** Forward sums are made in every kind of pass, all else in training. */
  readonly pass: Pass;
  /** `scalar`: one value after the other; all others run on vectors (docs/spec.md §3). */
  readonly path: string;
}

/** How often a layer took a path. */
export interface EnginePathCount extends EnginePathName {
  readonly layer: number;
  /** Samples, or steps; of a layer on several cores each core's update or step counts. */
  readonly count: number;
}

const forwardPaths = ['pairs', 'pieces', 'products', 'scalar'];
const trainingPaths = {
  update: ['bytes', 'words', 'scalar'],
  gradient: ['groups', 'rows', 'scalar'],
  step: ['words', 'scalar'],
} as const;
const trainingPhases = ['update', 'gradient', 'step'] as const;

/** All of them, in the order of `assembly/paths.ts`. */
export const enginePaths: readonly EnginePathName[] = [
  ...passes.flatMap((pass) =>
    forwardPaths.map((path) => ({ phase: 'forward' as const, pass, path })),
  ),
  ...trainingPhases.flatMap((phase) =>
    trainingPaths[phase].map((path) => ({ phase, pass: 'training' as const, path })),
  ),
];
