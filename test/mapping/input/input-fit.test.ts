import test from 'ava';
import { fitInputs } from '../../../src/mapping/input/input-fit.js';
import { parseFormat, printFormat } from '../../../src/numerics/format.js';

function fit(features: Uint8Array | Float32Array, format: string, featureScale = 1) {
  const table = { inputCount: 1, features, featureScale, labels: new Uint8Array(features.length) };
  return fitInputs(table, parseFormat(format));
}

test('full white, one step beyond u8.8, is no loss', (t) => {
  const { outsideCount, isLost, highest } = fit(Uint8Array.from([0, 128, 255]), 'u8.8', 1 / 255);
  t.deepEqual({ outsideCount, isLost, highest }, { outsideCount: 0, isLost: false, highest: 1 });
});

test('a single negative value in an unsigned format is a lost sign, and the format that fits has a sign', (t) => {
  const features = new Float32Array(1000).fill(0.5);
  features[7] = -0.75;
  const { lostSignCount, outsideCount, isLost, fittingFormat } = fit(features, 'u8.8');
  t.deepEqual([lostSignCount, outsideCount, isLost], [1, 1, true]);
  t.is(fittingFormat === null ? '' : printFormat(fittingFormat), 's8.8');
});

test('values above the range are outside, and the finest format that holds 99 % of them fits', (t) => {
  const features = Float32Array.from({ length: 1000 }, (_, index) => (index < 985 ? 3 : 9));
  const { outsideCount, lostSignCount, isLost, fittingFormat } = fit(features, 'u8.8');
  t.deepEqual([outsideCount, lostSignCount, isLost], [1000, 0, true]);
  // 1.5 % of the values are 9: u8.5 ends at 8.
  t.is(fittingFormat === null ? '' : printFormat(fittingFormat), 'u8.4');
});

test('at most 1 % of values outside an unsigned format are no warning', (t) => {
  const features = Float32Array.from({ length: 1000 }, (_, index) => (index < 990 ? 0.5 : 9));
  t.false(fit(features, 'u8.8').isLost);
});
