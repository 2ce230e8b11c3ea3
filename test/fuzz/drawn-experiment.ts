import path from 'node:path';
import { stringify } from 'yaml';
import { activationNames } from '../../src/network/activation-name.js';
import { feedbackDistributions } from '../../src/network/feedback.js';
import { optimizerNames } from '../../src/network/optimizer-name.js';
import { ruleNames } from '../../src/network/rule-facts.js';
import { roundingModes } from '../../src/numerics/modes.js';
import { lossNames, lossReductions } from '../../src/reference/loss.js';
import { floatBytes, npyFile } from '../datasets/file-writers.js';
import { drawChip, shippedChip, withAllMemories } from './drawn-chip.js';
import type { Draws } from './mutations.js';
import { aerFiles, npyFiles, writeFiles } from './tiny.js';

/* Experiments that a user may write and that most chips can do, so that many of them reach a page. */

const side = 6;

/** Samples of 1 × 6 × 6 for convolutions. */
function mapFiles(): Record<string, Uint8Array> {
  const part = (name: 'train' | 'test', count: number): Record<string, Uint8Array> => ({
    [`${name}-x.npy`]: npyFile(
      '<f4',
      [count, 1, side, side],
      floatBytes(
        Array.from({ length: count * side * side }, (_, index) => ((index * 7) % 13) / 13),
        4,
      ),
    ),
    [`${name}-y.npy`]: npyFile(
      '|u1',
      [count],
      Uint8Array.from({ length: count }, (_, index) => index % 2),
    ),
  });
  return { ...part('train', 9), ...part('test', 3) };
}

/** The samples that drawn experiments name. */
export function writeSamples(folder: string): void {
  writeFiles(path.join(folder, 'data'), npyFiles());
  writeFiles(path.join(folder, 'maps'), mapFiles());
  writeFiles(path.join(folder, 'events'), aerFiles());
}

/** Keys of an experiment; one that is undefined is left out. */
type Keys = Record<string, unknown>;

/** A drawn value with this probability, otherwise the key is left out. */
function maybe<Value>(draws: Draws, share: number, value: () => Value): Value | undefined {
  return draws.hits(share) ? value() : undefined;
}

/** What is learned, by which shape, and when its events come. */
function drawTask(draws: Draws): Keys {
  const network = draws.pick(['FC_2_FC_2', 'FC_5_FC_2', 'FC_2', 'FC_3_FC_4_FC_2']);
  const limits = {
    trainSamples: maybe(draws, 0.3, () => 1 + draws.below(9)),
    testSamples: maybe(draws, 0.3, () => 1 + draws.below(3)),
  };
  const own = (name: string, format = 'npy'): Keys => ({ path: name, format, ...limits });
  return draws.pick<() => Keys>([
    () => ({ dataset: own('data'), network }),
    () => ({
      dataset: { ...own('data'), scale: draws.pick([0.5, '1/16', '2^-4', 2]) },
      network,
    }),
    () => ({
      dataset: { ...own('data'), normalise: draws.pick(['range', 'channel']) },
      network,
      precision: { input: 's8.4' },
    }),
    () => ({
      dataset: own('data'),
      network,
      input: { coding: 'ttfs', cyclesPerStep: draws.pick([1, 4, 1000]) },
    }),
    () => ({
      dataset: own('events', 'aer'),
      network,
      precision: { input: 'u8.4' },
      input: { coding: 'recorded', cyclesPerUs: draws.pick([0.01, 1, 10]) },
    }),
    () => ({
      dataset: own('maps'),
      network: draws.pick(['CONV_2_3_1_1_FC_2', 'CONV_2_3_1_0_FC_3_FC_2', 'CONV_1_2_2_1_FC_2']),
    }),
  ])();
}

