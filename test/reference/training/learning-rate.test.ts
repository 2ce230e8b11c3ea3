import test from 'ava';
import { LearningRate, type ScheduleSpec } from '../../../src/reference/training/learning-rate.js';
import { PlateauDetector } from '../../../src/reference/training/plateau.js';

/** η of epochs 1, 2, … for these training losses; the last loss is of an epoch after the last rate. */
function ratesOf(schedule: ScheduleSpec, losses: readonly number[]): number[] {
  const rate = new LearningRate(0.8, schedule);
  return losses.map((loss) => {
    const { current } = rate;
    rate.endEpoch(loss);
    return current;
  });
}

const flat = [1, 1, 1, 1, 1, 1];
const schedules: readonly (readonly [ScheduleSpec, readonly number[], readonly number[]])[] = [
  [{ name: 'constant' }, flat, [0.8, 0.8, 0.8, 0.8, 0.8, 0.8]],
  [{ name: 'step', everyEpochs: 2, factor: 0.5 }, flat, [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]],
  [{ name: 'exponential', factor: 0.5 }, flat, [0.8, 0.4, 0.2, 0.1, 0.05, 0.025]],
  // (1 + cos(π·e/4))/2 at e = 0…4, between 0.8 and 0.2; after half a period it rises again, as in PyTorch.
  [
    { name: 'cosine', epochs: 4, smallest: 0.2 },
    flat,
    [
      0.8,
      0.2 + 0.3 * (1 + Math.SQRT1_2),
      0.5,
      0.2 + 0.3 * (1 - Math.SQRT1_2),
      0.2,
      0.2 + 0.3 * (1 - Math.SQRT1_2),
    ],
  ],
  // The second and third of equal losses are more than one bad epoch: the fourth epoch has the lower rate.
  [{ name: 'plateau', factor: 0.1, patience: 1 }, flat, [0.8, 0.8, 0.8, 0.08, 0.08, 0.008]],
  [
    { name: 'plateau', factor: 0.1, patience: 1 },
    [6, 5, 4, 3, 2, 1],
    [0.8, 0.8, 0.8, 0.8, 0.8, 0.8],
  ],
];

for (const [schedule, losses, expected] of schedules) {
  test(`schedule ${JSON.stringify(schedule)} on losses ${losses.join()} gives PyTorch's rates`, (t) => {
    ratesOf(schedule, losses).forEach((rate, epoch) => {
      t.true(Math.abs(rate - (expected[epoch] ?? NaN)) < 1e-12, `${epoch}: ${rate}`);
    });
  });
}

test('an epoch counts as better below 0.9999 of the best only, as in PyTorch', (t) => {
  const tight = new PlateauDetector(0);
  t.deepEqual(
    [1, 0.9999, 0.99991, 0.9998, 0.5].map((loss) => tight.isPlateau(loss)),
    [false, true, true, false, false],
  );
});
