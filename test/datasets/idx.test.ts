import test from 'ava';
import fc from 'fast-check';

import { readIdxImages, readIdxLabels } from '../../src/datasets/idx.js';
import { InputError } from '../../src/units/input-error.js';
import { idxFile } from './file-writers.js';
import { holds } from '../support/holds.js';

// Format: "The MNIST database of handwritten digits", FILE FORMATS: 2051 images, 2049 labels, sizes big-endian.

test('images keep their bytes and their shape, one channel (idx format)', (t) => {
  holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 255 }),
      (count, height, width, first) => {
        const pixels = Uint8Array.from({ length: count * height * width }, (_, i) => first + i);
        const block = readIdxImages(idxFile([count, height, width], pixels), 'images');
        t.deepEqual(block, {
          sampleShape: [1, height, width],
          values: pixels,
          defaultScale: 1 / 255,
        });
      },
    ),
    { seed: 11, numRuns: 50 },
  );
});

test('labels keep their bytes (idx format)', (t) => {
  t.deepEqual(readIdxLabels(idxFile([3], [7, 0, 255]), 'labels'), {
    values: Uint8Array.of(7, 0, 255),
    oneHotClassCount: null,
  });
});

test('every shorter file is refused as cut off, every longer one as too long', (t) => {
  const whole = idxFile([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  for (let length = 0; length < whole.length; length += 1) {
    t.throws(() => readIdxImages(whole.subarray(0, length), 'a/images'), {
      instanceOf: InputError,
      message: new RegExp(`^a/images: the file is cut off.* ${length} bytes.*get the file again$`),
    });
  }
  t.throws(() => readIdxImages(Uint8Array.of(...whole, 0), 'a/images'), {
    instanceOf: InputError,
    message: /has too many bytes: it holds 25 bytes.*2 x 2 x 2 images.*exactly 24/,
  });
});

test('labels in the place of images are refused by their magic number, and the other way round', (t) => {
  t.throws(() => readIdxImages(idxFile([1], [3]), 'x'), {
    instanceOf: InputError,
    message: /^x: magic number 2049 says labels; a file of images starts with 2051/,
  });
  t.throws(() => readIdxLabels(idxFile([1, 1, 1], [3]), 'x'), {
    instanceOf: InputError,
    message: /^x: magic number 2051 says images; a file of labels starts with 2049/,
  });
});

test('a file that is no idx file is refused by its magic number', (t) => {
  t.throws(() => readIdxLabels(new TextEncoder().encode('<html>'), 'x'), {
    instanceOf: InputError,
    message: /^x: magic number 1013478509 says neither images nor labels/,
  });
});

test('a dimension of 0 is refused', (t) => {
  t.throws(() => readIdxImages(idxFile([0, 28, 28], []), 'x'), {
    instanceOf: InputError,
    message: /0 x 28 x 28 images; every dimension must be at least 1/,
  });
});
