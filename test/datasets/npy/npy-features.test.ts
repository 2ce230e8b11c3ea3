import test from 'ava';
import fc from 'fast-check';

import { readNpyFeatures } from '../../../src/datasets/npy/npy-features.js';
import { InputError } from '../../../src/units/input-error.js';
import { floatBytes, npyFile, npyFileWithHeader } from '../file-writers.js';
import { holds } from '../../support/holds.js';

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

for (const [type, itemBytes, values, position, fault] of [
  ['<f4', 4, [0, 1, 2, 3, NaN, 5], 'sample 1, value 1', 'NaN'],
  ['<f4', 4, [0, 1, -Infinity, 3, 4, 5], 'sample 0, value 2', 'infinite'],
  ['<f8', 8, [0, 1, 2, 3, 4, 1e39], 'sample 1, value 2', '1e\\+39, beyond float32'],
] as const) {
  test(`a value that is no finite float32 is refused with its position: ${position} of ${type}`, (t) => {
    const file = npyFile(type, [2, 3], floatBytes(values, itemBytes));
    t.throws(() => readNpyFeatures(file, 'x'), {
      instanceOf: InputError,
      message: new RegExp(`^x: ${position} is ${fault}; allowed are finite`),
    });
  });
}

test('the largest float32 is accepted', (t) => {
  const largest = (2 - 2 ** -23) * 2 ** 127;
  const file = npyFile('<f8', [1, 1], floatBytes([largest], 8));
  t.is(readNpyFeatures(file, 'x').values[0], largest);
});

/** Bytes of whole numbers of any type, little-endian. */
const integerTypes: readonly (readonly [type: string, bytes: readonly number[], value: number])[] =
  [
    ['|b1', [1], 1],
    ['|i1', [0xfe], -2],
    ['<u2', [0x34, 0x12], 0x1234],
    ['<i2', [0xfe, 0xff], -2],
    ['<u4', [1, 0, 1, 0], 65_537],
    ['<i4', [0xfe, 0xff, 0xff, 0xff], -2],
    ['<u8', [1, 0, 1, 0, 0, 0, 0, 0], 65_537],
    ['<i8', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -2],
  ];

for (const [type, bytes, value] of integerTypes) {
  test(`features of ${type} stand for themselves, of either byte order (dataset.scale)`, (t) => {
    const little = readNpyFeatures(npyFile(type, [1, 1], Uint8Array.from(bytes)), 'x');
    const big = npyFile(type.replace('<', '>'), [1, 1], Uint8Array.from(bytes).reverse());
    t.deepEqual([...little.values], [value]);
    t.deepEqual([...readNpyFeatures(big, 'x').values], [value]);
    t.is(little.defaultScale, 1);
  });
}

test('unsigned bytes stand for value / 255 unless something else is stated (dataset.scale)', (t) => {
  const { values, defaultScale } = readNpyFeatures(npyFile('|u1', [1, 1], Uint8Array.of(7)), 'x');
  t.deepEqual(values, Uint8Array.of(7));
  t.is(defaultScale, 1 / 255);
});

test('half precision is read: normal, subnormal and negative numbers (IEEE 754 binary16)', (t) => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000);
  const file = npyFile('<f2', [1, 5], new Uint8Array(halves.buffer));
  t.deepEqual([...readNpyFeatures(file, 'x').values], [1, -2, 2 ** -24, 65_504, -0]);
  const infinite = npyFile('<f2', [1, 1], Uint8Array.of(0, 0x7c));
  t.throws(() => readNpyFeatures(infinite, 'x'), { message: /value 0 is infinite/ });
});

test('types that are no numbers are refused with what is allowed', (t) => {
  for (const type of ['|O', '<U3', '<c8', '<f16', '|S2', '<M8[us]']) {
    t.throws(() => readNpyFeatures(npyFile(type, [1, 1], new Uint8Array(8)), 'x'), {
      instanceOf: InputError,
      message: /^x: the array has type \S+; allowed are bool, integers and floats .*; convert it/,
    });
  }
});

test('an array with named fields is refused with how to make them columns', (t) => {
  const header = "{'descr': [('t', '<i8'), ('x', '<i2')], 'fortran_order': False, 'shape': (1,), }";
  t.throws(() => readNpyFeatures(npyFileWithHeader(header, new Uint8Array(10)), 'x'), {
    instanceOf: InputError,
    message:
      "x: the array has named fields ('t', 'x'), allowed is a plain one; make the fields columns with numpy.stack([a[name] for name in ('t', 'x',)], axis=1), in the order that the format asks for",
  });
});

test('an array by column is the same as the one by row (npy format, fortran_order)', (t) => {
  // Shape (2, 3): rows 1 2 3 and 4 5 6.
  for (const [type, bytes] of [
    ['|u1', Uint8Array.of(1, 4, 2, 5, 3, 6)],
    ['<f4', floatBytes([1, 4, 2, 5, 3, 6], 4)],
  ] as const) {
    t.deepEqual(
      [...readNpyFeatures(npyFile(type, [2, 3], bytes, 'True'), 'x').values],
      [1, 2, 3, 4, 5, 6],
    );
  }
  // Shape (2, 2, 3): value of sample a, row b, column c is 100a + 10b + c.
  const byColumn = [0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112];
  const file = npyFile('|u1', [2, 2, 3], Uint8Array.from(byColumn), 'True');
  t.deepEqual(
    [...readNpyFeatures(file, 'x').values],
    [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112],
  );
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
    t.throws(() => readNpyFeatures(file, 'x'), {
      instanceOf: InputError,
      message: /^x: the file \(\d+ bytes\) does not start as an npy file of version 1\.0/,
    });
  }
});
