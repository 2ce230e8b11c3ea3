import { actionOf, type ComponentAction } from '../../../src/ledger/components.js';
import type {
  ResultLedgerRow,
  ResultRecord,
} from '../../../src/experiment/record/result-record.js';
import type { Phase, RunKind } from '../../../src/ledger/ledger-row.js';
import { sampleEnergies, sampleFigures } from './sample-energy.js';
import { epochDeadUpdates, epochErrors, epochOf, errors } from './sample-epochs.js';
import { sampleHardware } from './sample-hardware.js';
import { sampleSchedule } from './sample-schedule.js';

/*
 * A record as a run would leave it: 64–100–10, DRTP, 8-bit weights, 32-bit synapse words, two epochs of 1,500 samples.
 * Counts follow docs/spec.md §4.2, written out by hand for this one network; prices are invented. `random.draw` has no
 * price, so that training is incomplete and inference is not.
 */
type Kind = ResultLedgerRow['priceKind'];

/** pJ of one action, its band as factors, and what the price rests on. */
const prices: Readonly<
  Record<string, readonly [pj: number, low: number, high: number, kind: Kind]>
> = {
  'synapses.read': [2.4, 0.8, 1.3, 'estimated'],
  'synapses.write': [3.1, 0.8, 1.3, 'estimated'],
  'neurons.read': [0.62, 0.8, 1.3, 'estimated'],
  'neurons.write': [0.71, 0.8, 1.3, 'estimated'],
  'bias.read': [0.58, 0.8, 1.3, 'estimated'],
  'bias.write': [0.66, 0.8, 1.3, 'estimated'],
  'feedback.read': [0.9, 0.8, 1.3, 'estimated'],
  'eventBuffer.read': [0.35, 0.8, 1.3, 'estimated'],
  'eventBuffer.write': [0.41, 0.8, 1.3, 'estimated'],
  'activation.lookup': [0.12, 0.5, 2, 'assumed'],
  'datapath.multiplyAccumulate': [0.21, 0.7, 1.6, 'published'],
  'datapath.multiply': [0.17, 0.7, 1.6, 'published'],
  'datapath.add': [0.03, 0.7, 1.6, 'published'],
  'datapath.compare': [0.03, 0.7, 1.6, 'published'],
  'router.hop': [0.8, 0.5, 2, 'assumed'],
  'io.eventIn': [1.9, 0.5, 2, 'assumed'],
  'io.eventOut': [1.9, 0.5, 2, 'assumed'],
  'io.label': [1.9, 0.5, 2, 'assumed'],
  'clock.cycle': [1.45, 0.6, 1.7, 'assumed'],
  'leakage.cycle': [0.22, 0.4, 2.5, 'measured'],
};

interface Run {
  readonly run: RunKind;
  readonly samples: number;
  /** Events entering layers 1 and 2, total over the samples. */
  readonly eventTotals: readonly [number, number];
}

const inference: Run = { run: 'inference', samples: 297, eventTotals: [9_623, 27_412] };
const training: Run = { run: 'training', samples: 3_000, eventTotals: [97_260, 276_930] };

function makeRow(
  { run, samples }: Run,
  phase: Phase,
  layer: number | null,
  core: number | null,
  componentAction: ComponentAction,
  bits: number | null,
  count: number,
): ResultLedgerRow {
  const { component, action } = actionOf(componentAction);
  const price = prices[componentAction];
  const energyPj = price === undefined ? null : count * price[0];
  return {
    run,
    phase,
    layer,
    core,
    component,
    action,
    bits,
    count,
    samples,
    energyPj,
    energyLowPj: price === undefined ? null : count * price[0] * price[1],
    energyHighPj: price === undefined ? null : count * price[0] * price[2],
    priceKind: price?.[3] ?? 'unknown',
  };
}

/** Layers of the sample: neurons N, synapse words a row R, words of outputs and biases. */
const layers = [
  { layer: 1, core: 0, neurons: 100, rowWords: 25, outputWords: 25, biasWords: 50, hops: 2 },
  { layer: 2, core: 1, neurons: 10, rowWords: 3, outputWords: 3, biasWords: 5, hops: 0 },
] as const;

