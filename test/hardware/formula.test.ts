import test from 'ava';
import fc from 'fast-check';
import { generalFunctions } from '../../src/hardware/formula-functions.js';
import {
  deepestFormula,
  type FormulaScope,
  longestFormula,
  parseFormula,
} from '../../src/hardware/formula.js';
import { physical, plain } from '../../src/hardware/physical-value.js';

const scope: FormulaScope = {
  variables: new Map([
    ['bits', plain(16)],
    ['voltage', physical(0.8, 'voltage')],
    ['clockPeriod', physical(10, 'time')],
  ]),
  functions: new Map(generalFunctions),
};

function valueOf(text: string): number {
  return parseFormula(text).evaluate(scope).value;
}

test('a formula computes with numbers, units, variables, parentheses and + − * / ^', (t) => {
  t.is(valueOf('0.2 pJ * (bits / 8)^2'), 0.8);
  t.is(valueOf('1 nJ - 2 * 250 pJ'), 500);
  t.is(valueOf('-(3 pJ) + 4 pJ'), 1);
  t.is(valueOf('+3'), 3);
  t.is(
    valueOf('min(3, bits, 5) + max(2 pJ, 1 pJ) / (1 pJ) + ceil(0.2) + log2(bits) + sqrt(9)'),
    13,
  );
});

test('units combine: power × time, capacitance × voltage² and energy / voltage² × voltage² are energies', (t) => {
  const energy = [1, 0, 0, 0];
  const cases: [string, number][] = [
    ['5 uW * clockPeriod', 0.05],
    ['2 mW / (100 MHz)', 20],
    ['2 pF * voltage^2', 1.28],
    ['4 pJ * (voltage / (400 mV))^2', 16],
  ];
  for (const [text, expectedPj] of cases) {
    const { value, dimension } = parseFormula(text).evaluate(scope);
    t.true(Math.abs(value - expectedPj) < 1e-12, text);
    t.deepEqual([...dimension], energy, text);
  }
});

test('what is not arithmetic on known names is refused, and nothing of it runs', (t) => {
  const cases: [string, RegExp][] = [
    ['import("fs")', /"import" is not a function of formulas; allowed are ceil, log2, max/],
    ['evaluate("1+1")', /"evaluate" is not a function/],
    ['createUnit("x")', /"createUnit" is not a function/],
    ['constructor(1)', /"constructor" is not a function/],
    ['cos.constructor("return 1")()', /not allowed|not a function|not a formula/],
    ['bits.constructor', /is not allowed/],
    ['bits["constructor"]', /is not allowed/],
    ['x = 3', /is not allowed/],
    ['f(x) = x', /is not allowed/],
    ['bits; 3', /is not allowed/],
    ['bits > 3 ? 1 : 2', /is not allowed/],
    ['1:3', /is not allowed/],
    ['[1, 2]', /is not allowed/],
    ['{a: 1}', /is not allowed/],
    ['"text"', /not a finite number/],
    ['true', /not a finite number/],
    ['Infinity', /Infinity/],
    ['1e999', /not a finite number/],
    ['bits!', /uses !/],
    ['bits mod 3', /uses mod/],
    ['bits > 3', /is not allowed|uses >/],
    ['3 pJ to nJ', /uses to/],
    ['capacity', /"capacity" is neither a unit nor a variable here; variables here are bits/],
    ['bit5', /neither a unit nor a variable.*did you mean "bits"\?/],
    ['__proto__', /neither a unit nor a variable/],
    ['3 +', /is not a formula: /],
    ['', /not a finite number|is not a formula/],
    ['1 pJ + 1 V', /adds pJ and V; both sides need the same unit/],
    ['2^(1 pJ)', /exponent in pJ; exponents are numbers/],
    ['1 / 0', /no finite value/],
    ['sqrt(4 pJ)', /sqrt: argument 1 is in pJ, it must be in a number/],
    ['sqrt(1, 2)', /sqrt takes 1 arguments, 2 are given/],
    ['min()', /min takes at least one argument/],
    ['max(1 pJ, 2)', /max: argument 2 is in a number, it must be in pJ/],
  ];
  for (const [text, message] of cases) {
    t.throws(() => valueOf(text), { instanceOf: RangeError, message }, text);
  }
});

test('length and nesting of a formula are bounded', (t) => {
  const nested = (levels: number): string => '('.repeat(levels) + '1' + ')'.repeat(levels);
  t.is(valueOf(nested(deepestFormula)), 1);
  t.throws(() => valueOf(nested(deepestFormula + 1)), { message: /nested deeper than 24/ });
  t.is(valueOf('1'.padEnd(longestFormula)), 1);
  t.throws(() => parseFormula('1'.padEnd(longestFormula + 1)), { message: /401 characters/ });
  t.throws(() => parseFormula(nested(1_000_000)), { instanceOf: RangeError });
});

test('any text is either a finite value or a RangeError, never another error', (t) => {
  const alphabet = fc.constantFrom(
    ...['1', '2.5', 'bits', 'pJ', 'V', '+', '-', '*', '/', '^', '(', ')', '.', ',', 'sqrt', '='],
    ...['[', ']', '{', '}', '"', ';', ' ', 'min', '!', 'i', 'e', '%', '#', "'", '\n', '$'],
  );
  const text = fc.array(alphabet, { maxLength: 14 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (formula) => {
      try {
        t.true(Number.isFinite(valueOf(formula)));
      } catch (error) {
        t.true(error instanceof RangeError, formula);
      }
    }),
    { seed: 3, numRuns: 2000 },
  );
});
