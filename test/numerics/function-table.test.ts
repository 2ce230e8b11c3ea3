import test from 'ava';
import fc from 'fast-check';
import { all, type BigNumber, create } from 'mathjs';
import { confine, parseFormat } from '../../src/numerics/format.js';
import {
  type ActivationTableSpec,
  buildActivationTable,
  lookUp,
  type TabulatedFunction,
  tabulatedFunctions,
} from '../../src/numerics/function-table.js';
import { holds } from '../support/holds.js';

function specOf(overrides: Partial<ActivationTableSpec> = {}): ActivationTableSpec {
  return {
    function: 'tanh',
    inputFormat: parseFormat('s4.2'),
    indexBits: 2,
    interpolation: 'none',
    outputFormat: parseFormat('s5.4'),
    ...overrides,
  };
}

const floatOf = { tanh: Math.tanh, sigmoid: (x: number) => 1 / (1 + Math.exp(-x)) };

test('a table without interpolation holds f at the middle of the inputs it serves (spec §2.8)', (t) => {
  // Four inputs an entry; middles −6.5, −2.5, 1.5, 5.5 at 2 fraction bits: −1.625, −0.625, 0.375, 1.375.
  // tanh·16: −14.81, −8.87, 5.73, 14.08.
  t.deepEqual([...buildActivationTable(specOf()).entriesRaw], [-15, -9, 6, 14]);
  // sigmoid·16: 2.63, 5.58, 9.48, 12.77.
  const sigmoid = specOf({ function: 'sigmoid', outputFormat: parseFormat('u4.4') });
  t.deepEqual([...buildActivationTable(sigmoid).entriesRaw], [3, 6, 9, 13]);
});

test('a table with linear interpolation holds f at left edges and one more entry (spec §2.8)', (t) => {
  // Edges −2, −1, 0, 1, 2. tanh·16: −15.42, −12.19, 0, 12.19, 15.42.
  const tanh = buildActivationTable(specOf({ interpolation: 'linear' }));
  t.deepEqual([...tanh.entriesRaw], [-15, -12, 0, 12, 15]);
  // sigmoid·16: 1.91, 4.30, 8, 11.70, 14.09.
  const spec = specOf({ function: 'sigmoid', interpolation: 'linear' });
  t.deepEqual([...buildActivationTable(spec).entriesRaw], [2, 4, 8, 12, 14]);
});

test('entries saturate to the output format (spec §2.8)', (t) => {
  // s3.2 ends at 3 (0.75) and −4 (−1): tanh(±1.625) = ±0.926 → ±3.70 → −4 and 4.
  const signed = buildActivationTable(specOf({ outputFormat: parseFormat('s3.2') }));
  t.deepEqual([...signed.entriesRaw], [-4, -2, 1, 3]);
  const unsigned = buildActivationTable(specOf({ outputFormat: parseFormat('u4.4') }));
  t.deepEqual([...unsigned.entriesRaw], [0, 0, 6, 14]);
});

test('tables over left edges are symmetric: tanh odd, sigmoid(−x) = 1 − sigmoid(x) (spec §2.8)', (t) => {
  const build = (name: TabulatedFunction) => [
    ...buildActivationTable({
      function: name,
      inputFormat: parseFormat('s10.7'),
      indexBits: 8,
      interpolation: 'linear',
      outputFormat: parseFormat('s12.10'),
    }).entriesRaw,
  ];
  const tanh = build('tanh');
  t.deepEqual(
    tanh.toReversed().map((entry) => 0 - entry),
    tanh,
  );
  const sigmoid = build('sigmoid');
  t.deepEqual(
    sigmoid.toReversed().map((entry) => 1024 - entry),
    sigmoid,
  );
});

test('a table with an entry for every input is symmetric about input 0 (spec §2.8)', (t) => {
  const entries = [
    ...buildActivationTable({
      function: 'tanh',
      inputFormat: parseFormat('s8.5'),
      indexBits: 8,
      interpolation: 'none',
      outputFormat: parseFormat('s12.10'),
    }).entriesRaw,
  ];
  t.is(entries[128], 0);
  // The lowest input, −128, has no counterpart.
  const paired = entries.slice(1);
  t.deepEqual(
    paired.toReversed().map((entry) => 0 - entry),
    paired,
  );
});

test('entries are within half a step of the real function (spec §2.8)', (t) => {
  for (const name of tabulatedFunctions) {
    const table = buildActivationTable({
      function: name,
      inputFormat: parseFormat('s9.6'),
      indexBits: 7,
      interpolation: 'none',
      outputFormat: parseFormat('s16.14'),
    });
    for (const [index, entry] of table.entriesRaw.entries()) {
      const exact = floatOf[name]((index * 4 - 256 + 1.5) / 64) * 2 ** 14;
      t.true(Math.abs(entry - exact) <= 0.5 + 1e-9, `${name}, entry ${index}`);
    }
  }
});