function drawTraining(draws: Draws): Keys {
  const rule = draws.pick(ruleNames);
  const policy = (): Keys =>
    draws.pick([
      { name: 'redrawn', everyEpochs: 1 },
      { name: 'redrawnOnPlateau', patience: 0 },
      { name: 'transported', everyEpochs: 1 },
    ]);
  const schedule = (): Keys =>
    draws.pick([
      { name: 'step', everyEpochs: 1, factor: 0.5 },
      { name: 'exponential', factor: 0.9 },
      { name: 'cosine', epochs: 2 },
      { name: 'plateau', factor: 0.5, patience: 0 },
    ]);
  return {
    rule,
    defp:
      rule === 'defp'
        ? {
            variant: draws.pick(['error', 'loss', 'aggregated', 'fullVector']),
            init: draws.pick(['targets', 'measure']),
          }
        : undefined,
    epochs: 1 + draws.below(3),
    learningRate: draws.pick(['2^-3', '2^-6', 0.01, 1, 1e-6]),
    batch: maybe(draws, 0.25, () => draws.pick([2, 5, 64])),
    optimizer: maybe(draws, 0.25, () => draws.pick(optimizerNames)),
    loss: maybe(draws, 0.4, () => draws.pick(lossNames)),
    lossReduction: maybe(draws, 0.2, () => draws.pick(lossReductions)),
    schedule: maybe(draws, 0.2, schedule),
    feedback: maybe(draws, 0.3, () => draws.pick(feedbackDistributions)),
    feedbackSource: maybe(draws, 0.2, () => draws.pick(['memory', 'generator'])),
    feedbackPolicy: maybe(draws, 0.1, policy),
    frozenLayers: maybe(draws, 0.1, () => [1]),
    freeze: maybe(draws, 0.1, () => [{ layers: [1], from: 1, to: 1 }]),
    weights: maybe(draws, 0.15, () => 'zero'),
    updateSkip: maybe(draws, 0.15, () => ({ whenErrorBelow: draws.pick([0.1, 0.5, 0.9]) })),
    seed: maybe(draws, 0.5, () => draws.below(1000)),
    shuffle: maybe(draws, 0.2, () => false),
  };
}

function drawPrecision(draws: Draws): Keys {
  return {
    weight: maybe(draws, 0.4, () => draws.pick(['s2.0', 's4.3', 's6.5', 's16.15'])),
    bias: maybe(draws, 0.1, () => draws.pick(['s8.7', 's24.16'])),
    activation: maybe(draws, 0.2, () => draws.pick(['s4.3', 's8.6', 's12.8', 'u8.8'])),
    output: maybe(draws, 0.2, () => draws.pick(['u4.3', 'u8.7', 's8.6'])),
    delta: maybe(draws, 0.1, () => draws.pick(['s4.3', 's12.10'])),
    delayedError: 's8.6',
    rounding: maybe(draws, 0.2, () => draws.pick(roundingModes)),
    overflow: maybe(draws, 0.1, () => draws.pick(['saturate', 'wrap'])),
  };
}

function drawDeployment(draws: Draws): Keys {
  const battery = draws.pick([
    { energy: '2.4 kJ' },
    { capacity: '230 mAh', voltage: '3 V' },
    { energy: '1 pJ' },
  ]);
  return {
    samplesPerSecond: draws.pick([1e-6, 1, 1000, 1e12]),
    trainingFraction: draws.pick([0, 0.1, 1]),
    battery: maybe(draws, 0.7, () => battery),
  };
}

/** An experiment file, and the file `chip.yaml` that it may name. */
interface DrawnExperiment {
  readonly experiment: Keys;
  readonly chip: Keys;
}

/** Draws an experiment; samples are those of `writeSamples`. */
export function drawExperiment(draws: Draws): DrawnExperiment {
  const { precision, ...task } = drawTask(draws);
  const training = drawTraining(draws);
  const base = draws.pick(['edge-28nm', 'mesh-28nm', 'large-28nm', 'edge-28nm-fused']);
  const chip = draws.hits(0.5) ? drawChip(draws, base) : withAllMemories(shippedChip(base));
  const parts = { neuronParts: draws.pick([1, 2]), axonParts: draws.pick([1, 2]) };
  const experiment = {
    name: 'drawn',
    ...task,
    activation: maybe(draws, 0.4, () => ({
      hidden: draws.pick(activationNames),
      output: draws.pick(['sigmoid', 'sigmoid', 'none', 'tanh']),
    })),
    training,
    hardware: './chip.yaml',
    precision: { ...drawPrecision(draws), ...(precision as Keys | undefined) },
    events: maybe(draws, 0.3, () => ({ dense: draws.hits(0.5), threshold: draws.pick([0, 0.25]) })),
    mapping: maybe(draws, 0.2, () => ({ layers: [{ layer: 1, ...parts }] })),
    deployment: maybe(draws, 0.4, () => drawDeployment(draws)),
    reference: maybe(draws, 0.9, () => ({ enabled: false })) ?? { backend: 'cpu' },
  };
  return { experiment, chip };
}

/** Writes a drawn experiment as `case.yaml`, its chip beside it; the text of both. */
export function writeDrawn(folder: string, { experiment, chip }: DrawnExperiment): string {
  const texts = { 'case.yaml': stringify(experiment), 'chip.yaml': stringify(chip) };
  writeFiles(folder, texts);
  return Object.values(texts).join('---\n');
}
