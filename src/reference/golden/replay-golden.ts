import type { LayerParameters } from '../../network/parameters.js';
import type { BackendName } from '../backend/backend.js';
import { trainReference } from '../train-reference.js';
import type { GoldenCase } from './golden-case.js';

/**
 * How closely a run must be repeated. A final parameter: `parameter` in all and `ofChange` of the largest change of its
 * tensor. Losses and outputs: `loss` and `output`, outputs relative to values above 1. Delayed errors: `delayed`,
 * likewise relative, since those of the loss variant are reciprocals of outputs.
 */
export const goldenTolerance = {
  parameter: 1e-4,
  ofChange: 1e-3,
  initial: 0,
  loss: 1e-4,
  output: 1e-4,
  delayed: 1e-3,
} as const;

/** How far final parameters may be off. */
interface ParameterTolerance {
  readonly parameter: number;
  /** As a part of the largest change of their tensor. */
  readonly ofChange: number;
  /** What may be off at the start already, and so in a tensor that did not change. */
  readonly initial: number;
}

/** One tensor of final parameters against the published one. */
export interface GoldenTensor {
  /** As its file is called: `final.layer0.weight`. */
  readonly name: string;
  /** max |ours − theirs|. */
  readonly deviation: number;
  /** max |theirs − initial|. */
  readonly largestChange: number;
  readonly isWithin: boolean;
}

/** One sequence of values against the published one. */
export interface GoldenSeries {
  readonly name: 'losses' | 'outputs' | 'delayed';
  /** max |ours − theirs|, for outputs and delayed errors of |ours − theirs| / max(1, |theirs|). */
  readonly deviation: number;
  readonly isWithin: boolean;
}

/** How the float reference repeated a published run. */
export interface GoldenReport {
  readonly backend: BackendName;
  readonly tensors: readonly GoldenTensor[];
  readonly series: readonly GoldenSeries[];
  readonly passes: boolean;
}

/** max of `distance` over two arrays; NaN where one holds NaN, infinite where their lengths differ. */
function largest(
  ours: Float32Array,
  theirs: Float32Array,
  distance: (our: number, their: number) => number,
): number {
  if (ours.length !== theirs.length) return Infinity;
  let found = 0;
  ours.forEach((our, index) => {
    found = Math.max(found, distance(our, theirs[index] ?? NaN));
  });
  return found;
}

/** Arrays one after the other. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

function absolute(our: number, their: number): number {
  return Math.abs(our - their);
}

function relativeAboveOne(our: number, their: number): number {
  return Math.abs(our - their) / Math.max(1, Math.abs(their));
}

/** Compares each tensor of `parameters` with the published one. */
export function compareParameters(
  golden: Pick<GoldenCase, 'job' | 'final'>,
  parameters: readonly LayerParameters[],
  { parameter, ofChange, initial }: ParameterTolerance,
): readonly GoldenTensor[] {
  return golden.final.flatMap((final, index) =>
    (['weights', 'biases'] as const).map((tensor): GoldenTensor => {
      const empty = new Float32Array();
      const deviation = largest(parameters[index]?.[tensor] ?? empty, final[tensor], absolute);
      const before = golden.job.initial[index]?.[tensor] ?? empty;
      const largestChange = largest(before, final[tensor], absolute);
      return {
        name: `final.layer${index}.${tensor === 'weights' ? 'weight' : 'bias'}`,
        deviation,
        largestChange,
        isWithin:
          deviation <= parameter && deviation <= Math.max(ofChange * largestChange, initial),
      };
    }),
  );
}

function compareSeries(
  name: GoldenSeries['name'],
  deviation: number,
  tolerance: number,
): GoldenSeries {
  return { name, deviation, isWithin: deviation <= tolerance };
}

/**
 * Repeats a published training run in the reference and says how far it came from it.
 * @throws BackendUnavailableError from `openBackend`.
 */
export async function replayGolden(golden: GoldenCase): Promise<GoldenReport> {
  const losses: number[] = [];
  const outputs: Float32Array[] = [];
  const result = await trainReference(golden.job, {
    step: (step) => {
      losses.push(step.loss);
      outputs.push(step.outputs);
    },
  });
  const tensors = compareParameters(golden, result.parameters, goldenTolerance);
  const series = [
    compareSeries(
      'losses',
      largest(Float32Array.from(losses), golden.losses, absolute),
      goldenTolerance.loss,
    ),
    compareSeries(
      'outputs',
      largest(joined(outputs), golden.outputs, relativeAboveOne),
      goldenTolerance.output,
    ),
  ];
  if (golden.delayed !== null) {
    const ours = result.delayed ?? new Float32Array();
    const deviation = largest(ours, golden.delayed, relativeAboveOne);
    series.push(compareSeries('delayed', deviation, goldenTolerance.delayed));
  }
  const passes = [...tensors, ...series].every(({ isWithin }) => isWithin);
  return { backend: result.backend, tensors, series, passes };
}
