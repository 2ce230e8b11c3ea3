import test from 'ava';

import { attempt } from '../../src/datasets/attempt.js';
import { InputError } from '../../src/units/input-error.js';

test('a result passes through and no problem is noted', async (t) => {
  const problems: string[] = [];
  t.is(await attempt(problems, () => 7), 7);
  t.deepEqual(problems, []);
});

test('wrong input is noted by its message, thrown or rejected', async (t) => {
  const problems: string[] = [];
  const thrown = await attempt(problems, () => {
    throw new InputError('first');
  });
  t.is(thrown, null);
  t.is(await attempt(problems, () => Promise.reject(new InputError('second'))), null);
  t.deepEqual(problems, ['first', 'second']);
});

test('a defect of the program is not taken for wrong input', async (t) => {
  const problems: string[] = [];
  const defect = new TypeError('defect');
  t.is(await t.throwsAsync(attempt(problems, () => Promise.reject(defect))), defect);
  t.deepEqual(problems, []);
});
