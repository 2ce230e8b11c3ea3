import type { Component } from '../../../src/ledger/components.js';
import test from 'ava';
import { phaseCosts, trainingPhaseOf } from '../../../src/report/files/four-phases.js';
import { renderPhasesCsv } from '../../../src/report/files/phases-csv.js';
import { sampleResult } from '../samples/sample-result.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function costOf(layer: number | null, name: string) {
  const cost = phaseCosts(sampleResult()).find(
    (candidate) => candidate.layer === layer && candidate.phase.name === name,
  );
  if (cost === undefined) throw new Error(`the sample has ${name} of layer ${String(layer)}`);
  return cost;
}

test('the phases of a training sample add up to it, low and high ends included', (t) => {
  const sample = sampleResult();
  const costs = phaseCosts(sample);
  const { energyNj, energyLowNj, energyHighNj } = sample.perSample.training;
  const ends = [
    ['energyPj', energyNj],
    ['energyLowPj', energyLowNj],
    ['energyHighPj', energyHighNj],
  ] as const;
  for (const [end, totalNj] of ends) {
    t.true(Math.abs(sum(costs.map((cost) => cost[end] ?? 0)) / (1000 * totalNj) - 1) < 1e-12);
  }
  const accesses = /^(synapses|neurons|bias|feedback|eventBuffer)$/;
  const accessRows = sample.ledger.filter(
    ({ run, component }) => run === 'training' && accesses.test(component),
  );
  const counted = sum(accessRows.map(({ count }) => count / 3_000));
  t.true(Math.abs(sum(costs.map(({ memoryAccesses }) => memoryAccesses)) / counted - 1) < 1e-12);
});

test('every layer has the four phases of NeuroSim, the chip what belongs to no layer', (t) => {
  t.deepEqual(
    phaseCosts(sampleResult()).map(
      ({ layer, phase }) => `${layer ?? 'chip'} ${phase.neuroSim ?? phase.name}`,
    ),
    [
      ...[1, 2].flatMap((layer) => ['FW', 'AG', 'WG', 'WU'].map((name) => `${layer} ${name}`)),
      'chip FW',
      'chip AG',
      'chip leakage',
    ],
  );
});

test('reads of h and products are the weight gradient, what rewrites a word is the weight update (hardware-models/README.md)', (t) => {
  // Of layer 1 a sample: 32.42 events; h in 25 words, a buffered event each; 25 synapse words read and written for each
  // event, 50 words of biases read and written.
  const events = 97_260 / 3_000;
  t.true(Math.abs(costOf(1, 'weightGradient').memoryAccesses - (25 + events)) < 1e-9);
  t.true(Math.abs(costOf(1, 'weightUpdate').memoryAccesses - (50 * events + 100)) < 1e-9);
  // g·x for each weight; f′ and δz take three operations a neuron, the bias one.
  t.true(Math.abs(costOf(1, 'weightGradient').operations - (100 * events + 400)) < 1e-9);
  t.true(Math.abs(costOf(1, 'weightUpdate').operations - 100 * events) < 1e-9);
  t.is(costOf(1, 'weightGradient').latencyCycles, null);
  t.is(costOf(1, 'error').latencyCycles, 26);
  t.is(costOf(2, 'error').energyPj, 0);
});

test('a phase with an unpriced row is incomplete, the others are complete', (t) => {
  t.false(costOf(1, 'weightUpdate').complete);
  t.true(costOf(1, 'weightGradient').complete && costOf(2, 'error').complete);
});

test('the delayed error of DEFP belongs to the error, a square root to the update', (t) => {
  const phaseOf = (phase: 'update' | 'readout' | 'control', component: Component, action: string) =>
    trainingPhaseOf({ phase, component, action });
  t.is(phaseOf('update', 'delayedError', 'write'), 'error');
  t.is(phaseOf('update', 'datapath', 'squareRoot'), 'weightUpdate');
  t.is(phaseOf('update', 'gradient', 'write'), 'weightGradient');
  t.is(phaseOf('update', 'optimizerState', 'write'), 'weightUpdate');
  t.is(phaseOf('readout', 'io', 'eventOut'), 'forward');
  t.is(phaseOf('control', 'controller', 'fetch'), 'control');
});

test('phases.csv has a line for each, an empty field where there is no layer or no latency of its own', (t) => {
  const [header, ...lines] = renderPhasesCsv(sampleResult()).trimEnd().split('\r\n');
  t.is(
    header,
    'layer,phase,neuroSim,energyLowPj,energyPj,energyHighPj,complete,latencyCycles,memoryAccesses,operations',
  );
  t.is(lines.length, 11);
  t.regex(lines[2] ?? '', /^1,weightGradient,WG,[\d.]+,[\d.]+,[\d.]+,true,,[\d.]+,[\d.]+$/);
  t.is(lines[5], '2,error,AG,0,0,0,true,0,0,0');
  t.regex(lines[10] ?? '', /^,leakage,,[\d.]+,[\d.]+,[\d.]+,true,0,0,0$/);
});

test('a phase without any price has empty energies, not 0', (t) => {
  const sample = sampleResult();
  const ledger = sample.ledger.map((row) =>
    row.phase === 'feedback'
      ? { ...row, energyPj: null, energyLowPj: null, energyHighPj: null }
      : row,
  );
  t.regex(renderPhasesCsv({ ...sample, ledger }), /\r\n1,error,AG,,,,false,26,25,0\r\n/);
});
