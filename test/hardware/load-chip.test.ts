import { coreMemories, componentActions } from '../../src/ledger/components.js';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { eventBits, memoryCapacityBits } from '../../src/hardware/chip-model.js';
import { describeChip, listChips, loadChip } from '../../src/hardware/load-chip.js';
import { allowedWidths } from '../../src/hardware/price-book.js';
import type { LedgerRow } from '../../src/ledger/ledger-row.js';
import { priceLedger } from '../../src/ledger/pricing.js';
import { packageRoot } from '../../src/package-root.js';
import { InputError } from '../../src/units/input-error.js';

const models = path.join(packageRoot, 'hardware-models');
const chipText = readFileSync(path.join(models, 'chips/edge-28nm.yaml'), 'utf8').replace(
  'technology: generic-28nm',
  'technology: ./technology.yaml',
);
const technologyText = readFileSync(path.join(models, 'technologies/generic-28nm.yaml'), 'utf8');
const csvName = 'cacti-7-sram.csv';

/** A folder with a chip, a technology and the table; removed when the test ends. */
function makeChip(t: ExecutionContext, chip = chipText, technology = technologyText): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chip-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  cpSync(path.join(models, 'technologies', csvName), path.join(folder, csvName));
  writeFileSync(path.join(folder, 'chip.yaml'), chip);
  writeFileSync(path.join(folder, 'technology.yaml'), technology);
  return path.join(folder, 'chip.yaml');
}

/** `text` with `from` replaced; a test whose edit does not apply fails. */
function edit(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`"${from}" is not in the file to edit`);
  return text.replace(from, to);
}

function refusal(t: ExecutionContext, chip: string, technology?: string): string {
  const file = makeChip(t, chip, technology);
  const error = t.throws(() => loadChip(file), { instanceOf: InputError });
  return error.message.replaceAll(`${path.dirname(file)}/`, '');
}

test('describeChip says of every shipped chip what loadChip does, without its prices', (t) => {
  const folder = makeChip(t, undefined, 'name: own\ndescription: d\nextends: generic-28nm');
  for (const name of [...listChips(), folder]) {
    const chip = loadChip(name);
    const { voltageV, clockMhz, coreCount, description, technology } = chip;
    const summary = { nodeNm: technology.nodeNm, voltageV, clockMhz, coreCount, description };
    t.deepEqual(describeChip(name), summary);
  }
});

test('edge-28nm holds 784-1000-1000-10, one layer a core (MNIST FC2-1000)', (t) => {
  const chip = loadChip('edge-28nm');
  const { core, tensors } = chip;
  t.true(chip.coreCount >= 3);
  t.true(core.axonCount >= 1000 && core.neuronCount >= 1000);
  const needs = {
    synapses: 1000 * Math.ceil(1000 / 16) * 128,
    neurons: 1000 * tensors.activation.format.totalBits,
    bias: 1000 * tensors.bias.format.totalBits,
    feedback: 10 * 1000 * tensors.feedback.format.totalBits,
    eventBuffer: 1000 * eventBits(chip),
    gradient: 0,
    optimizerState: 0,
  };
  for (const name of coreMemories) {
    t.true(memoryCapacityBits(core.memories[name]) >= needs[name], name);
  }
  t.true(2 ** chip.events.addressBits >= 1000);
  t.true(2 ** chip.events.labelBits >= 10);
});

/** Actions that some width of this chip has no price for. */
function unpriced(name: string): readonly string[] {
  const chip = loadChip(name);
  return componentActions.filter((componentAction) =>
    allowedWidths(componentAction).some(
      (bits) => chip.unitPrice({ componentAction, bits }) === null,
    ),
  );
}

test('large-28nm prices everything, at every width', (t) => {
  t.deepEqual(unpriced('large-28nm'), []);
});

for (const name of ['edge-28nm', 'mesh-28nm']) {
  test(`${name}, with no banks for gradients and optimizer states, has no price for them either`, (t) => {
    const absent = [
      ...['optimizerState.read', 'optimizerState.write', 'gradient.read', 'gradient.write'],
    ];
    t.deepEqual(unpriced(name), absent);
  });
}

