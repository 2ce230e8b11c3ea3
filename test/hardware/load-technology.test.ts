import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadChip } from '../../src/hardware/load-chip.js';
import { loadTechnology } from '../../src/hardware/load-technology.js';
import { InputError } from '../../src/units/input-error.js';
import { edit, makeFolder, shippedChipText, shippedTechnologyText } from './model-folder.js';

const base = `name: base
description: d
node: 28 nm
voltage: { lowest: 0.6 V, highest: 1 V }
prices:
  bias.read: { energy: 2 pJ, low: energy, high: energy, kind: assumed, source: made up for a test }
  bias.write: { energy: 3 pJ, low: energy, high: energy, kind: assumed, source: made up for a test }
areas:
  router: { area: 5 um^2, low: area, high: area, kind: assumed, source: made up for a test }
`;
const child = `name: child
description: d
extends: ./base.yaml
node: 45 nm
prices:
  bias.read: { energy: 7 pJ, low: energy, high: energy, kind: assumed, source: made up for a test }
`;

const chipText = edit(
  shippedChipText('edge-28nm'),
  'technology: generic-28nm',
  'technology: ./child.yaml',
);

function energyOf(folder: string, action: 'bias.read' | 'bias.write'): number | undefined {
  const chip = loadChip(path.join(folder, 'chip.yaml'));
  return chip.unitPrice({ componentAction: action, bits: 8 })?.energyPj;
}

/** What loading the chip on these files complains of, without the folder. */
function refusal(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(t, { 'chip.yaml': chipText, ...files });
  const error = t.throws(() => loadChip(path.join(folder, 'chip.yaml')), {
    instanceOf: InputError,
  });
  return error.message.replaceAll(`${folder}/`, '');
}

test('a technology takes every key that it does not state from the file that it extends, prices one by one', (t) => {
  const folder = makeFolder(t, { 'chip.yaml': chipText, 'base.yaml': base, 'child.yaml': child });
  const { name, node, voltage, areas } = loadTechnology(path.join(folder, 'child.yaml')).text.value;
  t.is(name, 'child');
  t.is(node, 45);
  t.deepEqual(voltage, { lowest: 0.6, highest: 1 });
  t.deepEqual(Object.keys(areas), ['router']);
  t.is(energyOf(folder, 'bias.read'), 7);
  t.is(energyOf(folder, 'bias.write'), 3);
});

test('the SRAM table lies beside the file that names it', (t) => {
  const folder = makeFolder(t, {
    'technology.yaml': 'name: t\ndescription: d\nextends: generic-28nm\nnode: 32 nm\n',
  });
  const technology = loadTechnology(path.join(folder, 'technology.yaml'));
  // Row of the table: 1 KiB, 32 bits, 32 nm, at its own 1.0 V.
  t.is(technology.sram?.lookUp('read', 8192, 32, 32, 1), 0.7112);
});

test('the hash of a chip follows what counts of all the files of its technology', (t) => {
  const hashOf = (...[baseText, childText]: [string, string]): string => {
    const files = { 'chip.yaml': chipText, 'base.yaml': baseText, 'child.yaml': childText };
    return loadChip(path.join(makeFolder(t, files), 'chip.yaml')).hash;
  };
  const hash = hashOf(base, child);
  t.is(hashOf(`# a comment\n${base}`, child), hash);
  t.not(hashOf(edit(base, '3 pJ', '4 pJ'), child), hash);
  t.not(hashOf(edit(base, '5 um^2', '6 um^2'), child), hash);
  t.not(hashOf(base, edit(child, '7 pJ', '8 pJ')), hash);
});

test('an error points to the file, line and column that wrote what is wrong', (t) => {
  const cases: [string, string, RegExp][] = [
    [
      edit(base, '3 pJ', '3 V'),
      child,
      /^base\.yaml:7:25: prices\.bias\.write\.energy: .*"3 V" is V/,
    ],
    [
      base,
      edit(child, '7 pJ', '-7 pJ'),
      /^child\.yaml:6:24: prices\.bias\.read\.energy: .* -7 pJ; no energy is negative$/,
    ],
    [
      edit(base, '5 um^2', '5 um'),
      child,
      /^base\.yaml:9:19: areas\.router\.area: .* it must be an area, in µm² or mm²$/,
    ],
    [edit(base, '5 um^2', '5 um^2 - 1 mm^2'), child, /^base\.yaml:9:19: .* no area is negative$/],
    [edit(base, 'highest: 1 V', 'highest: 0.5 V'), child, /^base\.yaml:4:\d+: voltage\.lowest: /],
    [
      base,
      edit(child, '7 pJ', '7 pJ * sizeOfRow'),
      /^child\.yaml:6:24: .*"sizeOfRow" is neither a unit nor a variable here; variables here are bankBits/,
    ],
    [
      edit(base, 'node: 28 nm\n', ''),
      edit(child, 'node: 45 nm\n', ''),
      /^child\.yaml:\d+:1: node: missing; it is required here or in a file that this one extends$/,
    ],
    [
      base,
      edit(child, 'name: child\n', ''),
      /^child\.yaml:1:1: name: missing; a text is required$/,
    ],
    [
      base,
      edit(child, './base.yaml', 'generic-16nm'),
      /^child\.yaml:3:10: extends: generic-16nm: not a shipped model; technologies are generic-22nm, generic-28nm/,
    ],
  ];
  for (const [baseText, childText, message] of cases) {
    t.regex(refusal(t, { 'base.yaml': baseText, 'child.yaml': childText }), message);
  }
});

test('technologies that extend one another in a circle, or too many in a row, are refused with the way', (t) => {
  const circle = edit(base, 'description: d\n', 'description: d\nextends: child.yaml\n');
  t.regex(
    refusal(t, { 'base.yaml': circle, 'child.yaml': child }),
    /^base\.yaml:3:10: extends: goes round in a circle: child\.yaml → base\.yaml → child\.yaml; /,
  );
  const itself = edit(child, './base.yaml', './child.yaml');
  t.regex(refusal(t, { 'child.yaml': itself }), /^child\.yaml:3:10: .*child\.yaml → child\.yaml; /);
  const link = (next: string): string => edit(child, 'base.yaml', next);
  const chain = {
    'child.yaml': link('a.yaml'),
    'a.yaml': link('b.yaml'),
    'b.yaml': link('c.yaml'),
  };
  const four = makeFolder(t, { 'chip.yaml': chipText, ...chain, 'c.yaml': base });
  t.is(energyOf(four, 'bias.write'), 3);
  t.regex(
    refusal(t, { ...chain, 'c.yaml': link('base.yaml'), 'base.yaml': base }),
    /^c\.yaml:3:10: extends: leads to a file too many: .* c\.yaml → base\.yaml; at most 4 follow one another$/,
  );
});

test('every generic technology extends generic-28nm and states node and supplies alone', (t) => {
  for (const node of [22, 32, 40, 45, 65, 90]) {
    const keys = shippedTechnologyText(`generic-${node}nm`).match(/^[a-z]\w*(?=:)/gimu);
    t.deepEqual(keys, ['name', 'description', 'extends', 'node', 'voltage']);
  }
});
