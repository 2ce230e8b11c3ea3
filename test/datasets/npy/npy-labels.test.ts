import test from 'ava';

import { areFlattenedRows, readNpyLabels } from '../../../src/datasets/npy/npy-labels.js';
import { InputError } from '../../../src/units/input-error.js';
import { floatBytes, npyFile } from '../file-writers.js';

/** Whole numbers of an integer type, little-endian. */
function integerBytes(values: readonly number[], itemBytes: number): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) =>
      Array.from({ length: itemBytes }, (_, byte) =>
        Number(BigInt.asUintN(8, BigInt(value) >> BigInt(8 * byte))),
      ),
    ),
  );
}

for (const type of ['|u1', '|i1', '<u2', '<i2', '<u4', '<i4', '<u8', '<i8']) {
  test(`labels of ${type} are simply read, as a row or a column`, (t) => {
    const bytes = integerBytes([2, 0, 1], Number(type.slice(2)));
    for (const shape of [[3], [3, 1]]) {
      for (const order of ['False', 'True'] as const) {
        t.deepEqual(readNpyLabels(npyFile(type, shape, bytes, order), 'y'), {
          values: Uint8Array.of(2, 0, 1),
          oneHotClassCount: null,
        });
      }
    }
  });
}

test('truth values and whole floats are labels too', (t) => {
  const truths = npyFile('|b1', [3], Uint8Array.of(1, 0, 1));
  t.deepEqual(readNpyLabels(truths, 'y').values, Uint8Array.of(1, 0, 1));
  const floats = npyFile('<f8', [3], floatBytes([2, 0, 1], 8));
  t.deepEqual(readNpyLabels(floats, 'y').values, Uint8Array.of(2, 0, 1));
});

test('one-hot rows are labels, with as many classes as columns, by row and by column', (t) => {
  const expected = { values: Uint8Array.of(1, 0), oneHotClassCount: 3 };
  t.deepEqual(
    readNpyLabels(npyFile('|u1', [2, 3], Uint8Array.of(0, 1, 0, 1, 0, 0)), 'y'),
    expected,
  );
  const byColumn = npyFile('<f4', [2, 3], floatBytes([0, 1, 1, 0, 0, 0], 4), 'True');
  t.deepEqual(readNpyLabels(byColumn, 'y'), expected);
});

test('rows that are not one-hot are refused with the sample and argmax', (t) => {
  for (const [row, shown] of [
    [[0.25, 0.75, 0], '0.25, 0.75, 0'],
    [[0, 1, 1], '0, 1, 1'],
    [[0, 0, 0], '0, 0, 0'],
    [[-1, 1, -1], '-1, 1, -1'],
  ] as const) {
    const file = npyFile('<f4', [2, 3], floatBytes([0, 0, 1, ...row], 4));
    t.throws(() => readNpyLabels(file, 'y'), {
      instanceOf: InputError,
      message: `y: the label of sample 1 is the row (${shown}); a row must be one-hot: 1 for the class, 0 for every other; write the number of the class with y.argmax(axis=1)`,
    });
  }
});

test('a single row of class numbers is refused with ravel', (t) => {
  t.throws(() => readNpyLabels(npyFile('|u1', [1, 3], Uint8Array.of(2, 0, 1)), 'y'), {
    instanceOf: InputError,
    message: /if these are the class numbers of as many samples, save them with \.ravel\(\)$/,
  });
});

test('numbers that are no class are refused with the sample and what to do', (t) => {
  for (const [values, wrong, remedy] of [
    [[0, -1], 'sample 1 is -1', /numpy\.searchsorted\(numpy\.unique\(train_y\), y\)$/],
    [[0, 256], 'sample 1 is 256', /numpy\.searchsorted\(numpy\.unique\(train_y\), y\)$/],
    [[0.5, 1], 'sample 0 is 0.5', /numpy\.searchsorted\(numpy\.unique\(train_y\), y\)$/],
    [[NaN, 1], 'sample 0 is NaN', /correct or leave out that sample$/],
  ] as const) {
    const error = t.throws(() => readNpyLabels(npyFile('<f8', [2], floatBytes(values, 8)), 'y'), {
      instanceOf: InputError,
    });
    t.true(
      error.message.startsWith(`y: label of ${wrong}; allowed are whole numbers from 0 to 255;`),
    );
    t.regex(error.message, remedy);
  }
  const many = Array.from({ length: 300 }, (_, index) => index / 2);
  t.throws(() => readNpyLabels(npyFile('<f8', [300], floatBytes(many, 8)), 'y'), {
    instanceOf: InputError,
    message: /sample 1 is 0\.5; .*there are 300 different labels, .*numpy\.digitize$/,
  });
});

test('labels of three dimensions, or of more than 256 columns, are refused', (t) => {
  t.throws(() => readNpyLabels(npyFile('|u1', [1, 2, 2], new Uint8Array(4)), 'y'), {
    instanceOf: InputError,
    message: /^y: labels have shape \(1, 2, 2\); allowed are \(samples\)/,
  });
  t.throws(() => readNpyLabels(npyFile('|u1', [1, 257], new Uint8Array(257)), 'y'), {
    instanceOf: InputError,
    message: 'y: labels have 257 columns, one per class; allowed are 256 classes',
  });
});

test('one-hot rows one after the other are told from class numbers', (t) => {
  t.true(areFlattenedRows(Uint8Array.of(0, 1, 1, 0), 2));
  t.false(areFlattenedRows(Uint8Array.of(0, 1, 1, 1), 2));
  t.false(areFlattenedRows(Uint8Array.of(0, 1), 2));
  t.false(areFlattenedRows(Uint8Array.of(0, 1, 0), 2));
});
