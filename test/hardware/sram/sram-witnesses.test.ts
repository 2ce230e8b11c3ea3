import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {
  compareSramWitnesses,
  type SramComparison,
} from '../../../src/hardware/sram/sram-witnesses.js';
import { listTechnologies } from '../../../src/hardware/load-technology.js';
import { packageRoot } from '../../../src/package-root.js';

const all = compareSramWitnesses();

function find(name: string, figure: string, wordBits: number): SramComparison {
  const found = all.find(
    (one) => one.witness.name === name && one.figure === figure && one.wordBits === wordBits,
  );
  if (found === undefined) throw new Error(`no comparison of ${name}, ${figure}`);
  return found;
}

/** Cells of the table's row of a macro, by the names of its header; lstp cells, CACTI's objective as shipped. */
function tableRow(nodeNm: number, bytes: number, bits: number): ReadonlyMap<string, number> {
  const text = readFileSync(
    path.join(packageRoot, 'hardware-models/technologies/cacti-7-sram.csv'),
    'utf8',
  );
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  const line = lines.find((one) =>
    one.startsWith(`hwcomponents_default,${nodeNm},lstp,${bytes},${bits},`),
  );
  const cells = line?.split(',') ?? [];
  return new Map(names.map((name, index) => [name, Number(cells[index])]));
}

test('a macro at a node beyond the table is its row at 90 nm, times V², times the stated factor', (t) => {
  const row = tableRow(90, 8192, 64);
  const read = find('IHP SG13G2, 1024 × 64', 'read', 64);
  const expected = (row.get('read_pJ') ?? NaN) * (1.2 / 1.3) ** 2 * 1.444;
  t.true(Math.abs(read.model.value / expected - 1) < 1e-9);
  t.is(read.published, 91.83);
  const area = find('IHP SG13G2, 1024 × 64', 'area', 64);
  t.true(Math.abs(area.model.value / ((row.get('area_mm2') ?? NaN) * 1.444 ** 2) - 1) < 1e-9);
  const leakage = find('IHP SG13G2, 1024 × 64', 'leakage', 64);
  t.true(Math.abs(leakage.model.value / ((row.get('leak_uW') ?? NaN) * (1.2 / 1.3)) - 1) < 1e-9);
});

test('an energy per bit is one of a word times its bits, at both ends of an unstated word', (t) => {
  const name = '28 nm FDSOI, 6T, 128 Kb';
  t.is(find(name, 'access', 32).published, 0.0525 * 32);
  t.is(find(name, 'access', 128).published, 0.0525 * 128);
  const { model } = find(name, 'access', 32);
  t.true(model.low < model.value && model.value < model.high);
});

test('every witness states figures, a source and what was read as what; the table of them is no technology', (t) => {
  t.true(new Set(all.map(({ witness }) => witness.name)).size >= 8);
  t.true(all.every(({ published, model }) => published > 0 && model.value > 0));
  t.false(listTechnologies().includes('sram-witnesses'));
});

test('the bands of memory prices and areas hold every published macro; of an unstated word one of the ends', (t) => {
  const figures = new Map<string, SramComparison[]>();
  for (const one of all.filter(({ figure }) => figure !== 'leakage')) {
    const name = `${one.witness.name}: ${one.figure}`;
    figures.set(name, [...(figures.get(name) ?? []), one]);
  }
  t.true(figures.size >= 12);
  for (const [name, ends] of figures) {
    t.true(
      ends.some(({ published, model }) => model.low <= published && published <= model.high),
      name,
    );
  }
});

test('a write costs no less than a read of the same word, and what CACTI says where that is more (README, "SRAM")', (t) => {
  // At 90 nm CACTI writes 16 bits for 12.46 pJ and reads them for 16.15, and writes 64 for 27.53.
  const scale = (1.2 / 1.3) ** 2 * 1.444;
  for (const [name, bits, cell] of [
    ['IHP SG13G2, 4096 × 16', 16, 'read_pJ'],
    ['IHP SG13G2, 1024 × 64', 64, 'write_pJ'],
  ] as const) {
    const expected = (tableRow(90, 8192, bits).get(cell) ?? NaN) * scale;
    t.true(Math.abs(find(name, 'write', bits).model.value / expected - 1) < 1e-9);
  }
});
