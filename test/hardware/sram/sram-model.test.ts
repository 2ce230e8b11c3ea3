import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { readSramModel, type SramModel } from '../../../src/hardware/sram/sram-model.js';
import { packageRoot } from '../../../src/package-root.js';
import { holds } from '../../support/holds.js';

const csv = readFileSync(
  path.join(packageRoot, 'hardware-models/technologies/cacti-7-sram.csv'),
  'utf8',
);
const objective = 'hwcomponents_default';
/** Vdd of lstp cells in CACTI's tech_params files. */
const supplies = [
  { nodeNm: 22, voltageV: 0.8 },
  { nodeNm: 32, voltageV: 1 },
  { nodeNm: 45, voltageV: 1.1 },
  { nodeNm: 65, voltageV: 1.2 },
  { nodeNm: 90, voltageV: 1.3 },
];

function makeDut(): SramModel {
  return readSramModel(csv, { cell: 'lstp', objective, supplies }, 'table.csv');
}

interface Macro {
  readonly nodeNm: number;
  readonly voltageV: number;
  readonly bankBits: number;
  readonly wordBits: number;
  readonly readPj: number;
  readonly writePj: number;
  readonly leakageUw: number;
  readonly areaMm2: number;
}

/** The selected rows of the file, read apart from the code under test. */
const macros: readonly Macro[] = csv
  .trim()
  .split('\n')
  .map((line) => line.split(','))
  .filter(([rowObjective, , cell]) => rowObjective === objective && cell === 'lstp')
  .flatMap(([, node, , bytes, width, read, write, leakage, area]) => {
    const supply = supplies.find(({ nodeNm }) => nodeNm === Number(node));
    if (supply === undefined) return [];
    return [
      {
        ...supply,
        bankBits: Number(bytes) * 8,
        wordBits: Number(width),
        readPj: Number(read),
        writePj: Number(write),
        leakageUw: Number(leakage),
        areaMm2: Number(area),
      },
    ];
  });

/** The cheapest macro of this node that is at least as large and whose word is at least as wide. */
function cheapestAsWide(macro: Macro, key: 'readPj' | 'writePj'): number {
  const asWide = macros.filter(
    ({ nodeNm, bankBits, wordBits }) =>
      nodeNm === macro.nodeNm && bankBits >= macro.bankBits && wordBits >= macro.wordBits,
  );
  return Math.min(...asWide.map((each) => each[key]));
}

test('at the nodes and supplies of the table every row comes back to the last bit', (t) => {
  const dut = makeDut();
  t.is(macros.length, 5 * 54);
  let cappedCount = 0;
  for (const macro of macros) {
    const { bankBits, wordBits, nodeNm, voltageV } = macro;
    const readPj = cheapestAsWide(macro, 'readPj');
    const writePj = cheapestAsWide(macro, 'writePj');
    t.is(dut.lookUp('read', bankBits, wordBits, nodeNm, voltageV), readPj);
    t.is(dut.lookUp('write', bankBits, wordBits, nodeNm, voltageV), writePj);
    t.is(dut.lookUp('leakage', bankBits, wordBits, nodeNm, voltageV), macro.leakageUw);
    t.is(dut.lookUp('area', bankBits, wordBits, nodeNm, voltageV), macro.areaMm2);
    cappedCount += Number(readPj !== macro.readPj) + Number(writePj !== macro.writePj);
  }
  // Where CACTI found a wider word or a larger bank cheaper, that macro is taken (README, "SRAM").
  t.is(cappedCount, 11);
});

test('256 KiB by 128 bits at 28 nm and 0.8 V reads for 23.37 pJ (README, "SRAM", worked example)', (t) => {
  // 22 nm: 17.7687 pJ at 0.8 V; 32 nm: 42.4945 pJ at 1.0 V, × 0.64 = 27.1965 pJ; 0.6436 of the way in ln(node).
  const share = Math.log(28 / 22) / Math.log(32 / 22);
  const expectedPj = Math.exp(
    (1 - share) * Math.log(17.7687) + share * Math.log(42.4945 * 0.8 * 0.8),
  );
  const actualPj = makeDut().lookUp('read', 256 * 1024 * 8, 128, 28, 0.8);
  t.true(Math.abs(actualPj - expectedPj) < 1e-9);
  t.is(actualPj.toFixed(2), '23.37');
});

test('halfway between two capacities in the logarithm lies the geometric mean of their energies', (t) => {
  // 8 KiB and 16 KiB, 128 bits, 22 nm: 2.0094 and 3.8298 pJ in the table.
  const bankBits = 8 * 1024 * 8 * Math.SQRT2;
  const actualPj = makeDut().lookUp('read', bankBits, 128, 22, 0.8);
  t.true(Math.abs(actualPj - Math.sqrt(2.0094 * 3.8298)) < 1e-9);
});

