import test from 'ava';
import fc from 'fast-check';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import { dequantise, learnedParameters } from '../../src/mapping/dequantise.js';
import { quantiseAll } from '../../src/mapping/quantise.js';
import { parseFormat } from '../../src/numerics/format.js';
import { chipImage } from '../chip/images/chip-image.js';
import { holds } from '../support/holds.js';

test('a raw integer r stands for r·2^−F, also for negative F and more fraction than bits (spec §2.1)', (t) => {
  const reals = (format: string, ...raw: readonly number[]): readonly number[] => [
    ...dequantise(Int32Array.from(raw), parseFormat(format)),
  ];
  t.deepEqual(reals('s8.7', -128, 1, 127), [-1, 1 / 128, 127 / 128]);
  t.deepEqual(reals('u4.6', 15), [15 / 64]);
  t.deepEqual(reals('s4.-3', -8, 7), [-64, 56]);
});

test('an unsigned value of 32 bits is read as such, from a bit pattern and from a number', (t) => {
  const format = parseFormat('u32.31');
  t.deepEqual([...dequantise(Int32Array.of(-(2 ** 31)), format)], [1]);
  t.deepEqual([...dequantise(Float64Array.of(2 ** 31), format)], [1]);
});

test('dequantise undoes quantiseAll wherever a float32 holds the value', (t) => {
  holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: -10, max: 30 }),
      fc.boolean(),
      fc.array(fc.nat({ max: 2 ** 24 - 1 }), { maxLength: 20 }),
      (totalBits, fractionBits, isSigned, words) => {
        const format = { isSigned, totalBits, fractionBits };
        const lowest = isSigned ? -(2 ** (totalBits - 1)) : 0;
        const raw = Int32Array.from(words, (word) => lowest + (word % 2 ** totalBits));
        const spec = { format, rounding: 'nearest', overflow: 'saturate' } as const;
        t.deepEqual(quantiseAll(dequantise(raw, format), spec).raw, raw);
      },
    ),
    { seed: 1 },
  );
});

test('learned parameters are those of the state, B that of the image, in real values', (t) => {
  const image = chipImage([
    { weights: [1, 2, 3, 4], biases: [1, 2], feedback: [-8, 7, 1, 0], function: 'tanh' },
    { weights: [5, 6, 7, 8], biases: [3, 4], function: 'sigmoid' },
  ]);
  const chip = new OracleEngine(image);
  const [hidden, output] = learnedParameters(image, {
    ...chip.learnedState(),
    weightsRaw: image.layers.map(({ weightsRaw }) => weightsRaw.map(() => -3)),
    biasesRaw: image.layers.map(({ biasesRaw }) => biasesRaw.map(() => 5)),
  });
  // Weights and biases s6.3, B s4.2.
  t.true(hidden?.weights.every((weight) => weight === -3 / 8));
  t.true(hidden?.biases.every((bias) => bias === 5 / 8));
  t.deepEqual([...(hidden?.feedback ?? [])], [-2, 1.75, 0.25, 0]);
  t.is(output?.feedback, null);
  t.is(output?.weights.length, 4);
});