test('the router of a chip is a bus with its hops, or a mesh with its columns (spec §7)', (t) => {
  t.deepEqual(loadChip('edge-28nm').router, { kind: 'bus', hopsBetweenCores: 1, labelHops: 1 });
  t.deepEqual(loadChip('mesh-28nm').router, { kind: 'mesh', columns: 8 });
});

for (const name of ['edge-28nm', 'large-28nm', 'mesh-28nm']) {
  test(`energy of every price of ${name} rises with width or stays, within 0 ≤ low ≤ energy ≤ high`, (t) => {
    const chip = loadChip(name);
    for (const componentAction of componentActions) {
      let previousPj = 0;
      for (const bits of allowedWidths(componentAction)) {
        const price = chip.unitPrice({ componentAction, bits });
        if (price === null) continue;
        t.true(
          price.energyPj >= previousPj && price.energyPj > 0,
          `${componentAction} ${bits ?? ''}`,
        );
        t.true(price.lowPj >= 0 && price.lowPj <= price.energyPj && price.energyPj <= price.highPj);
        previousPj = price.energyPj;
      }
    }
  });
}

test('operations cost what Horowitz 2014 at 45 nm, 0.9 V gives after Stillmaker & Baas 2017', (t) => {
  const chip = loadChip('edge-28nm');
  // 0.8 V: 0.358308 at 32 nm and 0.1532 at 20 nm; 28 nm in between; 0.69885 at 45 nm, 0.9 V.
  const share = Math.log(32 / 28) / Math.log(32 / 20);
  const scale = (0.358308 ** (1 - share) * 0.1532 ** share) / 0.69885;
  const near = (actual: number | undefined, expected: number): void => {
    t.true(Math.abs((actual ?? NaN) - expected) < 1e-6 * expected);
  };
  near(chip.unitPrice({ componentAction: 'datapath.multiply', bits: 16 })?.energyPj, 0.8 * scale);
  near(chip.unitPrice({ componentAction: 'datapath.add', bits: 32 })?.energyPj, 0.12 * scale);
  near(
    chip.unitPrice({ componentAction: 'datapath.multiplyAccumulate', bits: 8 })?.energyPj,
    (0.2 + 0.1 + 2 * 32 * 0.009) * scale,
  );
  // One clock of the chip's 16-bit generator, whatever the width of B.
  for (const bits of [4, 8]) {
    const price = chip.unitPrice({ componentAction: 'feedback.generate', bits });
    near(price?.energyPj, 16 * 0.009 * scale);
  }
  // 32 cycles, each an adder and a register of 32 bits.
  for (const componentAction of ['datapath.reciprocal', 'datapath.squareRoot'] as const) {
    const price = chip.unitPrice({ componentAction, bits: 32 });
    near(price?.energyPj, 32 * (0.12 + 32 * 0.009) * scale);
    t.is(price?.kind, 'assumed');
  }
  near(chip.unitPrice({ componentAction: 'random.draw', bits: 16 })?.energyPj, 0.144 * scale);
});

test('editing one price in the file changes a ledger by exactly count × difference', (t) => {
  const rows: readonly LedgerRow[] = (['bias.read', 'io.label', 'clock.cycle'] as const).map(
    (componentAction, index) => ({
      run: 'training',
      phase: 'update',
      layer: 1,
      core: 0,
      componentAction,
      bits: componentAction === 'clock.cycle' ? null : 8,
      count: 1000 + index,
    }),
  );
  const file = (clockPj: number): string =>
    `name: t\ndescription: d\nnode: 28 nm\nvoltage: { lowest: 0.6 V, highest: 1 V }\nprices:\n` +
    ['bias.read: 2.5 pJ', 'io.label: 0.125 pJ', `clock.cycle: ${clockPj} pJ`]
      .map((text) => text.split(': '))
      .map(
        ([key = '', energy = '']) =>
          `  ${key}: { energy: ${energy}, low: energy / 2, high: 2 * energy, kind: assumed, source: "made up for this test" }\n`,
      )
      .join('');
  const before = loadChip(makeChip(t, chipText, file(0.25)));
  const after = loadChip(makeChip(t, chipText, file(0.75)));
  const first = priceLedger(rows, before);
  const second = priceLedger(rows, after);
  t.is(first.total.energyPj, 1000 * 2.5 + 1001 * 0.125 + 1002 * 0.25);
  t.is(second.total.energyPj - first.total.energyPj, 1002 * 0.5);
  t.is(second.total.lowPj, second.total.energyPj / 2);
  t.not(before.hash, after.hash);
});