test('below 1 KiB the line through 1 and 2 KiB is continued, down to 64 bytes', (t) => {
  const dut = makeDut();
  // 8 bits, 22 nm: 0.2476 and 0.438 pJ, so a factor of 0.438 / 0.2476 for each halving.
  const halfPj = dut.lookUp('read', 512 * 8, 8, 22, 0.8);
  t.true(Math.abs(halfPj - (0.2476 * 0.2476) / 0.438) < 1e-9);
  t.is(dut.lookUp('read', 8, 8, 22, 0.8), dut.lookUp('read', 64 * 8, 8, 22, 0.8));
});

test('a word below 8 bits costs as much as one of 8', (t) => {
  const dut = makeDut();
  t.is(dut.lookUp('write', 8192, 1, 28, 0.8), dut.lookUp('write', 8192, 8, 28, 0.8));
});

test('energy goes with V², leakage with V, area knows no supply', (t) => {
  const dut = makeDut();
  const ratio = (quantity: 'read' | 'leakage' | 'area'): number =>
    dut.lookUp(quantity, 65536, 64, 28, 0.4) / dut.lookUp(quantity, 65536, 64, 28, 0.8);
  t.true(Math.abs(ratio('read') - 0.25) < 1e-12);
  t.true(Math.abs(ratio('leakage') - 0.5) < 1e-12);
  t.is(ratio('area'), 1);
});

test('energy never falls with word width or capacity, at any node', (t) => {
  const dut = makeDut();
  holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 255 }),
      fc.double({ min: 9, max: 20.9, noNaN: true }),
      fc.double({ min: 22, max: 90, noNaN: true }),
      fc.constantFrom('read' as const, 'write' as const),
      (wordBits, exponent, nodeNm, quantity) => {
        const cost = (bankExponent: number, bits: number): number =>
          dut.lookUp(quantity, 2 ** bankExponent, bits, nodeNm, 0.8);
        const least = cost(exponent, wordBits) * (1 - 1e-12);
        t.true(cost(exponent, wordBits + 1) >= least);
        t.true(cost(exponent + 0.1, wordBits) >= least);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

test('what lies outside the table is refused with its limits', (t) => {
  const dut = makeDut();
  const cases: [number, number, number, RegExp][] = [
    [2 ** 21 + 1, 64, 28, /2097153 bits is outside the table, which ends at 2097152 bits/],
    [0, 64, 28, /a bank of 0 bits/],
    [8192, 257, 28, /a word of 257 bits .* ends at 256 bits; use narrower/],
    [8192, 0, 28, /a word of 0 bits/],
    [8192, 64, 16, /node 16 nm is outside 22, 32, 45, 65, 90 nm/],
    [8192, 64, 130, /node 130 nm is outside 22, 32, 45, 65, 90 nm/],
  ];
  for (const [bankBits, wordBits, nodeNm, message] of cases) {
    t.throws(() => dut.lookUp('read', bankBits, wordBits, nodeNm, 0.8), {
      instanceOf: RangeError,
      message,
    });
  }
});

test('a table that lacks columns, rows or positive numbers is refused', (t) => {
  const selection = { cell: 'lstp', objective, supplies };
  t.throws(() => readSramModel('objective,cell\n', selection, 'x.csv'), {
    message:
      /^x\.csv: the header lacks tech_nm, bytes, width_bits, read_pJ, write_pJ, leak_uW, area_mm2$/,
  });
  t.throws(() => readSramModel(csv, { ...selection, objective: 'speed' }, 'x.csv'), {
    message: /^x\.csv: node 22 nm has too few rows/,
  });
  const row = /^hwcomponents_default,22,lstp,1024,8,.*$/m;
  t.throws(() => readSramModel(csv.replace(row, ''), selection, 'x.csv'), {
    message: /0 rows for 22 nm, 1024 bytes, 8 bits; exactly one/,
  });
  t.throws(() => readSramModel(`${csv}${row.exec(csv)?.[0] ?? ''}\n`, selection, 'x.csv'), {
    message: /2 rows for 22 nm, 1024 bytes, 8 bits/,
  });
  t.throws(
    () =>
      readSramModel(
        csv.replace(/^(hwcomponents_default,22,lstp,1024,8),[^,]*/m, '$1,-1'),
        selection,
        'x.csv',
      ),
    { message: /with a positive read_pJ is needed/ },
  );
});
