import type { PreparedExperiment } from '../../file/prepare-experiment.js';
import type { KnownSettings } from './run-settings.js';
import { trainsElsewhere } from './train-references.js';

/** The two trainings of a run. */
interface Sides<Chip, References> {
  readonly chip: () => Promise<Chip>;
  readonly references: () => Promise<References>;
}

/** What they came to. */
interface Trained<Chip, References> {
  readonly chip: Chip;
  readonly references: References;
}

/** Who trains when. */
type SidesOrder = 'beside' | 'chipFirst' | 'referencesFirst';

/**
 * On one core the reference comes first, unless another process is at it: by the time the chip has trained it may be there.
 */
export function orderOfSides(prepared: PreparedExperiment, settings: KnownSettings): SidesOrder {
  if (settings.oneCore !== true) return 'beside';
  return trainsElsewhere(prepared, settings) ? 'chipFirst' : 'referencesFirst';
}

/** Trains both at the same time; the first that fails stops the other through `failure`. */
async function trainBeside<Chip, References>(
  { chip, references }: Sides<Chip, References>,
  failure: AbortController,
  stopped: AbortSignal,
): Promise<Trained<Chip, References>> {
  const stopOther = (error: unknown): never => {
    failure.abort(error);
    throw error;
  };
  const [ofChip, ofReferences] = await Promise.allSettled([
    chip().catch(stopOther),
    references().catch(stopOther),
  ]);
  // Where the user stops both, the chip's error says where it stopped; else the first failure says why.
  if (failure.signal.aborted && !stopped.aborted) throw failure.signal.reason;
  if (ofChip.status === 'rejected') throw ofChip.reason;
  if (ofReferences.status === 'rejected') throw ofReferences.reason;
  return { chip: ofChip.value, references: ofReferences.value };
}

/** Trains both. @param stopped by the user @throws what the first that failed throws */
export async function trainBoth<Chip, References>(
  sides: Sides<Chip, References>,
  order: SidesOrder,
  failure: AbortController,
  stopped: AbortSignal,
): Promise<Trained<Chip, References>> {
  switch (order) {
    case 'beside':
      return trainBeside(sides, failure, stopped);
    case 'chipFirst': {
      const chip = await sides.chip();
      return { chip, references: await sides.references() };
    }
    case 'referencesFirst': {
      const references = await sides.references();
      return { chip: await sides.chip(), references };
    }
  }
}