test('a chip priced without its technology stating anything is unpriced, never free', (t) => {
  const empty =
    'name: t\ndescription: d\nnode: 28 nm\nvoltage: { lowest: 0.6 V, highest: 1 V }\nprices: {}\n';
  const chip = loadChip(makeChip(t, chipText, empty));
  t.is(chip.unitPrice({ componentAction: 'synapses.read', bits: 128 }), null);
});

test('partial sums in memory take no register energy out of multiplyAccumulate', (t) => {
  const inRegisters = loadChip(makeChip(t));
  const inMemory = loadChip(
    makeChip(t, edit(chipText, 'accumulate: registers', 'accumulate: memory')),
  );
  const key = { componentAction: 'datapath.multiplyAccumulate', bits: 8 } as const;
  const ratio =
    (inMemory.unitPrice(key)?.energyPj ?? NaN) / (inRegisters.unitPrice(key)?.energyPj ?? NaN);
  t.true(Math.abs(ratio - 0.3 / 0.876) < 1e-9);
});

test('linear interpolation of the activation table reads twice', (t) => {
  const plain = loadChip(makeChip(t));
  const linear = loadChip(
    makeChip(t, edit(chipText, 'interpolation: none', 'interpolation: linear')),
  );
  const key = { componentAction: 'activation.lookup', bits: 8 } as const;
  const more = (linear.unitPrice(key)?.energyPj ?? NaN) / (plain.unitPrice(key)?.energyPj ?? NaN);
  t.true(more > 2 && more < 2.5);
});

test('the hash follows every value and no comment or order of keys', (t) => {
  const { hash } = loadChip(makeChip(t));
  t.regex(hash, /^[0-9a-f]{64}$/);
  const swapped = edit(
    chipText,
    'voltage: 0.8 V\nclock: 100 MHz',
    'clock: 100 MHz\nvoltage: 800 mV',
  );
  t.is(loadChip(makeChip(t, `# another comment\n${swapped}`)).hash, hash);
  const changes: [string, string][] = [
    [edit(chipText, 'clock: 100 MHz', 'clock: 101 MHz'), technologyText],
    [chipText, edit(technologyText, '0.45 * energy', '0.5 * energy')],
  ];
  for (const [chip, technology] of changes) {
    t.not(loadChip(makeChip(t, chip, technology)).hash, hash);
  }
});

test('an unknown name is refused with the shipped chips, a missing file with its path', (t) => {
  t.throws(() => loadChip('edge-28'), {
    instanceOf: InputError,
    message: /^edge-28: not a shipped model; chips are .*edge-28nm.*did you mean "edge-28nm"\?$/,
  });
  t.throws(() => loadChip('./no-such.yaml'), {
    instanceOf: InputError,
    message: './no-such.yaml: cannot be read (no such file)',
  });
});