function forwardRows(of: Run): readonly ResultLedgerRow[] {
  const rows = layers.flatMap(
    ({ layer, core, neurons, rowWords, outputWords, biasWords, hops }) => {
      const events = of.eventTotals[layer - 1] ?? 0;
      const row = (action: ComponentAction, bits: number | null, count: number) =>
        makeRow(of, 'forward', layer, core, action, bits, count);
      const buffered = of.run === 'training' ? [row('eventBuffer.write', 16, events)] : [];
      // Only layer 1 sends events on; serial cycles of spec §5 with 16 lanes, La = 4, D = 3.
      const routed = hops === 0 ? [] : [row('router.hop', 16, of.eventTotals[1] * hops)];
      const perEventCycles = Math.max(rowWords, Math.ceil(neurons / 16));
      const passCycles = biasWords + Math.ceil(neurons / 4) + 3 + hops;
      return [
        row('synapses.read', 32, events * rowWords),
        row('neurons.write', 32, of.samples * outputWords),
        row('bias.read', 32, of.samples * biasWords),
        ...buffered,
        row('activation.lookup', 8, of.samples * neurons),
        row('datapath.multiplyAccumulate', 8, events * neurons),
        ...routed,
        row('clock.cycle', null, events * perEventCycles + of.samples * passCycles),
      ];
    },
  );
  return [makeRow(of, 'forward', null, null, 'io.eventIn', 16, of.eventTotals[0]), ...rows];
}

function readoutRows(of: Run): readonly ResultLedgerRow[] {
  const row = (action: ComponentAction, bits: number | null, perSample: number) =>
    makeRow(of, 'readout', 2, 1, action, bits, of.samples * perSample);
  return [
    row('neurons.read', 32, 3),
    row('datapath.compare', 8, 9),
    row('io.eventOut', 4, 1),
    row('clock.cycle', null, 13),
  ];
}

function learningRows(of: Run): readonly ResultLedgerRow[] {
  const feedback = [
    makeRow(of, 'feedback', null, null, 'io.label', 4, of.samples),
    makeRow(of, 'feedback', 1, 0, 'feedback.read', 32, of.samples * 25),
    makeRow(of, 'feedback', 1, 0, 'router.hop', 4, of.samples),
    makeRow(of, 'feedback', 1, 0, 'clock.cycle', null, of.samples * 26),
  ];
  const update = layers.flatMap(({ layer, core, neurons, rowWords, outputWords, biasWords }) => {
    const events = of.eventTotals[layer - 1] ?? 0;
    const row = (action: ComponentAction, bits: number | null, count: number) =>
      makeRow(of, 'update', layer, core, action, bits, count);
    // Hidden: f′ (N multiply, N add) and δz (N multiply); output with bce: C add.
    const signal =
      layer === 1
        ? [row('datapath.multiply', 8, of.samples * 2 * neurons)]
        : [row('datapath.add', 12, of.samples * neurons)];
    const derivative = layer === 1 ? [row('datapath.add', 8, of.samples * neurons)] : [];
    const perEventCycles = Math.max(2 * rowWords, Math.ceil(neurons / 16));
    const passCycles = Math.ceil(neurons / 16) + 2 * biasWords + 3;
    return [
      row('synapses.read', 32, events * rowWords),
      row('synapses.write', 32, events * rowWords),
      row('neurons.read', 32, of.samples * outputWords),
      row('bias.read', 32, of.samples * biasWords),
      row('bias.write', 32, of.samples * biasWords),
      row('eventBuffer.read', 16, events),
      row('datapath.multiplyAccumulate', 12, events * neurons),
      ...signal,
      ...derivative,
      row('datapath.add', 16, of.samples * neurons),
      row('random.draw', 16, events * neurons),
      row('clock.cycle', null, events * perEventCycles + of.samples * passCycles),
    ];
  });
  return [...feedback, ...update];
}

function cyclesOf(rows: readonly ResultLedgerRow[]): number {
  return rows
    .filter(({ component }) => component === 'clock')
    .reduce((sum, { count }) => sum + count, 0);
}

function withLeakage(of: Run, rows: readonly ResultLedgerRow[]): readonly ResultLedgerRow[] {
  const cycles = cyclesOf(rows);
  const leakage = layers.map(({ core }) =>
    makeRow(of, 'idle', null, core, 'leakage.cycle', null, cycles),
  );
  return [...rows, ...leakage];
}

