import { type ComponentAction } from '../../../src/ledger/components.js';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ChipModel } from '../../../src/hardware/chip-model.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { AccessLedger } from '../../../src/ledger/access-ledger.js';
import { priceLedger } from '../../../src/ledger/pricing.js';
import { packageRoot } from '../../../src/package-root.js';
import { InputError } from '../../../src/units/input-error.js';
import { edit, makeFolder, shippedChipText } from '../model-folder.js';

const ert = `ERT:
  version: 0.3
  tables:
    - name: chip[0..3].weights
      actions:
        - { name: read, arguments: { address_delta: 0, data_delta: 0 }, energy: 2 }
        - { name: read, arguments: { address_delta: 1, data_delta: 1 }, energy: 14.5 }
        - { name: write, energy: 17.25 }
    - name: chip[0..3].mac
      actions:
        - { name: compute, arguments: {}, energy: 0.375 }
        - { name: cycle, arguments: null, energy: 0 }
`;
const technology = `name: t
description: d
node: 28 nm
voltage: { lowest: 0.6 V, highest: 1 V }
accelergy:
  table: ert.yaml
  low: 0.5 * energy
  high: 2 * energy
  kind: estimated
  source: made up for a test
  map:
    synapses.read:
      component: chip.weights
      action: read
      arguments: { data_delta: 1, address_delta: 1 }
      bits: 128 bit
    synapses.write: { component: 'chip[0..3].weights', action: write, bits: 128 bit }
    datapath.multiply: { component: chip.mac, action: compute, energy: tableEnergy * bits / 8 }
    clock.cycle: { component: chip.mac, action: cycle }
`;
const chipText = edit(
  shippedChipText('edge-28nm'),
  'technology: generic-28nm',
  'technology: ./t.yaml',
);

type Files = Readonly<Record<string, string>>;

function load(t: ExecutionContext, files: Files = {}): ChipModel {
  const all = { 'chip.yaml': chipText, 't.yaml': technology, 'ert.yaml': ert, ...files };
  return loadChip(path.join(makeFolder(t, all), 'chip.yaml'));
}

function energyOf(
  chip: ChipModel,
  componentAction: ComponentAction,
  bits: number | null,
): number | undefined {
  return chip.unitPrice({ componentAction, bits })?.energyPj;
}