test('wrong chip files are refused with file, line, column, what is wrong and what is allowed', (t) => {
  const cases: [string, string, RegExp][] = [
    ['cores: 4', 'core_count: 4', /^chip\.yaml:\d+:1: core_count: unknown key; allowed are name,/m],
    ['cores: 4', 'cores: 0', /^chip\.yaml:10:8: cores: 0 is too small; it must be at least 1$/],
    ['cores: 4', 'cores: 4\ncores: 5', /^chip\.yaml:11:1: this key occurs twice/],
    [
      'voltage: 0.8 V',
      'voltage: 0.8',
      /^chip\.yaml:8:10: voltage: 0\.8 is not a voltage with a unit/,
    ],
    [
      'voltage: 0.8 V',
      'voltage: 1.2 V',
      /^chip\.yaml:8:10: voltage: 1\.2 V is outside .* 0\.5 V to 1 V$/,
    ],
    ['kind: bus', 'kind: ring', /: router\.kind: .*bus, mesh$/],
    [
      'kind: bus, hopsBetweenCores: 1, labelHops: 1',
      'kind: mesh, columns: 0',
      /: router\.columns: 0 is too small; it must be at least 1$/,
    ],
    [
      'kind: bus, hopsBetweenCores: 1, labelHops: 1',
      'kind: mesh, columns: 2, labelHops: 1',
      /: router\.labelHops: unknown key; allowed are kind, columns/,
    ],
    [
      'width: 16 bit',
      'width: 16 Hz',
      /: core\.randomGenerator\.width: "16 Hz" .* bit, B, KiB, MiB/,
    ],
    ['mask: 0xB400', 'mask: 0x3400', /: core\.randomGenerator\.mask: .* does not have bit 15/],
    ['wordBits: 26 bit', 'wordBits: 25 bit', /: an event has 26 bits, a word .* holds 25/],
    ['s12.8, indexBits: 11', 'u12.8, indexBits: 11', /activationTable\.input: .* signed/],
    [
      'format: s8.7, rounding: stoch',
      'format: s8.7.1, rounding: stoch',
      /is not a fixed-point format/,
    ],
    ['output: { format: u8.8', 'output: { format: s17.8', /output\.format: .* at most 16 bits/],
    [
      'input: { format: u8.8, rounding: nearest',
      'input: { format: u8.8, rounding: stochastic',
      /tensors\.input\.rounding: "stochastic" is not allowed; allowed: truncate, nearest, nearestEven$/,
    ],
    [
      'technology: ./technology.yaml',
      'technology: generic-16nm',
      /^chip\.yaml:7:13: technology: generic-16nm: not a shipped model; technologies are generic-22nm, generic-28nm/,
    ],
    [
      'banks: 4, wordsPerBank: 16384',
      'banks: 1, wordsPerBank: 65536',
      /^chip\.yaml:33:41: core\.memories\.synapses\.wordsPerBank: SRAM: a bank of 8388608 bits is outside the table, which ends at 2097152 bits; use more and smaller banks/,
    ],
  ];
  for (const [from, to, message] of cases) t.regex(refusal(t, edit(chipText, from, to)), message);
});

