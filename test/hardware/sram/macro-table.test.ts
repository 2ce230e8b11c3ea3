import { readFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ChipModel } from '../../../src/hardware/chip-model.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { packageRoot } from '../../../src/package-root.js';
import { InputError } from '../../../src/units/input-error.js';
import { edit, makeFolder, shippedChipText } from '../model-folder.js';

const odin = loadChip('odin-28nm');

/** The example of hardware-models/README.md. */
function example(): string {
  const readme = readFileSync(path.join(packageRoot, 'hardware-models/README.md'), 'utf8');
  const [, table = ''] = /```yaml\n(table:\n[\s\S]*?)```/.exec(readme) ?? [];
  return table;
}

/** odin-28nm with a table of macros, and another edit. */
function load(
  t: ExecutionContext,
  table: string,
  [from, to]: readonly [string, string] = ['tensors:', 'tensors:'],
): ChipModel {
  const text = edit(edit(shippedChipText('odin-28nm'), 'tensors:', `${table}tensors:`), from, to);
  return loadChip(path.join(makeFolder(t, { 'chip.yaml': text }), 'chip.yaml'));
}

function sentence(t: ExecutionContext, ...chip: [string, (readonly [string, string])?]): string {
  const error = t.throws(() => load(t, ...chip), { instanceOf: InputError });
  return error.message.replace(/^.*\/chip\.yaml/, 'chip.yaml');
}

function near(t: ExecutionContext, actual: number | null | undefined, expected: number): void {
  t.true(Math.abs((actual ?? NaN) / expected - 1) < 1e-9, `${actual ?? 'none'}, not ${expected}`);
}

test('memories of the table cost its figures times V², with its band; others stay (hardware-models/README.md)', (t) => {
  const chip = load(t, example());
  // 0.55 V in place of 0.6 V.
  const squared = (0.55 / 0.6) ** 2;
  const synapses = chip.unitPrice({ componentAction: 'synapses.write', bits: 32 });
  near(t, synapses?.energyPj, 3.6 * squared);
  near(t, synapses?.lowPj, 0.9 * 3.6 * squared);
  near(t, synapses?.highPj, 1.2 * 3.6 * squared);
  t.is(synapses?.kind, 'published');
  near(t, chip.unitPrice({ componentAction: 'neurons.read', bits: 128 })?.energyPj, 2.2 * squared);
  const bias = { componentAction: 'bias.read', bits: 16 } as const;
  t.deepEqual(chip.unitPrice(bias), odin.unitPrice(bias));
  t.true(chip.ownPrices.has('neurons.write') && !chip.ownPrices.has('bias.read'));
  t.is(chip.unitPrice({ componentAction: 'synapses.read', bits: 64 }), null);
  const areaOf = (name: string) => chip.areas.core.find(({ component }) => component === name);
  near(t, areaOf('synapses')?.areaMm2, 0.0446);
  near(t, areaOf('synapses')?.highMm2, 1.2 * 0.0446);
  t.deepEqual(
    areaOf('bias'),
    odin.areas.core.find(({ component }) => component === 'bias'),
  );
});

test('leakage of the macros goes into leakage.cycle as V, that of other memories by the technology', (t) => {
  const own = /prices:\n[\s\S]*?(?=tensors:)/.exec(shippedChipText('odin-28nm'))?.[0] ?? '';
  const leakageUw = (table: string): number => {
    const chip = load(t, table, [own, '']);
    // At 75 MHz a cycle takes 1/75 µs.
    return (chip.unitPrice({ componentAction: 'leakage.cycle', bits: null })?.energyPj ?? NaN) * 75;
  };
  const doubled = edit(edit(example(), '2.4 uW', '4.8 uW'), '0.5 uW', '1.5 uW');
  const difference = leakageUw(doubled) - leakageUw(example());
  near(t, difference, ((2.4 + 1) * 0.55) / 0.6);
});

test('a table without the width asked for is refused at the memory, with the widths and words that it has', (t) => {
  t.is(
    sentence(t, example(), [
      'wordsPerBank: 8192, wordBits: 32 bit',
      'wordsPerBank: 8192, wordBits: 64 bit',
    ]),
    'chip.yaml:41:57: core.memories.synapses.wordBits: the table of macros has no words of 64 bits; it has 32 and 128: use one of these, add a row to table.macros, or leave synapses out of table.memories',
  );
  t.is(
    sentence(t, example(), [
      'wordsPerBank: 8192, wordBits: 32 bit',
      'wordsPerBank: 4096, wordBits: 32 bit',
    ]),
    'chip.yaml:41:41: core.memories.synapses.wordsPerBank: the table of macros has none of 4096 words of 32 bits; with words of 32 bits it has 8192: build the memory of banks of these, add a row to table.macros, or leave synapses out of table.memories',
  );
});

test('what the table cannot price, or another key prices too, is refused', (t) => {
  const refusals = [
    [
      ['[synapses, neurons]', '[synapses, synapses]'],
      'table.memories[1]: synapses stands here twice; delete one',
    ],
    [
      ['[synapses, neurons]', '[gradient]'],
      'table.memories[0]: gradient has no banks, so that no macro prices it; leave it out here',
    ],
    [
      ['[synapses, neurons]', '[delayedError]'],
      'table.memories[0]: delayedError lies off the chip, so that no macro prices it; leave it out here',
    ],
    [
      ['bits: 128 bit, words: 256', 'bits: 32 bit, words: 8192'],
      'table.macros[1]: is the second macro of 8192 words of 32 bits; a table has one of each',
    ],
    [['read: 3.1 pJ', 'read: 3.1 V'], 'table.macros[0].read: '],
    [['kind: published', 'kind: unknown'], 'table.kind: '],
    [['high: 1.2', 'high: 0.5'], 'table.high: '],
  ] as const;
  for (const [[from, to], expected] of refusals) {
    const message = sentence(t, edit(example(), from, to));
    t.regex(message, /^chip\.yaml:\d+:\d+: /);
    t.true(message.includes(expected), message);
  }
  const price =
    '{ energy: 1 pJ, low: 1 pJ, high: 1 pJ, kind: assumed, source: made up for a test }';
  t.true(
    sentence(t, example(), [
      '  leakage.cycle:',
      `  synapses.read: ${price}\n  leakage.cycle:`,
    ]).includes(
      'prices.synapses.read: stands here and comes from table.macros; delete one of them',
    ),
  );
  t.true(
    sentence(
      t,
      `areas:\n  neurons: ${price.replaceAll('energy', 'area').replaceAll('pJ', 'um^2')}\n${example()}`,
    ).includes('areas.neurons: stands here and comes from table.macros; delete one of them'),
  );
});
