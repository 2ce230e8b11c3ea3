import test from 'ava';
import fc from 'fast-check';
import {
  hexText,
  memoryFile,
  numberFile,
  packRows,
  valueFile,
  wordsPerRow,
} from '../../../src/experiment/vectors/memory-words.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { holds } from '../../support/holds.js';

test('the lowest column lies in the lowest bits, a row begins with a new word, what is left of a word is 0 (spec §10)', (t) => {
  const layout = { wordBits: 10, valueBits: 4, valuesPerWord: 2, columnCount: 3 };
  // Rows (1, −1, 2) and (−8, 7, 0): −1 is f, −8 is 8; 10 bits are three digits.
  const words = packRows([1, -1, 2, -8, 7, 0], layout);
  t.deepEqual(words, [0xf1n, 0x2n, 0x78n, 0x0n]);
  t.is(hexText(words, layout.wordBits), '0f1\n002\n078\n000\n');
  t.is(wordsPerRow(layout), 2);
});

test('column c of row r lies in word r·⌈columns/P⌉ + ⌊c/P⌋ at bits (c mod P)·B (spec §10)', (t) => {
  const layouts = fc.record({
    valueBits: fc.integer({ min: 1, max: 32 }),
    valuesPerWord: fc.integer({ min: 1, max: 9 }),
    columnCount: fc.integer({ min: 1, max: 20 }),
    rowCount: fc.integer({ min: 1, max: 4 }),
  });
  const property = fc.property(
    layouts,
    fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
    (shape, parts) => {
      const { valueBits, valuesPerWord, columnCount, rowCount } = shape;
      const span = 2 ** valueBits;
      const values = [...parts.take(rowCount * columnCount)].map(
        (part) => Math.min(Math.floor(part * span), span - 1) - span / 2,
      );
      const words = packRows(values, { ...shape, wordBits: valueBits * valuesPerWord });
      const perRow = Math.ceil(columnCount / valuesPerWord);
      t.is(words.length, rowCount * perRow);
      for (const [index, value] of values.entries()) {
        const row = Math.floor(index / columnCount);
        const column = index % columnCount;
        const word = words[row * perRow + Math.floor(column / valuesPerWord)] ?? 0n;
        const bits = word >> BigInt((column % valuesPerWord) * valueBits);
        t.is(Number(BigInt.asIntN(valueBits, bits)), value);
      }
    },
  );
  holds(t, property, { seed: 11, numRuns: 200 });
});

test('a file knows the width and the format of its values (spec §10)', (t) => {
  const weights = { wordBits: 16, valuesPerWord: 2, columnCount: 2, format: parseFormat('s8.7') };
  const memory = memoryFile('layer1/synapses.hex', 'weights', [-1, 1], weights);
  t.deepEqual(memory.words, [0x01ffn]);
  t.is(memory.format, 's8.7');
  t.is(memory.layout.valueBits, 8);
  const list = valueFile('delta.hex', 'δz', [-1, 1], parseFormat('s6.5'), 2);
  t.is(hexText(list.words, list.layout.wordBits), '3f\n01\n');
  const lanes = numberFile('lanes.hex', 'generators', [2 ** 32 - 1, 1], 32);
  t.is(hexText(lanes.words, lanes.layout.wordBits), 'ffffffff\n00000001\n');
  t.is(lanes.format, null);
});