test('wrong technology files are refused with file, line, column, what is wrong and what is allowed', (t) => {
  const energy = 'sramReadEnergy(bankBits, bits)';
  const of = String.raw`^technology\.yaml:\d+:13: memories\.read\.energy: `;
  const at = String.raw`${of}synapses\.read: `;
  const cases: [string, string, RegExp][] = [
    [energy, '23.4', new RegExp(`${of}23\\.4 has no unit; write a formula with units`)],
    [energy, '.nan', new RegExp(`${of}NaN has no unit; write a formula with units`)],
    [energy, '23.4 V', new RegExp(`${at}.*"23\\.4 V" is V; a price is an energy`)],
    [energy, '1 pJ - bits * 1 pJ', new RegExp(`${at}.*2 bits: .* is -1 pJ; no energy is negative`)],
    [energy, '1 pJ / bits', new RegExp(`${at}falls from 1 pJ to 500 fJ at 2 bits`)],
    [energy, 'import("fs")', new RegExp(`${at}.*"import" is not a function of formulas`)],
    [energy, 'tableEntries * 1 pJ', new RegExp(`${at}.*variables here are bankBits, bits, `)],
    [energy, '2 pJ *', new RegExp(`${at}"2 pJ \\*" is not a formula`)],
    [
      'low: 0.45 * energy',
      'low: 1.1 * energy',
      /memories\.read\.low: synapses\.read: .* is outside its band/,
    ],
    [
      'high: 3.7 * energy',
      'high: 0.9 * energy',
      /memories\.read\.high: synapses\.read: .* outside its band/,
    ],
    [
      'kind: estimated',
      'kind: guessed',
      /"guessed" is not allowed; allowed: measured, published, estimated, assumed, unknown$/,
    ],
    ['kind: estimated', 'kind: unknown', /kind is unknown exactly where energy is null/],
    ['    low: 0.45 * energy\n', '', /memories\.read\.low: missing; every price states the band/],
    [`energy: ${energy}`, 'energy: null', /memories\.read\.low: an unknown energy has no band/],
    ['router.hop:', 'routers.hop:', /unknown key; .*did you mean "router\.hop"\?/],
    [
      'cacti-7-sram.csv',
      'none.csv',
      /^technology\.yaml:\d+:10: sram\.table: none\.csv: cannot be read \(no such file\)/,
    ],
    ['cell: lstp', 'cell: sram', /: sram\.cell: "sram" is not allowed; allowed: lstp, lop, hp$/],
    ['objective: hwcomponents_default', 'objective: speed', /: sram: .* too few rows/],
    [
      'node: 28 nm',
      'node: 16 nm',
      /:\d+:7: node: 16 nm is outside the 22 to 90 nm .* 22, 32, 45, 65, 90 nm$/,
    ],
    ['node: 28 nm', 'node: 28 V', /:\d+:7: node: "28 V" is not a length: .* nm, µm, mm$/],
    ['node: 28 nm', 'node: 28 furlong', /"furlong" is not one of its units/],
    [
      'lowest: 0.5 V',
      'lowest: 1.6 V',
      /: voltage\.lowest: the lowest supply is above the highest$/,
    ],
    [
      'logicScale(45 nm, 0.9 V)',
      'logicScale(130 nm, 0.9 V)',
      /node 130 nm is outside 20, 32, 45, 65, 90 nm/,
    ],
    [
      'logicScale(45 nm, 0.9 V)',
      'logicScale(0.9 V, 45 nm)',
      /logicScale: argument 1 is in V, it must be in nm/,
    ],
  ];
  for (const [from, to, message] of cases) {
    t.regex(refusal(t, chipText, edit(technologyText, from, to)), message);
  }
});

test('a row without width is refused where the price needs one', (t) => {
  const chip = loadChip('edge-28nm');
  t.throws(() => chip.unitPrice({ componentAction: 'datapath.add', bits: null }), {
    instanceOf: InputError,
    message:
      /datapath\.add\.energy: for edge-28nm, no bits: "bits" is neither a unit nor a variable/,
  });
});

test('a schedule without the banks or lanes that it needs is refused at its key, with what is possible (spec §5.1)', (t) => {
  const update = 'schedule: serial, writeBanks: shared';
  const interleaved = edit(chipText, update, 'schedule: fused, writeBanks: interleaved');
  t.is(loadChip(makeChip(t, interleaved)).core.update.schedule, 'fused');
  const oneBank = edit(interleaved, 'synapses: { banks: 4,', 'synapses: { banks: 1,');
  t.regex(
    refusal(t, oneBank),
    /^chip\.yaml:\d+:\d+: core\.update\.writeBanks: interleaved needs two macros .* has 1; give it 2 banks or more, or use shared$/,
  );
  const noLanes = edit(
    edit(interleaved, 'learning: 16,', 'learning: 0,'),
    'eventBuffer: { banks: 1,',
    'eventBuffer: { banks: 0,',
  );
  t.regex(
    refusal(t, noLanes),
    /core\.update\.schedule: fused is a schedule of learning.*use serial$/,
  );
  t.regex(
    refusal(t, edit(chipText, 'schedule: serial', 'schedule: sometimes')),
    /core\.update\.schedule/,
  );
});
