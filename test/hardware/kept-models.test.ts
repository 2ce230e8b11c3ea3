import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { loadChip } from '../../src/hardware/load-chip.js';
import { packageRoot } from '../../src/package-root.js';
import { Kept } from '../../src/units/kept.js';
import { edit, makeFolder, shippedChipText, shippedTechnologyText } from './model-folder.js';

/* What is read twice is computed once, and a file that changed meanwhile is another file. */

test('results are kept by their key, the oldest goes first, and what throws is tried again', (t) => {
  const kept = new Kept<number>(2);
  let made = 0;
  const get = (key: string): number => kept.get(key, () => (made += 1));
  t.deepEqual(['a', 'b', 'a', 'c', 'b', 'a'].map(get), [1, 2, 1, 3, 2, 4]);
  const failing = (): number => {
    made += 1;
    throw new RangeError('no');
  };
  t.throws(() => kept.get('x', failing));
  t.throws(() => kept.get('x', failing));
  t.is(made, 6);
});

test('a chip is built once; its file, technology, table or values edited in place make another', (t) => {
  const folder = makeFolder(t, {
    'chip.yaml': edit(
      shippedChipText('edge-28nm'),
      'technology: generic-28nm',
      'technology: ./own.yaml',
    ),
    'own.yaml': shippedTechnologyText('generic-28nm'),
  });
  const inFolder = (name: string): string => path.join(folder, name);
  const load = (): ReturnType<typeof loadChip> => loadChip(inFolder('chip.yaml'));
  const readPj = (chip = load()): number =>
    chip.unitPrice({ componentAction: 'synapses.read', bits: 32 })?.energyPj ?? NaN;
  const change = (name: string, from: string, to: string): void => {
    writeFileSync(inFolder(name), edit(readFileSync(inFolder(name), 'utf8'), from, to));
  };
  const first = load();
  t.is(load(), first);
  const hashes = [first.hash];
  const firstPj = readPj();

  change('chip.yaml', 'clock: 100 MHz', 'clock: 50 MHz');
  t.is(load().clockMhz, 50);
  hashes.push(load().hash);

  change(
    'own.yaml',
    'energy: sramReadEnergy(bankBits, bits)',
    'energy: 2 * sramReadEnergy(bankBits, bits)',
  );
  t.is(readPj().toPrecision(9), (2 * firstPj).toPrecision(9));
  hashes.push(load().hash);

  // Every energy of a read in the table a tenth.
  const table = path.join(packageRoot, 'hardware-models', 'technologies', 'cacti-7-sram.csv');
  const [header = '', ...lines] = readFileSync(table, 'utf8').trimEnd().split('\n');
  const column = header.split(',').indexOf('read_pJ');
  const tenth = lines.map((line) => {
    const cells = line.split(',');
    return cells.with(column, String(Number(cells[column]) / 10)).join(',');
  });
  writeFileSync(inFolder('cacti-7-sram.csv'), [header, ...tenth].join('\n'));
  t.is(readPj().toPrecision(9), (0.2 * firstPj).toPrecision(9));
  hashes.push(load().hash);

  const override = { path: ['clock'], value: '25 MHz', label: 'own' };
  t.is(loadChip(inFolder('chip.yaml'), [override]).clockMhz, 25);
  t.is(load().clockMhz, 50);
  t.is(new Set(hashes).size, hashes.length);
});
