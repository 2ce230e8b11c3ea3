import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { chipArea, learningAreaPercent } from '../../src/hardware/chip-area.js';
import type { AreaComponent, ChipModel } from '../../src/hardware/chip-model.js';
import { listChips, loadChip } from '../../src/hardware/load-chip.js';
import { edit, makeFolder, shippedChipText } from './model-folder.js';

const edgeText = shippedChipText('edge-28nm');

function load(t: ExecutionContext, text: string): ChipModel {
  return loadChip(path.join(makeFolder(t, { 'chip.yaml': text }), 'chip.yaml'));
}

function areaOf(chip: ChipModel, component: AreaComponent): number {
  const all = [...chip.areas.core, ...chip.areas.shared];
  return all.find((area) => area.component === component)?.areaMm2 ?? 0;
}

for (const name of listChips()) {
  test(`the parts of ${name} add up to its area, each within its band, none negative`, (t) => {
    const chip = loadChip(name);
    const { totalMm2, lowMm2, highMm2, parts } = chipArea(chip);
    t.is(
      parts
        .filter(({ component }) => component === 'synapses')
        .reduce((sum, { cores = 1 }) => sum + cores, 0),
      chip.coreCount,
    );
    // What has no area makes the whole unknown: Loihi and TrueNorth have published operations only.
    if (parts.some(({ areaMm2 }) => areaMm2 === null)) {
      t.deepEqual([lowMm2, totalMm2, highMm2], [null, null, null]);
      return;
    }
    let sum = 0;
    for (const part of parts) {
      const [low, area, high] = [part.lowMm2 ?? NaN, part.areaMm2 ?? NaN, part.highMm2 ?? NaN];
      t.true(0 <= low && low <= area && area <= high && high < Infinity, part.component);
      sum += area;
    }
    t.is(totalMm2, sum);
    t.true((lowMm2 ?? NaN) < sum && sum < (highMm2 ?? NaN));
  });
}

test('idle cores are one entry, however many, and the area is that of all (cases, nothing lost)', (t) => {
  const chip = loadChip('edge-28nm');
  const one = chip.areas.core.reduce((sum, { areaMm2 }) => sum + (areaMm2 ?? NaN), 0);
  const shared = chip.areas.shared.reduce((sum, { areaMm2 }) => sum + (areaMm2 ?? NaN), 0);
  for (const coreCount of [64, 65, 65_536, 1_000_000]) {
    const { totalMm2, parts } = chipArea({ ...chip, coreCount }, 2);
    const expected = coreCount * one + shared;
    t.true(Math.abs((totalMm2 ?? NaN) / expected - 1) < 1e-12);
    t.true(parts.length <= 65 * chip.areas.core.length + chip.areas.shared.length);
    const idle = parts.filter(({ cores }) => cores !== undefined);
    t.is(idle.length, coreCount > 64 ? chip.areas.core.length : 0);
    t.true(idle.every(({ core, cores }) => core === 64 && cores === coreCount - 64));
  }
  // Cores in use are listed each.
  const { parts } = chipArea({ ...chip, coreCount: 1000 }, 900);
  t.is(parts.filter(({ core }) => core === 899).length, chip.areas.core.length);
});

test('logic of edge-28nm is what Aladdin’s units at 45 nm give after Stillmaker & Baas (README, "Areas")', (t) => {
  const chip = loadChip('edge-28nm');
  // 0.46 at 32 nm, 0.21 at 20 nm, 28 nm in between; µm² in mm².
  const share = Math.log(32 / 28) / Math.log(32 / 20);
  const scale = 1e-6 * 0.46 ** (1 - share) * 0.21 ** share;
  const near = (component: AreaComponent, expected: number): void => {
    t.true(Math.abs(areaOf(chip, component) / expected - 1) < 1e-9, component);
  };
  // 1024 registers of 32 bits; 16 lanes with a multiplier of 8 × 8 bits, an adder of 32, registers of 8 + 8 + 32.
  near('accumulators', 1024 * 32 * 5.98 * scale);
  near('forwardLane', 16 * ((4600 * 64) / 1024 + 179 + 5.98 * 48) * scale);
  // Two multipliers of 8 × 8, adders and registers of 8 + 8 + 8 + 16 bits.
  near('learningLane', 16 * ((2 * 4600 * 64) / 1024 + (179 * 40) / 32 + 5.98 * 40) * scale);
  // Events of 26 bits.
  near('router', 26 * (569.5 / 32 + 2 * 5.98) * scale);
});

test('four banks take four times the area of one macro, which is a row of the table at its own node', (t) => {
  const text = edit(edgeText, 'technology: generic-28nm', 'technology: generic-32nm');
  // hwcomponents_default, 32 nm, lstp, 262144 bytes, 128 bits.
  t.is(areaOf(load(t, text), 'synapses'), 4 * 0.449028);
});

test('learning overhead in area is what exists only for learning, against all the rest', (t) => {
  const chip = loadChip('edge-28nm');
  const only = ['feedback', 'eventBuffer', 'learningLane'] as const;
  const rest = [
    ...(['synapses', 'neurons', 'bias', 'accumulators'] as const),
    ...(['activationTable', 'forwardLane', 'router', 'controller'] as const),
  ];
  const sum = (components: readonly AreaComponent[]): number =>
    4 * components.reduce((total, component) => total + areaOf(chip, component), 0);
  const expected = (100 * (sum(only) + areaOf(chip, 'delayedError'))) / sum(rest);
  t.true(Math.abs((learningAreaPercent(chipArea(chip)) ?? NaN) - expected) < 1e-9);
});

test('memories that a chip lacks or has off the chip, and sums in memory, take no area', (t) => {
  const text = edit(edgeText, 'placement: onChip', 'placement: offChip');
  const chip = load(t, edit(text, 'accumulate: registers', 'accumulate: memory'));
  const components = chipArea(chip).parts.map(({ component }) => component);
  for (const absent of ['gradient', 'optimizerState', 'delayedError', 'accumulators'] as const) {
    t.false(components.includes(absent), absent);
  }
});

test('a chip states areas of its own; an unknown one makes the total and the learning overhead unknown', (t) => {
  const own = (router: string): string =>
    edit(
      edgeText,
      'tensors:\n',
      `areas:\n  router: { ${router}, source: made up for a test }\ntensors:\n`,
    );
  const known = load(t, own('area: 1 mm^2, low: area, high: 2 * area, kind: published'));
  const change = areaOf(known, 'router') - areaOf(loadChip('edge-28nm'), 'router');
  const before = chipArea(loadChip('edge-28nm')).totalMm2 ?? NaN;
  t.true(Math.abs((chipArea(known).totalMm2 ?? NaN) - before - 4 * change) < 1e-9);
  t.is(areaOf(known, 'router'), 1);
  const unknown = chipArea(load(t, own('area: null, kind: unknown')));
  t.is(unknown.totalMm2, null);
  t.is(learningAreaPercent(unknown), null);
  t.is(unknown.parts.find(({ component }) => component === 'router')?.kind, 'unknown');
});