function costOf(of: Run, rows: readonly ResultLedgerRow[]): ResultRecord['perSample']['training'] {
  const latencyCycles = cyclesOf(rows) / of.samples;
  return {
    ...sampleEnergies(rows),
    complete: rows.every(({ energyPj }) => energyPj !== null),
    latencyCycles,
    latencyUs: latencyCycles / sampleHardware.clockMhz,
    inputCycles: null,
    waitCycles: null,
  };
}

function memoryOf(core: number, component: string, usedBits: number, capacityBits: number) {
  const isSmall = component === 'eventBuffer';
  const trainingOnly = isSmall || component === 'feedback';
  return { core, component, capacityBits, usedBits, wordBits: isSmall ? 16 : 32, trainingOnly };
}

function fixedPointOf(layer: number, tensor: string, saturations: number, first: number | null) {
  return {
    layer,
    tensor,
    saturations,
    wraps: 0,
    values: null,
    firstTrainingSample: first,
    deadUpdateFraction: tensor === 'weight' ? 0.3182 : null,
    initialZeros: null,
    initialValues: null,
    rmsErrorVsReference: null,
    relativeRmsError: null,
    signDisagreementPercent: null,
    largestReference: null,
    outsidePercent: null,
  };
}

/** Degrees after each epoch. */
const epochAngles = [
  { chip: 71.25, reference: 69.8 },
  { chip: 58.4, reference: 55.1 },
] as const;

