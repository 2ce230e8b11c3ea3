import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ComponentAction } from '../../src/ledger/components.js';
import test from 'ava';
import { loadChip } from '../../src/hardware/load-chip.js';
import { packageRoot } from '../../src/package-root.js';

/* Frenkel 2019, doi 10.1109/TBCAS.2018.2880425, at 0.55 V: µW a MHz, pJ a synaptic operation of two cycles, µW. */
const idlePj = 1.78;
const operationPj = 8.43;
const leakageUw = 27.3;

const odin = loadChip('odin-28nm');

function pricePj(componentAction: ComponentAction, bits: number | null): number {
  return odin.unitPrice({ componentAction, bits })?.energyPj ?? NaN;
}

/** Per operation: a neuron word read and written, of a word of eight synapses an eighth (RTL of ODIN). */
const memoryPj =
  pricePj('neurons.read', 128) +
  pricePj('neurons.write', 128) +
  (pricePj('synapses.read', 32) + pricePj('synapses.write', 32)) / 8;
/** What a working cycle takes: `odin-28nm` parts it into what every cycle takes and what only a working one does. */
const workingPj = pricePj('clock.cycle', null) + pricePj('clock.ungated', null);
/** A weight of 4 bits times a value of 8. */
const arithmeticPj = pricePj('datapath.multiplyAccumulate', 8);

test('clock.cycle is what ODIN publishes less our memories and arithmetic, spread over its two cycles (README, "Overhead")', (t) => {
  const expectedPj = idlePj + (operationPj - memoryPj - arithmeticPj) / 2;
  const actualPj = workingPj;
  // The formula holds the two figures with three decimals.
  t.true(Math.abs(actualPj - expectedPj) < 0.001, `${actualPj} pJ, not ${expectedPj} pJ`);
  t.log(`memories ${memoryPj} pJ, arithmetic ${arithmeticPj} pJ, overhead ${actualPj} pJ a cycle`);
});

test('what the band of the memories makes of the overhead is what README, "Overhead", says', (t) => {
  const readme = readFileSync(path.join(packageRoot, 'hardware-models/README.md'), 'utf8');
  const rowOf = (label: string): readonly string[] =>
    readme
      .split('\n')
      .find((line) => line.startsWith(`| ${label} `))
      ?.split('|')
      .map((cell) => cell.trim()) ?? [];
  const memoryLow = odin.unitPrice({ componentAction: 'neurons.read', bits: 128 })?.lowPj ?? NaN;
  const lowShare = memoryLow / pricePj('neurons.read', 128);
  const most = (operationPj - arithmeticPj) / memoryPj;
  const expected = [
    [`at ${lowShare.toFixed(2)}, low end`, lowShare],
    ['as they are priced', 1],
    [`at ${most.toFixed(2)}`, most],
  ] as const;
  for (const [label, share] of expected) {
    const [, , accesses = '', left = ''] = rowOf(label);
    t.is(accesses, `${(share * memoryPj).toFixed(3)} pJ`, label);
    const leftPj = idlePj + (operationPj - share * memoryPj - arithmeticPj) / 2;
    t.is(left.slice(0, 8), `${leftPj.toFixed(3)} pJ`, label);
  }
});

test('with it the power of ODIN comes back at both published points: calibrated, not predicted', (t) => {
  const powerUw = (clockMhz: number, operationsPerUs: number): number =>
    leakageUw + clockMhz * workingPj + operationsPerUs * (memoryPj + arithmeticPj);
  t.true(Math.abs(powerUw(75, 37.5) / 477 - 1) < 0.01);
  t.true(Math.abs(powerUw(1.3, 0.65) / 35 - 1) < 0.01);
});

test('the leakage of ODIN is its own published 27.3 µW, at its clock of 75 MHz', (t) => {
  t.true(Math.abs(pricePj('leakage.cycle', null) - leakageUw / 75) < 1e-9);
  t.is(odin.unitPrice({ componentAction: 'leakage.cycle', bits: null })?.kind, 'published');
  t.deepEqual([...odin.ownPrices], ['clock.cycle', 'clock.ungated', 'leakage.cycle']);
});

test('the term goes with V², the square root of the lanes, and the node’s logic against 28 nm', (t) => {
  // 16 lanes, 0.8 V, 28 nm.
  const edge = loadChip('edge-28nm').unitPrice({ componentAction: 'clock.cycle', bits: null });
  const expectedPj = workingPj * 4 * (0.8 / 0.55) ** 2;
  t.true(Math.abs((edge?.energyPj ?? NaN) / expectedPj - 1) < 1e-9);
  t.is(edge?.kind, 'assumed');
});

test('the area of the controller is what our memories and a lane leave of ODIN’s core of 0.086 mm² (README, "Overhead")', (t) => {
  const areaOf = (wanted: string): number =>
    odin.areas.core.find(({ component }) => component === wanted)?.areaMm2 ?? NaN;
  const left = 0.086 - areaOf('synapses') - areaOf('neurons') - areaOf('forwardLane');
  t.true(Math.abs(areaOf('controller') - left) < 1e-5);
});

test('the synapse array of ODIN is within 15 % of the published 0.68 µm² × 65,536, blind', (t) => {
  const synapses = odin.areas.core.find(({ component }) => component === 'synapses');
  const error = (synapses?.areaMm2 ?? NaN) / (0.68e-6 * 65_536) - 1;
  t.log(`error ${(100 * error).toFixed(1)} %`);
  t.true(Math.abs(error) < 0.15);
  t.is(synapses?.bits, 32 * 1024 * 8);
});

test('clock that is not gated is a thirty-second of a working cycle, in ODIN the 1.78 pJ that it publishes of every cycle', (t) => {
  t.is(pricePj('clock.ungated', null), idlePj);
  const edge = loadChip('edge-28nm');
  const ofEdge = (componentAction: ComponentAction) =>
    edge.unitPrice({ componentAction, bits: null });
  const ungated = ofEdge('clock.ungated');
  const working = ofEdge('clock.cycle')?.energyPj ?? NaN;
  t.true(Math.abs((ungated?.energyPj ?? NaN) / (working / 32) - 1) < 1e-9);
  t.is(ungated?.lowPj, 0);
  t.true(Math.abs((ungated?.highPj ?? NaN) / ((working * idlePj) / workingPj) - 1) < 1e-3);
});

test('the delayed-error memory leaks what CACTI says of its macro, and nothing where the chip has none', (t) => {
  const sharedPj = (name: string) =>
    loadChip(name).unitPrice({ componentAction: 'leakage.shared', bits: null })?.energyPj ?? NaN;
  t.is(sharedPj('odin-28nm'), 0);
  t.is(sharedPj('reckon-28nm'), 0);
  // edge-28nm: 64 KiB of 8 bits; large-28nm has more of them. A cycle at 100 MHz.
  t.true(sharedPj('edge-28nm') > 0);
});

test('of chips with published code the term goes by flip-flops, ODIN having 4239 (README, "Overhead")', (t) => {
  for (const [name, flipFlops] of [
    ['reckon-28nm', 3564],
    ['tinyodin-28nm', 1728],
  ] as const) {
    const chip = loadChip(name);
    const expectedPj = (workingPj * flipFlops * (chip.voltageV / 0.55) ** 2) / 4239;
    for (const [action, share] of [
      ['clock.cycle', 1],
      ['clock.ungated', 1 / 32],
    ] as const) {
      const price = chip.unitPrice({ componentAction: action, bits: null });
      t.true(Math.abs((price?.energyPj ?? NaN) / (share * expectedPj) - 1) < 1e-9, name);
      t.true(chip.ownPrices.has(action));
    }
  }
});