test('lookUp rounds the accumulator to the table’s input and takes the top bits (spec §2.8)', (t) => {
  const table = buildActivationTable(specOf());
  // Accumulator with 5 fraction bits: 18 → 2.25 → 2 → u = 10 → entry 2; −8 → −1 → u = 7 → entry 1.
  t.is(lookUp(table, 18n, 5), 6n);
  t.is(lookUp(table, -8n, 5), -9n);
  // 28 → 3.5 → 4 (half away) → u = 12 → entry 3; −36 → −4.5 → −5 → u = 3 → entry 0.
  t.is(lookUp(table, 28n, 5), 14n);
  t.is(lookUp(table, -36n, 5), -15n);
});

test('lookUp saturates accumulators beyond the table’s range (spec §2.8)', (t) => {
  const table = buildActivationTable(specOf());
  t.is(lookUp(table, 1n << 60n, 5), 14n);
  t.is(lookUp(table, -(1n << 60n), 5), -15n);
});

test('lookUp gains fraction bits where the accumulator has fewer than the table (spec §2.8)', (t) => {
  const table = buildActivationTable(specOf());
  // 1 with 0 fraction bits is 4 with 2: u = 12 → entry 3.
  t.is(lookUp(table, 1n, 0), 14n);
});

test('lookUp interpolates between edges and rounds to nearest (spec §2.8)', (t) => {
  const spec = specOf({ function: 'sigmoid', interpolation: 'linear' });
  const table = buildActivationTable(spec);
  // Entries 2, 4, 8, 12, 14; input −1: u = 7 = entry 1, rest 3: (4·4 + 4·3) / 4 = 7.
  t.is(lookUp(table, -1n, 2), 7n);
  t.is(lookUp(table, 0n, 2), 8n);
  // Input 7: u = 15 = entry 3, rest 3: (12·4 + 2·3) / 4 = 13.5 → 14. Input −6: entry 0, rest 2: (8 + 4) / 4 = 3.
  t.is(lookUp(table, 7n, 2), 14n);
  t.is(lookUp(table, -6n, 2), 3n);
});

test('lookUp never falls as its input rises (spec §2.8)', (t) => {
  const table = buildActivationTable({
    function: 'tanh',
    inputFormat: parseFormat('s12.9'),
    indexBits: 5,
    interpolation: 'linear',
    outputFormat: parseFormat('s12.11'),
  });
  const inputs = fc.integer({ min: -6000, max: 6000 });
  holds(
    t,
    fc.property(inputs, inputs, (one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      t.true(lookUp(table, BigInt(low), 10) <= lookUp(table, BigInt(high), 10));
    }),
    { seed: 6 },
  );
});

test('buildActivationTable refuses unsigned inputs and index widths that do not fit (spec §2.8)', (t) => {
  const refused: Partial<ActivationTableSpec>[] = [
    { inputFormat: parseFormat('u4.2') },
    { indexBits: 0 },
    { indexBits: 5 },
    { inputFormat: parseFormat('s20.2'), indexBits: 17 },
  ];
  for (const overrides of refused) {
    t.throws(() => buildActivationTable(specOf(overrides)), {
      instanceOf: RangeError,
      message: /index bits need a signed input of at least as many bits, and at most 16/,
    });
  }
});

test('entries are those of decimal arithmetic with 40 digits, and far out the limits of f (spec §2.8)', (t) => {
  const math = create(all ?? {}, { number: 'BigNumber', precision: 40 });
  const one = math.bignumber(1);
  const sigmoid = (x: BigNumber): BigNumber => one.dividedBy(one.plus(math.exp(x.negated())));
  for (const name of tabulatedFunctions) {
    for (const [input, output] of [
      ['s8.4', 's8.7'],
      ['s16.2', 's16.15'],
      ['s9.-2', 'u16.16'],
      ['s10.12', 'u8.8'],
    ] as const) {
      const inputFormat = parseFormat(input);
      const outputFormat = parseFormat(output);
      const spec = specOf({ function: name, inputFormat, indexBits: 6, outputFormat });
      const stepBits = inputFormat.totalBits - 6;
      const expected = Array.from({ length: 64 }, (_, index) => {
        const raw =
          index * 2 ** stepBits - 2 ** (inputFormat.totalBits - 1) + (2 ** stepBits - 1) / 2;
        const real = math.bignumber(raw).times(math.bignumber(2).pow(-inputFormat.fractionBits));
        const value = name === 'tanh' ? math.tanh(real) : sigmoid(real);
        const scaled = value.times(2 ** outputFormat.fractionBits).toDecimalPlaces(0, 4);
        return Number(confine(BigInt(scaled.toFixed(0)), outputFormat, 'saturate').raw);
      });
      t.deepEqual(
        [...buildActivationTable(spec).entriesRaw],
        expected,
        `${name} ${input} ${output}`,
      );
    }
  }
});

test('the largest tables are built from any input format (cases, hostile/table-s16.2)', (t) => {
  for (const input of ['s16.2', 's16.15', 's32.48', 's32.-48']) {
    const spec = specOf({
      inputFormat: parseFormat(input),
      indexBits: 16,
      interpolation: 'linear',
      outputFormat: parseFormat('s16.15'),
    });
    t.is(buildActivationTable(spec).entriesRaw.length, 65_537);
  }
});
