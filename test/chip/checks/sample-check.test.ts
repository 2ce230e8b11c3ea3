import test from 'ava';
import type { RuleSpec } from '../../../src/chip/image/chip-image.js';
import { checkSampleIndices, checkSamples } from '../../../src/chip/checks/sample-check.js';
import { parseFormat } from '../../../src/numerics/format.js';
import { samples, smallDefp } from '../images/chip-image.js';

const layer = { inputCount: 2, inputFormat: parseFormat('s4.2') };

test('samples of the right shape, range and classes pass', (t) => {
  t.notThrows(() => {
    checkSamples(samples([-8, 7, 0, 1], [0, 2]), layer, 3);
    checkSamples(samples([], []), layer, 3);
  });
});

const refused: readonly [string, readonly number[], readonly number[], RegExp][] = [
  ['a missing value', [1, 2, 3], [0, 1], /2 labels need 2 × 2 input values, there are 3/],
  ['a value above the format', [0, 8], [0], /input value 8 at index 1 is outside -8\.\.7/],
  ['a value below the format', [-9, 0], [0], /input value -9 at index 0 is outside -8\.\.7/],
  ['an unknown class', [1, 2, 3, 4], [0, 3], /label 3 of sample 1 is outside 0\.\.2/],
];
for (const [name, inputs, labels, message] of refused) {
  test(`samples with ${name} are refused with place, value and limit`, (t) => {
    t.throws(
      () => {
        checkSamples(samples(inputs, labels), layer, 3);
      },
      { instanceOf: RangeError, message },
    );
  });
}

test('places of samples are needed, and checked, where the rule keeps an error a sample (spec §2.9)', (t) => {
  const check = (places: readonly number[] | undefined, rule: RuleSpec) => {
    checkSampleIndices(samples([1, 2, 3, 4], [0, 2], places), rule);
  };
  t.notThrows(() => {
    check([2, 0], smallDefp('error', 3));
    check([1, 1], smallDefp('fullVector', 3));
    check(undefined, smallDefp('aggregated', 3));
    check([9], { kind: 'drtp' });
    checkSampleIndices(samples([], []), smallDefp('error', 3));
  });
  t.throws(
    () => {
      check(undefined, smallDefp('error', 3));
    },
    { instanceOf: RangeError, message: /2 samples have 0 sampleIndices; rule defp, variant error/ },
  );
  t.throws(
    () => {
      check([1], smallDefp('loss', 3));
    },
    { instanceOf: RangeError, message: /2 samples have 1 sampleIndices; rule defp, variant loss/ },
  );
  t.throws(
    () => {
      check([2, 3], smallDefp('error', 3));
    },
    { instanceOf: RangeError, message: /index 3 of sample 1 is outside 0\.\.2/ },
  );
});
