import type { ChipImage } from '../../chip/image/chip-image.js';
import { cycleRows } from '../../chip/counts/cycles.js';
import { makeFastEngine } from '../../chip/engines.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { type Deployment, maximumRate } from './deployment.js';

/** Cycles of a sample without any event: no sample takes fewer. */
async function fewestCycles(image: ChipImage): Promise<Readonly<Record<RunKind, number>>> {
  const idle = (await makeFastEngine(image)).activity();
  const cyclesOf = (run: RunKind): number => {
    const oneSample = idle
      .filter((activity) => activity.run === run && activity.isMeasuring !== true)
      .map((activity) => ({ ...activity, sampleCount: 1 }));
    const leakage = cycleRows(image, oneSample).filter(
      ({ componentAction }) => componentAction === 'leakage.cycle',
    );
    // Every core in use leaks through all cycles of the sample (docs/spec.md §5).
    return Math.max(0, ...leakage.map(({ count }) => count));
  };
  return { inference: cyclesOf('inference'), training: cyclesOf('training') };
}

/**
 * Refuses before anything is trained what no data could make possible. How many events samples have is known after the
 * run only; the record then has the maximum for them.
 * @throws RangeError, a sentence with the maximum
 */
export async function checkRate(
  { samplesPerSecond, trainingFraction }: Deployment,
  image: ChipImage,
  clockMhz: number,
): Promise<void> {
  const { inference, training } = await fewestCycles(image);
  const latencyUs = { inference: inference / clockMhz, training: training / clockMhz };
  const maximum = Math.floor(maximumRate(latencyUs, trainingFraction));
  if (samplesPerSecond > maximum) {
    throw new RangeError(
      `${samplesPerSecond} samples a second is more than the chip can do: at most ${maximum} of this mix, even if no sample had an event; state a lower rate, or use a faster clock`,
    );
  }
}