/** The sample; `overrides` replace whole keys. */
export function sampleResult(overrides: Partial<ResultRecord> = {}): ResultRecord {
  const inferenceRows = withLeakage(inference, [
    ...forwardRows(inference),
    ...readoutRows(inference),
  ]);
  const trainingRows = withLeakage(training, [...forwardRows(training), ...learningRows(training)]);
  const inferenceCost = costOf(inference, inferenceRows);
  const trainingCost = costOf(training, trainingRows);
  const overhead = (key: 'energyNj' | 'latencyCycles') =>
    (100 * (trainingCost[key] - inferenceCost[key])) / inferenceCost[key];
  const memory = [
    memoryOf(0, 'synapses', 64 * 25 * 32, 262_144),
    memoryOf(0, 'neurons', 25 * 32, 8_192),
    memoryOf(0, 'bias', 50 * 32, 8_192),
    memoryOf(0, 'feedback', 10 * 25 * 32, 65_536),
    memoryOf(0, 'eventBuffer', 64 * 16, 8_192),
    memoryOf(1, 'synapses', 100 * 3 * 32, 262_144),
    memoryOf(1, 'neurons', 3 * 32, 8_192),
    memoryOf(1, 'bias', 5 * 32, 8_192),
    memoryOf(1, 'eventBuffer', 100 * 16, 8_192),
  ];
  const usedBits = (isForTraining: boolean) =>
    memory
      .filter(({ trainingOnly }) => trainingOnly === isForTraining)
      .reduce((sum, entry) => sum + entry.usedBits, 0);
  return {
    schema: 'spikeledger.result/1',
    tool: { version: '0.1.0', commit: 'a5f3c21' },
    experiment: {
      name: 'digits-drtp',
      dataset: { name: 'digits', trainSamples: 1_500, testSamples: 297 },
      network: 'FC_100_FC_10',
      activation: { hidden: 'tanh', output: 'sigmoid' },
      training: { rule: 'drtp', epochs: 2, batch: 1, learningRate: '2^-6', loss: 'bce', seed: 1 },
      hardware: 'edge-28nm',
    },
    experimentHash: '1f'.repeat(32),
    hardware: sampleHardware,
    dataset: {
      name: 'digits',
      trainSamples: 1_500,
      trainSamplesInSet: null,
      testSamplesInSet: null,
      testSamples: 297,
      inputCount: 64,
      classCount: 10,
      inputs: null,
      files: [{ name: 'digits.csv', sha256: '3d'.repeat(32) }],
    },
    seed: 1,
    classes: null,
    accuracy: {
      chip: errors(epochErrors[1].chip),
      reference: { divergedInEpoch: null, ...errors(epochErrors[1].reference), backend: 'wasm' },
      lossPoints: 1.34,
      intervals: null,
      best: null,
      encoded: null,
    },
    epochs: epochErrors.map(({ chip, reference }, index) => ({
      epoch: index + 1,
      chip: epochOf(chip),
      reference: epochOf(reference),
      trainingEnergyUj: trainingCost.energyNj * 1.5,
      trainingEnergyLowUj: trainingCost.energyLowNj * 1.5,
      trainingEnergyHighUj: trainingCost.energyHighNj * 1.5,
      alignment: [
        {
          layer: 1,
          chipDegrees: epochAngles[index]?.chip ?? null,
          chipSamples: 127,
          referenceDegrees: epochAngles[index]?.reference ?? null,
          referenceSamples: 128,
        },
      ],
      health: (epochDeadUpdates[index] ?? []).map((deadUpdateFraction, place) => ({
        layer: place + 1,
        tensor: 'weight',
        saturations: 20,
        wraps: 0,
        deadUpdateFraction,
      })),
      lockstep: [],
    })),
    earlyLockstep: null,
    referenceTraining: {
      settings: { rule: 'drtp', epochs: 2, batch: 1, learningRate: '2^-6', loss: 'bce', seed: 1 },
      settingsDiffer: [],
    },
    perSample: {
      inference: inferenceCost,
      training: trainingCost,
      learningOverheadPercent: {
        energy: overhead('energyNj'),
        energyLow: 96.5,
        energyHigh: 271,
        latency: overhead('latencyCycles'),
        memory: (100 * usedBits(true)) / usedBits(false),
        area: null,
      },
    },
    ...sampleFigures(inferenceRows, trainingRows, inferenceCost, trainingCost),
    schedule: sampleSchedule(),
    activity: [
      {
        layer: 1,
        inputCount: 64,
        neuronCount: 100,
        core: 0,
        neuronParts: 1,
        axonParts: 1,
        eventsInPerTrainingSample: 97_260 / 3_000,
        eventsInPerInferenceSample: 9_623 / 297,
      },
      {
        layer: 2,
        inputCount: 100,
        neuronCount: 10,
        core: 1,
        neuronParts: 1,
        axonParts: 1,
        eventsInPerTrainingSample: 276_930 / 3_000,
        eventsInPerInferenceSample: 27_412 / 297,
      },
    ],
    measuredRuns: [],
    ledger: [...inferenceRows, ...trainingRows],
    memory,
    enginePaths: [],
    wear: [
      { layer: 1, largestWritesPerWord: 2_987, meanWritesPerWord: 1_519.69 },
      { layer: 2, largestWritesPerWord: 2_996, meanWritesPerWord: 2_769.3 },
    ],
    area: { totalMm2: null, lowMm2: null, highMm2: null, parts: [] },
    fixedPoint: [
      fixedPointOf(0, 'input', 0, null),
      fixedPointOf(1, 'weight', 41, 212),
      fixedPointOf(1, 'accumulator', 0, null),
      fixedPointOf(1, 'delta', 0, null),
      fixedPointOf(2, 'weight', 1_807, 96),
      fixedPointOf(2, 'delta', 12_403, 1),
    ],
    unpriced: ['random.draw'],
    warnings: [],
    notes: [
      'Weights round stochastically with one generator a lane.',
      'Prices of operations are scaled from 45 nm.',
    ],
    energySpread: null,
    judgedTrainSamples: null,
    resolved: null,
    timing: { wallSeconds: 1.84, samplesPerSecond: 2_310, epochs: [] },
    ...overrides,
  };
}

/** The same run without a float reference. */
export function sampleWithoutReference(): ResultRecord {
  const sample = sampleResult();
  return {
    ...sample,
    accuracy: { ...sample.accuracy, reference: null, lossPoints: null },
    epochs: sample.epochs.map((epoch) => ({
      ...epoch,
      reference: null,
      alignment: epoch.alignment.map(({ layer }) => ({
        layer,
        chipDegrees: null,
        chipSamples: 0,
        referenceDegrees: null,
        referenceSamples: 0,
      })),
    })),
    referenceTraining: null,
  };
}
