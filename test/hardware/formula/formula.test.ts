import test from 'ava';
import fc from 'fast-check';
import * as mathjs from 'mathjs';
import { generalFunctions } from '../../../src/hardware/formula/formula-functions.js';
import {
  deepestFormula,
  type FormulaScope,
  longestFormula,
  parseFormula,
} from '../../../src/hardware/formula/formula.js';
import { readPlainFormula } from '../../../src/hardware/formula/plain-formula.js';
import { physical, plain } from '../../../src/hardware/formula/physical-value.js';
import { holds } from '../../support/holds.js';

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

test('of all that mathjs can do a formula can call five functions', (t) => {
  const names = Object.keys(mathjs).filter((name) => /^[a-z]\w*$/i.test(name));
  t.true(names.length > 300);
  const callable = names.filter((name) => {
    try {
      parseFormula(`${name}(1)`).evaluate(scope);
      return true;
    } catch (error) {
      t.true(error instanceof RangeError, name);
      return false;
    }
  });
  t.deepEqual(callable.sort(), ['ceil', 'log2', 'max', 'min', 'sqrt']);
});

test('no way out of a formula: property chains, prototypes, assignments, side channels', (t) => {
  const hostile = [
    ...[
      'sqrt.constructor("return process")()',
      'sqrt["constructor"]',
      'bits.toString()',
      'sqrt.call(1)',
    ],
    ...[
      'valueOf()',
      'toString()',
      'hasOwnProperty("a")',
      '__proto__(1)',
      'constructor',
      'prototype',
    ],
    ...['bits = 9; bits', 'bits[1]', 'bits[1] = 2', 'a.b = 1', 'f(x) = f(x)', 'f = sqrt', 'x -> x'],
    ...[
      'import({a: 1})',
      'config({})',
      'typed("f")',
      'parser()',
      'compile("1")',
      'simplify("1+1")',
    ],
    ...[
      'derivative("x^2", "x")',
      'unit("1 m")',
      'createUnit("pJ", "9 J")',
      'chain(1)',
      'reviver()',
    ],
    ...[
      '1:1000000000',
      'zeros(100000, 100000)',
      '[1, 2, 3]',
      '{a: 1}',
      '"text"',
      "'text'",
      '`text`',
    ],
    ...['1 + "1"', 'random()', 'now()', 'process', 'globalThis', 'require("fs")', 'this', 'end'],
    ...[
      '2 in to bits',
      'bits?.x',
      'bits & 1',
      'bits | 1',
      '~bits',
      'bits << 40',
      'not bits',
      'bits xor 1',
    ],
    ...[
      'bits ? 1 : 2',
      "bits'",
      'bits .* 2',
      '1; 2',
      '1\n2',
      '1i',
      'NaN',
      'null',
      'undefined',
      'true',
    ],
    ...['9^9^9^9', '170!', '1e400', '1 / (bits - bits)', '\u0000', 'ｓqrt(4)', 'sqrt(4', 'sqrt 4)'],
  ];
  for (const formula of hostile)
    t.throws(() => valueOf(formula), { instanceOf: RangeError }, formula);
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
  holds(
    t,
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

/** Formulas of the language, and a few that are none. */
const drawnFormula = fc.letrec<{ sum: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    {
      weight: 8,
      arbitrary: fc.constantFrom('3', '0.25', '1e3', '0.2 pJ', 'bits', 'voltage', 'nJ'),
    },
    { weight: 1, arbitrary: fc.constantFrom('1.', '.5', '2pJ', '0x10', 'true', 'f(1)') },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('max', 'min'), tie('sum'), tie('sum'))
        .map(([name, one, other]) => `${name}(${one}, ${other})`),
    },
    { weight: 2, arbitrary: tie('sum').map((sum) => `sqrt(${sum})`) },
    { weight: 3, arbitrary: tie('sum').map((sum) => `(${sum})`) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom('-', '+', '- '), tie('part')).map((two) => two.join('')),
    },
    { weight: 2, arbitrary: fc.tuple(tie('part'), tie('part')).map((two) => two.join('^')) },
    { weight: 1, arbitrary: fc.tuple(tie('part'), tie('part')).map((two) => two.join(' ')) },
  ),
  sum: fc
    .array(fc.tuple(fc.constantFrom(' + ', '-', ' * ', '/', ' / '), tie('part')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.flat().slice(1).join('')),
})).sum;

/** What mathjs makes of a formula with numbers for all names. */
function byMathjs(text: string): number | null {
  const numbers = { bits: 16, voltage: 0.8, pJ: 1, nJ: 1000, max: Math.max, min: Math.min };
  try {
    const value: unknown = mathjs.evaluate(text, { ...numbers, sqrt: Math.sqrt, ceil: Math.ceil });
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}

test('a plain formula is what it is to mathjs: value, and names (property)', (t) => {
  const numbers: FormulaScope = {
    variables: new Map(
      Object.entries({ bits: 16, voltage: 0.8, pJ: 1, nJ: 1000 }).map(([name, value]) => [
        name,
        plain(value),
      ]),
    ),
    functions: new Map(
      Object.entries<(...values: number[]) => number>({
        max: Math.max,
        min: Math.min,
        sqrt: (...[value = NaN]) => Math.sqrt(value),
        ceil: (...[value = NaN]) => Math.ceil(value),
      }).map(([name, of]) => [name, (values) => plain(of(...values.map(({ value }) => value)))]),
    ),
  };
  let plainCount = 0;
  holds(
    t,
    fc.property(drawnFormula, (text) => {
      const root = readPlainFormula(text, deepestFormula);
      if (root === null || text.length > longestFormula) return true;
      plainCount += 1;
      const { names, evaluate } = parseFormula(text);
      const expected = byMathjs(text);
      if (expected === null) return !isComputed(() => evaluate(numbers));
      const symbols = mathjs.parse(text).filter((node) => mathjs.isSymbolNode(node));
      if (new Set(symbols.map(String)).size !== names.size) return false;
      // An exponent beyond all floats has no dimension, so that what is raised has none to compare.
      if (text.includes('^') && !isComputed(() => evaluate(numbers))) return true;
      return evaluate(numbers).value === expected;
    }),
    { numRuns: 2000, seed: 17 },
  );
  t.true(plainCount > 400, String(plainCount));
});

function isComputed(evaluate: () => unknown): boolean {
  try {
    evaluate();
    return true;
  } catch {
    return false;
  }
}
