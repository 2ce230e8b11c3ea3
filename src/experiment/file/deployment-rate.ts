import type { ChipImage } from '../../chip/image/chip-image.js';
import { cycleRows } from '../../chip/counts/cycles.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import type { InputTime } from './input-time.js';
import { type Deployment, maximumRate } from './deployment.js';

/** Cycles of a sample without any event: no sample takes fewer. */
async function fewestCycles(image: ChipImage): Promise<Readonly<Record<RunKind, number>>> {
  // The engines are loaded where a rate is checked: not every command has one.
  const { makeFastEngine } = await import('../../chip/engines.js');
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

/** Cycles of layer 1 on the events of a sample and in wait for them: they are known, how active other layers are is not. */
function inputCycles(inputTime: InputTime, run: RunKind): number {
  if (inputTime === null) return 0;
  const { waitCycles, eventCycles } = inputTime[run];
  return waitCycles + eventCycles;
}

/** Never more than the figure: what is printed is allowed. */
function printRate(figure: number): string {
  if (figure <= 0) return '0';
  if (figure >= 1000) return String(Math.floor(figure));
  const digits = 10 ** (2 - Math.floor(Math.log10(figure)));
  return String(Math.floor(figure * digits) / digits);
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
  inputTime: InputTime,
): Promise<void> {
  const fewest = await fewestCycles(image);
  const latencyUs = {
    inference: (fewest.inference + inputCycles(inputTime, 'inference')) / clockMhz,
    training: (fewest.training + inputCycles(inputTime, 'training')) / clockMhz,
  };
  const maximum = maximumRate(latencyUs, trainingFraction);
  if (samplesPerSecond <= maximum) return;
  const stated = `${samplesPerSecond} samples a second is more than the chip can do`;
  if (inputTime === null) {
    throw new RangeError(
      `${stated}: at most ${printRate(maximum)} of this mix, even if no sample had an event; state a lower rate, or use a faster clock`,
    );
  }
  const lastUs = inputTime.training.durationCycles / clockMhz;
  throw new RangeError(
    `${stated}: at most ${printRate(maximum)} of this mix, for the last event of a training sample comes ${printRate(lastUs)} µs after its beginning on average; state a lower rate`,
  );
}
