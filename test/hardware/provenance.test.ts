import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { readPublishedRows } from '../../src/experiment/validation/published-rows.js';
import { sourcedFigures } from '../../src/hardware/provenance.js';
import { compareSramWitnesses } from '../../src/hardware/sram/sram-witnesses.js';
import { packageRoot } from '../../src/package-root.js';

const figures = sourcedFigures();

test('every price, area and table of a shipped technology or chip has a source and says how it was read', (t) => {
  t.true(figures.length > 50);
  const names = figures.map(({ file, name }) => `${file} ${name}`);
  for (const known of [
    'generic-28nm sram',
    'generic-28nm logicScaling',
    'generic-28nm memories.read',
    'generic-28nm prices.clock.update',
    'generic-28nm offChipPrices.delayedError.read',
    'generic-28nm areas.controller',
    'loihi-14nm prices.leakage.cycle',
    'odin-28nm prices.clock.ungated',
  ]) {
    t.true(names.includes(known), known);
  }
  for (const { file, name, provenance, source } of figures) {
    t.not(provenance, null, `${file} ${name}`);
    t.true(source.length >= 10, `${file} ${name}`);
  }
});

test('what no source was opened for is not called measured or published, and an unknown figure is read nowhere', (t) => {
  for (const { file, name, kind, provenance, source } of figures) {
    if (provenance === 'recalled') {
      t.is(kind, 'assumed', `${file} ${name}`);
      t.regex(source, /recalled|could not be opened/, `${file} ${name}`);
    }
    // A quoted figure of silicon says in the report that it was read in another place.
    if (provenance === 'quoted' && (kind === 'published' || kind === 'measured'))
      t.regex(source, /quot|profile|contain|part of/i, `${file} ${name}`);
    if (kind === 'unknown') t.is(provenance, 'reasoned', `${file} ${name}`);
    if (kind === 'published' || kind === 'measured')
      t.not(provenance, 'reasoned', `${file} ${name}`);
  }
});

test('every published row has a source of the list and a status, and every published memory says how it was read', (t) => {
  const { sources, rows } = JSON.parse(
    readFileSync(path.join(packageRoot, 'hardware-models/validation/published.json'), 'utf8'),
  ) as {
    sources: Record<string, string>;
    rows: { chip: string; param: string; source: string; status: string }[];
  };
  for (const { chip, param, source, status } of rows) {
    t.true(source in sources, `${chip}: ${source}`);
    // Recollection is no source, and nothing else is unverified.
    t.is(status === 'unverified', source === 'mem', `${chip}: ${param}`);
  }
  t.true(readPublishedRows().every(({ status, source }) => status.length > 0 && source.length > 5));
  for (const { witness } of compareSramWitnesses()) {
    t.true(['opened', 'quoted', 'recalled'].includes(witness.provenance), witness.name);
    // What was not opened says so in its source, and where it was read instead.
    const isOpened = witness.provenance === 'opened';
    t.is(/could not be opened/.test(witness.source), !isOpened, witness.name);
    if (witness.provenance === 'quoted') t.regex(witness.source, /Read in/, witness.name);
  }
});

test('docs/validation.md prints every figure with how it was read', (t) => {
  const page = readFileSync(path.join(packageRoot, 'docs/validation.md'), 'utf8');
  const [, section = ''] = page.split('## Where prices and areas come from');
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  for (const { file, name, provenance } of figures) {
    const row = cells.find((one) => one[1] === file && one[2] === name);
    t.is(row?.[4], provenance ?? '', `${file} ${name}`);
  }
});
