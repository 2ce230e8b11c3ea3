import test from 'ava';
import { possibleRates, rateOfEpoch } from '../../../src/experiment/file/epoch-rates.js';

test('a step schedule halves η after every second epoch', (t) => {
  const schedule = { name: 'step', everyEpochs: 2, factor: 0.5 } as const;
  const errors = [50, 40, 30, 20];
  const rates = errors.map((_, done) => rateOfEpoch(8, schedule, errors.slice(0, done)));
  t.deepEqual(rates, [8, 8, 4, 4]);
  t.deepEqual(possibleRates(8, schedule, 5), [8, 4, 2]);
});

test('a plateau of the training error lowers η: more epochs than patience that are not better', (t) => {
  const schedule = { name: 'plateau', factor: 0.5, patience: 1 } as const;
  t.is(rateOfEpoch(8, schedule, [50, 40, 40]), 8);
  t.is(rateOfEpoch(8, schedule, [50, 40, 40, 41]), 4);
  t.is(rateOfEpoch(8, schedule, [50, 40, 40, 39]), 8);
});

test('possible rates of a plateau are those of errors that never fall', (t) => {
  const schedule = { name: 'plateau', factor: 0.5, patience: 1 } as const;
  // Epoch 1 is the best; 2 and 3 complete a plateau, 4 and 5 the next.
  t.deepEqual(possibleRates(8, schedule, 5), [8, 4]);
  t.deepEqual(possibleRates(8, schedule, 6), [8, 4, 2]);
});

test('a constant rate is one rate, whatever the errors', (t) => {
  t.deepEqual(possibleRates(8, { name: 'constant' }, 100), [8]);
  t.is(rateOfEpoch(8, { name: 'constant' }, [1, 2, 3]), 8);
});
