import test from 'ava';
import { parseFigure, printFigure } from '../../../src/experiment/validation/figure.js';

test('figures are read in base units: µW, pJ, ns, mm², per cent, cycles', (t) => {
  t.deepEqual(parseFigure('477 uW'), { quantity: 'power', value: 477 });
  t.deepEqual(parseFigure('72 mW'), { quantity: 'power', value: 72_000 });
  t.deepEqual(parseFigure('1.33 mJ'), { quantity: 'energy', value: 1.33e9 });
  t.deepEqual(parseFigure('0.12 ms'), { quantity: 'time', value: 120_000 });
  t.deepEqual(parseFigure('0.086 mm2'), { quantity: 'area', value: 0.086 });
  t.deepEqual(parseFigure('16.8 %'), { quantity: 'percent', value: 16.8 });
  t.deepEqual(parseFigure('513 cycles'), { quantity: 'cycles', value: 513 });
});

test('text without a unit that can be compared is refused with those that can', (t) => {
  for (const text of ['477', '3 V', 'many cycles', '477 uX', '']) {
    t.throws(() => parseFigure(text), {
      instanceOf: RangeError,
      message:
        /^".*" is not a number with a unit that can be compared; allowed units are .*%, cycles, accesses$/,
    });
  }
});

test('figures are printed with the unit of their size', (t) => {
  t.is(printFigure({ quantity: 'power', value: 72_000 }), '72 mW');
  t.is(printFigure({ quantity: 'energy', value: 313_000 }), '313 nJ');
  t.is(printFigure({ quantity: 'percent', value: 16.8 }), '16.8 %');
  t.is(printFigure({ quantity: 'cycles', value: 513 }), '513 cycles');
});