/** What loading the chip on these files complains of, without the folder. */
function refusal(t: ExecutionContext, files: Files): string {
  const error = t.throws(() => load(t, files), { instanceOf: InputError });
  return error.message.replaceAll(/\S*\/models-[^/]+\//g, '');
}

test('a ledger priced through an energy-reference table totals count × its energies (docs/spec.md §6)', (t) => {
  const counts: [ComponentAction, number | null, number][] = [
    ['synapses.read', 128, 1000], // × 14.5 pJ
    ['synapses.write', 128, 20], // × 17.25 pJ
    ['datapath.multiply', 8, 300], // × 0.375 pJ
    ['datapath.multiply', 16, 10], // × 0.75 pJ
    ['clock.cycle', null, 5000], // × 0 pJ: known to cost nothing
  ];
  const ledger = new AccessLedger();
  for (const [componentAction, bits, count] of counts) {
    const place = { run: 'training', phase: 'update', layer: 1, core: 0 } as const;
    ledger.counter({ ...place, componentAction, bits }).add(count);
  }
  const { total, isComplete } = priceLedger(ledger.rows(), load(t));
  t.true(isComplete);
  t.is(total.energyPj, 14_500 + 345 + 112.5 + 7.5);
  t.is(total.lowPj, total.energyPj * 0.5);
  t.is(total.highPj, total.energyPj * 2);
});

test('a mapped price names its source, component, action and arguments, and has the kind of the file', (t) => {
  t.deepEqual(load(t).unitPrice({ componentAction: 'synapses.read', bits: 128 }), {
    energyPj: 14.5,
    lowPj: 7.25,
    highPj: 29,
    kind: 'estimated',
    source: 'made up for a test (chip[0..3].weights, read, address_delta = 1, data_delta = 1)',
  });
});

test('the energy of a table holds for the stated width alone, a formula without bits for every width', (t) => {
  const chip = load(t);
  t.deepEqual(
    [127, 128, 129].map((bits) => energyOf(chip, 'synapses.read', bits)),
    [undefined, 14.5, undefined],
  );
  t.deepEqual(
    [8, 16, 64].map((bits) => energyOf(chip, 'datapath.multiply', bits)),
    [0.375, 0.75, 3],
  );
  const both = edit(technology, 'bits: 128 bit }', 'bits: 128 bit, energy: tableEnergy * 2 }');
  const scaled = load(t, { 't.yaml': both });
  t.is(energyOf(scaled, 'synapses.write', 128), 34.5);
  t.is(energyOf(scaled, 'synapses.write', 64), undefined);
});

test('what is not mapped is unknown, or comes from the technology that is extended; a nearer file restates', (t) => {
  t.is(energyOf(load(t), 'bias.read', 128), undefined);
  const generic = edit(technology, 'node: 28 nm', 'extends: generic-28nm');
  const extending = load(t, { 't.yaml': generic });
  t.not(energyOf(extending, 'bias.read', 128), undefined);
  t.is(energyOf(extending, 'bias.read', 128), energyOf(loadChip('edge-28nm'), 'bias.read', 128));
  t.is(energyOf(extending, 'synapses.read', 128), 14.5);
  t.is(energyOf(extending, 'synapses.read', 64), undefined);
  const child =
    'name: c\ndescription: d\nextends: ./base.yaml\nprices:\n  synapses.read: { energy: 3 pJ, low: energy, high: energy, kind: assumed, source: made up for a test }\n';
  const restated = load(t, { 't.yaml': child, 'base.yaml': technology });
  t.is(energyOf(restated, 'synapses.read', 64), 3);
  t.is(energyOf(restated, 'synapses.write', 128), 17.25);
});

test('the hash of a chip follows the energy-reference table', (t) => {
  const { hash } = load(t);
  t.is(load(t).hash, hash);
  t.not(load(t, { 'ert.yaml': edit(ert, 'energy: 14.5', 'energy: 14.6') }).hash, hash);
  t.not(load(t, { 'ert.yaml': edit(ert, 'energy: 2 ', 'energy: 3 ') }).hash, hash);
});

test('a wrong energy-reference table is refused at its own file, line and column', (t) => {
  const cases: [string, string, RegExp][] = [
    ['energy: 17.25', 'energy: -1', /^ert\.yaml:8:34: .*\.energy: -1 is too small; .* at least 0$/],
    ['energy: 17.25', 'energy: free', /^ert\.yaml:8:34: .*"free" is not allowed; .* a number$/],
    ['energy: 17.25', 'energy: .inf', /^ert\.yaml:8:34: .*\.energy: Infinity is not allowed/],
    ['0.3', '0.2', /^ert\.yaml:2:12: ERT\.version: 0\.2 is not a version .* are 0\.3 and 0\.4$/],
    ['write, energy', 'write, power: 1, energy', /^ert\.yaml:8:26: .*\.power: unknown key; /],
    [
      'address_delta: 1, data_delta: 1',
      'data_delta: 0, address_delta: 0',
      /^ert\.yaml:7:19: .*"read" of "chip\[0\.\.3\]\.weights" with address_delta = 0, data_delta = 0 occurs twice/,
    ],
    ['chip[0..3].mac', 'chip[0..3].weights', /^ert\.yaml:9:13: .*\.weights" occurs twice/],
  ];
  for (const [from, to, message] of cases) {
    t.regex(refusal(t, { 'ert.yaml': edit(ert, from, to) }), message);
  }
});

test('a wrong mapping is refused at its place in the technology file, with what the table holds', (t) => {
  const cases: [string, string, RegExp][] = [
    [
      'component: chip.weights',
      'component: chip.weight',
      /^t\.yaml:13:18: accelergy\.map\.synapses\.read\.component: "chip\.weight" is not in the table; its components are chip\[0\.\.3\]\.weights, chip\[0\.\.3\]\.mac/,
    ],
    [
      'action: read',
      'action: fetch',
      /^t\.yaml:14:15: .*"fetch" is no action of chip\[0\.\.3\]\.weights; its actions are read, write/,
    ],
    [
      '      arguments: { data_delta: 1, address_delta: 1 }\n',
      '',
      /^t\.yaml:12:5: .*\.arguments: "read" of .* has no row with no arguments; its rows are address_delta = 0, data_delta = 0; address_delta = 1, data_delta = 1$/,
    ],
    ['synapses.read:', 'synapses.reed:', /^t\.yaml:12:5: .*did you mean "synapses\.read"\?$/],
    ['action: write, bits: 128 bit', 'action: write', /^t\.yaml:17:\d+: .*\.bits: missing; state /],
    ['bits: 128 bit }', 'bits: 300 bit }', /^t\.yaml:17:\d+: .*\.bits: 300 .* has at most 256$/],
    ['action: cycle }', 'action: cycle, bits: 8 bit }', /^t\.yaml:19:\d+: .* has no width; leave/],
    ['kind: estimated', 'kind: unknown', /^t\.yaml:9:9: accelergy\.kind: "unknown" is not allowed/],
    [
      'low: 0.5 * energy',
      'low: 3 * energy',
      /^t\.yaml:7:8: accelergy\.low: .* is outside its band/,
    ],
    [
      'tableEnergy * bits / 8',
      'tableEnergy * 8 V / bits',
      /^t\.yaml:18:\d+: accelergy\.map\.datapath\.multiply\.energy: .* a price is an energy/,
    ],
    [
      'tableEnergy * bits / 8',
      'tableEnergy * 8 / bits',
      /^t\.yaml:18:\d+: .*\.energy: falls from 3 pJ to 1\.5 pJ at 2 bits/,
    ],
    [
      'table: ert.yaml',
      'table: none.yaml',
      /^t\.yaml:6:10: accelergy\.table: .*none\.yaml: cannot be read \(no such file\)$/,
    ],
    [
      'accelergy:\n',
      'prices:\n  clock.cycle: { energy: null, kind: unknown, source: made up for a test }\naccelergy:\n',
      /^t\.yaml:21:5: accelergy\.map\.clock\.cycle: is also in prices of this file; keep one/,
    ],
  ];
  for (const [from, to, message] of cases) {
    t.regex(refusal(t, { 't.yaml': edit(technology, from, to) }), message);
  }
});

test('a component name without index ranges is refused where two of the table fit it', (t) => {
  const twice = edit(ert, 'chip[0..3].mac', 'chip[4..7].weights');
  t.regex(
    refusal(t, { 'ert.yaml': twice }),
    /^t\.yaml:13:18: .*"chip\.weights" may mean chip\[0\.\.3\]\.weights or chip\[4\.\.7\]\.weights; write one/,
  );
});

test('the example prices weights, products and clock as its table says, all else as generic-28nm', (t) => {
  const chip = loadChip(path.join(packageRoot, 'examples/accelergy/chip.yaml'));
  const edge = loadChip('edge-28nm');
  t.is(energyOf(chip, 'synapses.read', 128), 14.5);
  t.is(energyOf(chip, 'synapses.write', 128), 17.25);
  t.is(energyOf(chip, 'datapath.multiplyAccumulate', 16), 1.5);
  t.is(energyOf(chip, 'clock.cycle', null), 5.5);
  t.not(energyOf(edge, 'router.hop', 30), undefined);
  t.is(energyOf(chip, 'router.hop', 30), energyOf(edge, 'router.hop', 30));
  t.deepEqual({ ...chip.core, ...chip.tensors }, { ...edge.core, ...edge.tensors });
});
