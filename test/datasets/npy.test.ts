import test from 'ava';
import fc from 'fast-check';

import { readNpyFeatures, readNpyLabels } from '../../src/datasets/npy.js';
import { InputError } from '../../src/units/input-error.js';
import { floatBytes, npyFile, npyFileWithHeader } from './file-writers.js';
import { holds } from '../support/holds.js';

// Format: NumPy enhancement proposal 1, "A Simple File Format for NumPy Arrays", version 1.0.

test('float32 features come back bit for bit (npy format)', (t) => {
  holds(
    t,
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 }),
      (values) => {
        const file = npyFile('<f4', [1, values.length], floatBytes(values, 4));
        t.deepEqual(readNpyFeatures(file, 'x').values, Float32Array.from(values));
      },
    ),
    { seed: 12, numRuns: 100 },
  );
});

test('float64 features are rounded once to float32', (t) => {
  const file = npyFile('<f8', [2, 1], floatBytes([0.1, -3], 8));
  // 0.1 to 24 significant bits is 13421773 · 2^−27.
  t.deepEqual([...readNpyFeatures(file, 'x').values], [13421773 * 2 ** -27, -3]);
});

test('features are read from any byte offset, aligned or not', (t) => {
  const file = npyFile('<f4', [1, 2], floatBytes([1.5, -2], 4));
  const shifted = Uint8Array.of(9, ...file).subarray(1);
  t.deepEqual([...readNpyFeatures(shifted, 'x').values], [1.5, -2]);
});

test('one to three dimensions after the samples become channels x height x width', (t) => {
  const bytes = new Uint8Array(24);
  const shapeOf = (shape: readonly number[]): readonly number[] =>
    readNpyFeatures(npyFile('|u1', shape, bytes), 'x').sampleShape;
  t.deepEqual(shapeOf([2, 12]), [1, 1, 12]);
  t.deepEqual(shapeOf([2, 3, 4]), [1, 3, 4]);
  t.deepEqual(shapeOf([1, 2, 3, 4]), [2, 3, 4]);
  for (const shape of [[24], [1, 1, 2, 3, 4]]) {
    t.throws(() => shapeOf(shape), {
      instanceOf: InputError,
      message: /^x: features have shape \([\d, ]+\); allowed are \(samples, inputs\)/,
    });
  }
});

for (const [type, itemBytes, values, position] of [
  ['<f4', 4, [0, 1, 2, 3, NaN, 5], 'sample 1, value 1'],
  ['<f4', 4, [0, 1, -Infinity, 3, 4, 5], 'sample 0, value 2'],
  ['<f8', 8, [0, 1, 2, 3, 4, 1e39], 'sample 1, value 2'],
] as const) {
  test(`a value that is no finite float32 is refused with its position: ${position} of ${type}`, (t) => {
    const file = npyFile(type, [2, 3], floatBytes(values, itemBytes));
    t.throws(() => readNpyFeatures(file, 'x'), {
      instanceOf: InputError,
      message: new RegExp(`^x: ${position} is NaN, infinite or beyond float32; allowed are finite`),
    });
  });
}

test('the largest float32 is accepted', (t) => {
  const largest = (2 - 2 ** -23) * 2 ** 127;
  const file = npyFile('<f8', [1, 1], floatBytes([largest], 8));
  t.is(readNpyFeatures(file, 'x').values[0], largest);
});

test('big-endian arrays and other types are refused with what is allowed', (t) => {
  for (const type of ['>f4', '>f8', '<i8', '|b1', '<f2']) {
    t.throws(() => readNpyFeatures(npyFile(type, [1, 1], new Uint8Array(8)), 'x'), {
      instanceOf: InputError,
      message: /^x: the array has type \S+; allowed are \|u1 .* little-endian; convert it/,
    });
  }
});

test('Fortran order is refused', (t) => {
  t.throws(() => readNpyFeatures(npyFile('|u1', [2, 2], new Uint8Array(4), 'True'), 'x'), {
    instanceOf: InputError,
    message: /^x: the array is in Fortran order; allowed is C order/,
  });
});

test('every shorter file is refused, and one byte too many', (t) => {
  const whole = npyFile('|u1', [2, 2], Uint8Array.of(1, 2, 3, 4));
  for (let length = 0; length < whole.length; length += 1) {
    t.throws(() => readNpyFeatures(whole.subarray(0, length), 'x'), { instanceOf: InputError });
  }
  t.throws(() => readNpyFeatures(whole.subarray(0, -1), 'x'), {
    message:
      /the file is cut off in record 1: 3 bytes follow the header, shape \(2, 2\) of \|u1 asks.* 4;/,
  });
  t.throws(() => readNpyFeatures(Uint8Array.of(...whole, 0), 'x'), {
    message: /the file has too many bytes: 5 bytes follow the header/,
  });
});

test('an array without values is refused', (t) => {
  t.throws(() => readNpyFeatures(npyFile('|u1', [0, 4], new Uint8Array(0)), 'x'), {
    instanceOf: InputError,
    message: /shape \(0, 4\) holds no value/,
  });
});

test('a header without type, order or shape is refused', (t) => {
  for (const header of [
    "{'fortran_order': False, 'shape': (1, 1), }",
    "{'descr': '|u1', 'shape': (1, 1), }",
    "{'descr': '|u1', 'fortran_order': False, }",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
  ]) {
    t.throws(() => readNpyFeatures(npyFileWithHeader(header, Uint8Array.of(1)), 'x'), {
      instanceOf: InputError,
      message: /^x: the npy header is cut off or not a plain array: .*; it must state descr/,
    });
  }
});

test('a file of another kind, or of npy version 2.0, is refused', (t) => {
  const version2 = npyFile('|u1', [1], Uint8Array.of(1));
  version2[6] = 2;
  for (const file of [version2, new TextEncoder().encode('1,2,3\n')]) {
    t.throws(() => readNpyLabels(file, 'x'), {
      instanceOf: InputError,
      message: /^x: the file \(\d+ bytes\) does not start as an npy file of version 1\.0/,
    });
  }
});

test('labels are uint8 of one dimension and nothing else', (t) => {
  t.deepEqual(
    readNpyLabels(npyFile('|u1', [3], Uint8Array.of(2, 0, 1)), 'y'),
    Uint8Array.of(2, 0, 1),
  );
  for (const file of [
    npyFile('|u1', [1, 3], Uint8Array.of(2, 0, 1)),
    npyFile('<f4', [1], floatBytes([1], 4)),
  ]) {
    t.throws(() => readNpyLabels(file, 'y'), {
      instanceOf: InputError,
      message: /^y: labels have type \S+ and shape \([\d, ]+\); allowed is \|u1/,
    });
  }
});
