import test from 'ava';

import { readCifarBatch } from '../../src/datasets/cifar.js';
import { InputError } from '../../src/units/input-error.js';
import { cifarFile } from './file-writers.js';

// Format: CIFAR-10 binary version: 1 byte label, 3072 bytes pixels, nothing between records.

test('records come apart into labels and pixels', (t) => {
  const { labels, values } = readCifarBatch(cifarFile([9, 0, 3]), 'batch');
  t.deepEqual(labels, Uint8Array.of(9, 0, 3));
  t.is(values.length, 3 * 3072);
  t.deepEqual([values[0], values[1], values[3071]], [0, 1, 3071 % 256]);
  t.deepEqual([values[2 * 3072], values[3 * 3072 - 1]], [2, (2 + 3071) % 256]);
});

test('a batch that is no whole number of records is refused', (t) => {
  const batch = cifarFile([1, 2]);
  for (const [length, leftOver] of [
    [0, 0],
    [1, 1],
    [3072, 3072],
    [3074, 1],
    [6145, 3072],
  ] as const) {
    t.throws(() => readCifarBatch(batch.subarray(0, length), 'batch'), {
      instanceOf: InputError,
      message: new RegExp(
        `^batch: the file holds ${length} bytes, ${leftOver} beyond.* 3073 bytes`,
      ),
    });
  }
});
