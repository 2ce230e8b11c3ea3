import path from 'node:path';
import test from 'ava';
import { loadChip } from '../../src/hardware/load-chip.js';
import type { ComponentAction } from '../../src/ledger/components.js';
import { InputError } from '../../src/units/input-error.js';
import { edit, makeFolder, shippedChipText } from './model-folder.js';

const priced = (energy: string) =>
  `{ energy: ${energy}, low: energy, high: energy, kind: assumed, source: made up for a test }`;
const built = (area: string) =>
  `{ area: ${area}, low: area, high: area, kind: assumed, source: made up for a test }`;
const head = 'description: d\nnode: 28 nm\nvoltage: { lowest: 0.6 V, highest: 1 V }\n';

/** Reads and areas of all memories at once; one memory has both of its own. */
const together = `name: base
${head}memories:
  read: ${priced('2 pJ')}
  area: ${built('4 um^2')}
prices:
  bias.read: ${priced('7 pJ')}
areas:
  bias: ${built('5 um^2')}
`;
const readNames = [
  'synapses',
  'neurons',
  'feedback',
  'delayedError',
  'eventBuffer',
  'optimizerState',
  'gradient',
];
/** The same, memory by memory. */
const apart = `name: base
${head}prices:
${readNames.map((name) => `  ${name}.read: ${priced('2 pJ')}\n`).join('')}  bias.read: ${priced('7 pJ')}
areas:
${readNames.map((name) => `  ${name}: ${built('4 um^2')}\n`).join('')}  bias: ${built('5 um^2')}
`;

/** large-28nm, which has every memory, on a technology. */
function chipFiles(technology: string) {
  return {
    'chip.yaml': edit(
      shippedChipText('large-28nm'),
      'technology: generic-28nm',
      `technology: ./${technology}.yaml`,
    ),
  };
}

function energyOf(folder: string, componentAction: ComponentAction): number | null {
  const chip = loadChip(path.join(folder, 'chip.yaml'));
  return chip.unitPrice({ componentAction, bits: 8 })?.energyPj ?? null;
}

test('what a technology states of all memories holds for each that has nothing of its own, and counts in the hash as if stated of each', (t) => {
  const folder = makeFolder(t, { ...chipFiles('base'), 'base.yaml': together });
  for (const name of readNames) t.is(energyOf(folder, `${name}.read` as ComponentAction), 2, name);
  t.is(energyOf(folder, 'bias.read'), 7);
  t.is(energyOf(folder, 'bias.write'), null);
  const spelledOut = makeFolder(t, { ...chipFiles('base'), 'base.yaml': apart });
  const [one, other] = [folder, spelledOut].map((of) => loadChip(path.join(of, 'chip.yaml')));
  t.is(one?.hash, other?.hash);
  t.deepEqual(one?.areas, other?.areas);
});

test('the nearest file that states a price goes first, be it of one memory or of all', (t) => {
  const child = `name: child\ndescription: d\nextends: ./base.yaml\nmemories:\n  read: ${priced('3 pJ')}\n`;
  const folder = makeFolder(t, {
    ...chipFiles('child'),
    'base.yaml': together,
    'child.yaml': child,
  });
  t.is(energyOf(folder, 'bias.read'), 3);
  t.is(energyOf(folder, 'synapses.read'), 3);
});

test('an error in what is stated of all memories points there', (t) => {
  const cases: readonly [string, string, RegExp][] = [
    ['2 pJ', '2 V', /base\.yaml:6:19: memories\.read\.energy: .*synapses\.read: .*"2 V" is V/],
    ['4 um^2', '4 um', /base\.yaml:7:17: memories\.area\.area: synapses: .* it must be an area/],
  ];
  for (const [from, to, message] of cases) {
    const folder = makeFolder(t, {
      ...chipFiles('base'),
      'base.yaml': edit(together, from, to),
    });
    t.throws(() => loadChip(path.join(folder, 'chip.yaml')), { instanceOf: InputError, message });
  }
});
