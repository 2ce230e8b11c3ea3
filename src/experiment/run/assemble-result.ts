import type { ChipImage, LayerImage, TensorName } from '../../chip/image/chip-image.js';
import type { RunActivity } from '../../chip/image/activity.js';
import { runLedger } from '../../chip/counts/run-ledger.js';
import type { LearnedState, TensorHealth, UpdateHealth, WearFigure } from '../../chip/engine.js';
import { chipArea, type ChipArea, learningAreaPercent } from '../../hardware/chip-area.js';
import { elementAt } from '../../numerics/integer.js';
import { learnsInSteps } from '../../chip/image/layer-geometry.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { checkCounts, checkPricedLedger } from '../../ledger/invariants.js';
import type { PricedRow } from '../../ledger/priced-ledger.js';
import { priceLedger } from '../../ledger/pricing.js';
import type { MemoryUse } from '../../mapping/placement/memory-use.js';
import { toolCommit, toolVersion } from '../../tool-version.js';
import { alignmentRecord } from './alignment-record.js';
import type { TrainingOutcome } from './chip-training.js';
import {
  costOf,
  energyOverhead,
  overheadPercent,
  type PricedSamples,
  sensitivityOf,
} from '../record/energy-record.js';
import { healthByEpoch } from './epoch-health.js';
import { measuredRun } from '../record/measured-runs.js';
import { neurobenchOf } from '../record/neurobench-record.js';
import { powerOf } from '../record/power-record.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ReferenceOutcome } from '../reference/reference-outcome.js';
import { referenceTraining, settingsThatDiffer } from '../file/reference-training.js';
import { notesOf } from './result-notes.js';
import type { ResultLedgerRow, ResultRecord, ScheduleRecord } from '../record/result-record.js';
import type { TensorDeviation } from '../replay/tensor-deviation.js';

/** What a run measured. */
export interface Measured {
  readonly training: TrainingOutcome;
  readonly reference: ReferenceOutcome | null;
  readonly tensorHealth: readonly TensorHealth[];
  readonly updateHealth: readonly UpdateHealth[];
  /** Empty where there is no reference. */
  readonly deviations: readonly TensorDeviation[];
  readonly wear: readonly WearFigure[];
  /** What the chip holds at the end of training. */
  readonly learned: LearnedState;
  readonly inputOverflowCount: number;
  /** Null where the network is too large. */
  readonly schedule: ScheduleRecord | null;
  readonly wallSeconds: number;
}

export function resultRow(row: PricedRow, samples: number): ResultLedgerRow {
  const [component = '', action = ''] = row.componentAction.split('.');
  return {
    run: row.run,
    phase: row.phase,
    layer: row.layer,
    core: row.core,
    component: component,
    action,
    bits: row.bits,
    count: row.count,
    samples,
    energyPj: row.energy?.energyPj ?? null,
    energyLowPj: row.energy?.lowPj ?? null,
    energyHighPj: row.energy?.highPj ?? null,
    priceKind: row.unitPrice?.kind ?? 'unknown',
  };
}

/** Whether a layer has this tensor at all: no row for what does not exist. */
function hasTensor(image: ChipImage, layer: LayerImage, tensor: TensorName): boolean {
  const { kind: optimizer } = image.optimizer;
  const isInSteps = learnsInSteps(image, layer);
  switch (tensor) {
    case 'delayedError':
      return layer.isOutput && image.rule.kind === 'defp';
    case 'input':
      return false;
    case 'activation':
      return !layer.isOutput;
    case 'feedback':
      return layer.feedbackRaw !== null;
    case 'output':
      return layer.isOutput;
    case 'update':
      return layer.learningRate.kind === 'factor' && !isInSteps;
    case 'gradient':
      return isInSteps;
    case 'momentum':
      return isInSteps && (optimizer === 'momentum' || optimizer === 'adam');
    case 'secondMoment':
      return isInSteps && (optimizer === 'rmsprop' || optimizer === 'adam');
    default:
      return true;
  }
}

function fixedPointOf(
  prepared: PreparedExperiment,
  measured: Measured,
): ResultRecord['fixedPoint'] {
  const { initialOverflows, image } = prepared.placement;
  const inputWraps = prepared.inputQuantiser.overflow === 'wrap';
  const input = {
    layer: 0,
    tensor: 'input',
    saturations: inputWraps ? 0 : measured.inputOverflowCount,
    wraps: inputWraps ? measured.inputOverflowCount : 0,
    firstTrainingSample: null,
    deadUpdateFraction: null,
    rmsErrorVsReference: null,
    signDisagreementPercent: null,
  };
  const tensors = measured.tensorHealth
    .filter(({ layer, tensor }) =>
      hasTensor(image, elementAt(image.layers, layer - 1, 'layers'), tensor),
    )
    .map((health) => {
      const { layer, tensor } = health;
      const update = measured.updateHealth.find((candidate) => candidate.layer === layer);
      const initial = initialOverflows.find(
        (overflow) => overflow.layer === layer && overflow.tensor === tensor,
      );
      const deviation = measured.deviations.find(
        (candidate) => candidate.layer === layer && candidate.tensor === tensor,
      );
      const wraps = prepared.placement.image.numerics.overflow[tensor] === 'wrap';
      const initialCount = initial?.count ?? 0;
      const isWeight = tensor === 'weight' && update !== undefined;
      return {
        layer,
        tensor,
        saturations: health.saturationCount + (wraps ? 0 : initialCount),
        wraps: health.wrapCount + (wraps ? initialCount : 0),
        firstTrainingSample: health.firstTrainingSample,
        deadUpdateFraction:
          isWeight && update.nonZeroUpdateCount > 0
            ? update.deadUpdateCount / update.nonZeroUpdateCount
            : null,
        rmsErrorVsReference: deviation?.rmsErrorVsReference ?? null,
        signDisagreementPercent: deviation?.signDisagreementPercent ?? null,
      };
    });
  return [input, ...tensors];
}

function memoriesOf({ allocations, sharedMemories }: PreparedExperiment): readonly MemoryUse[] {
  return [
    ...allocations.flatMap(({ parts }) => parts.flatMap(({ memories }) => memories)),
    ...sharedMemories,
  ];
}

function usedBits(prepared: PreparedExperiment, withTraining: boolean): number {
  return memoriesOf(prepared)
    .filter(({ isTrainingOnly }) => withTraining || !isTrainingOnly)
    .reduce((sum, memory) => sum + memory.usedBits, 0);
}

function areaRecord({ parts, ...total }: ChipArea): ResultRecord['area'] {
  return {
    ...total,
    parts: parts.map(({ isTrainingOnly, ...part }) => ({ ...part, trainingOnly: isTrainingOnly })),
  };
}

const noErrors = { testErrorPercent: null, trainErrorPercent: null };

function microjoules(energyPj: number | undefined): number | null {
  return energyPj === undefined ? null : energyPj / 1e6;
}

/** Every epoch that chip or reference trained; what had no such epoch is null. */
function epochsOf({ training, reference }: Measured, hiddenCount: number): ResultRecord['epochs'] {
  const length = Math.max(training.epochs.length, reference?.epochs.length ?? 0);
  const health = healthByEpoch(training.epochs);
  return Array.from({ length }, (_, index) => {
    const {
      testErrorPercent: test,
      trainErrorPercent: train,
      trainingEnergy,
      alignment,
    } = training.epochs[index] ?? { ...noErrors, trainingEnergy: null, alignment: [] };
    const beside = reference?.epochs[index];
    const { testErrorPercent, trainErrorPercent } = beside ?? noErrors;
    return {
      epoch: index + 1,
      chip: { testErrorPercent: test, trainErrorPercent: train },
      reference: beside === undefined ? null : { testErrorPercent, trainErrorPercent },
      trainingEnergyUj: microjoules(trainingEnergy?.energyPj),
      trainingEnergyLowUj: microjoules(trainingEnergy?.lowPj),
      trainingEnergyHighUj: microjoules(trainingEnergy?.highPj),
      alignment: alignmentRecord(hiddenCount, alignment, beside?.alignment ?? []),
      health: [...(health[index] ?? [])],
    };
  });
}

/** Errors after each one's own last epoch. */
function accuracyOf({ training, reference }: Measured): ResultRecord['accuracy'] {
  const { testErrorPercent = null, trainErrorPercent = null } = training.epochs.at(-1) ?? {};
  const chip = { testErrorPercent, trainErrorPercent };
  const float = reference?.epochs.at(-1);
  if (reference === null || float === undefined) return { chip, reference: null, lossPoints: null };
  return {
    chip,
    reference: {
      backend: reference.backend,
      testErrorPercent: float.testErrorPercent,
      trainErrorPercent: float.trainErrorPercent,
    },
    lossPoints: testErrorPercent === null ? null : testErrorPercent - float.testErrorPercent,
  };
}

function referenceTrainingOf(
  { experiment }: PreparedExperiment,
  { reference }: Measured,
): ResultRecord['referenceTraining'] {
  if (reference === null) return null;
  return {
    settings: referenceTraining(experiment),
    settingsDiffer: [...settingsThatDiffer(experiment)],
  };
}

/**
 * Prices what was counted and puts everything into the result record.
 * @throws Error when the ledger breaks one of its laws: a defect, never to be passed on silently.
 */
export function assembleResult(prepared: PreparedExperiment, measured: Measured): ResultRecord {
  const { experiment, chip, data, topology, allocations, placement } = prepared;
  const { activities, speed } = measured.training;
  const { image } = placement;
  const counted = runLedger(image, activities);
  checkCounts(counted);
  const priced = priceLedger(counted, chip);
  checkPricedLedger(priced);
  // The measuring pass is work of the run `training`, but its samples are not learned from.
  const activityOf = (run: RunKind): RunActivity | undefined =>
    activities.find((activity) => activity.run === run && activity.isMeasuring !== true);
  const samplesOf = (run: RunKind): number => activityOf(run)?.sampleCount ?? 0;
  const pricedSamples: PricedSamples = {
    rows: priced.rows,
    samples: { inference: samplesOf('inference'), training: samplesOf('training') },
    clockMhz: chip.clockMhz,
  };
  const costs = {
    inference: costOf(pricedSamples, 'inference'),
    training: costOf(pricedSamples, 'training'),
  };
  const accuracy = accuracyOf(measured);
  const inference = activityOf('inference');
  const eventsPerSample = (run: RunKind, index: number): number => {
    return (activityOf(run)?.layers[index]?.deliveredEventCount ?? 0) / samplesOf(run);
  };
  const area = chipArea(chip);
  const files = [...data.train.sourceFiles, ...data.test.sourceFiles];
  return {
    schema: 'spikeledger.result/1',
    tool: { version: toolVersion(), commit: toolCommit() },
    experiment,
    experimentHash: prepared.experimentHash,
    hardware: {
      name: chip.name,
      hash: chip.hash,
      nodeNm: chip.technology.nodeNm,
      voltageV: chip.voltageV,
      clockMhz: chip.clockMhz,
    },
    dataset: {
      name: data.train.name,
      trainSamples: data.train.sampleCount,
      testSamples: data.test.sampleCount,
      inputCount: topology.inputCount,
      classCount: data.train.classCount,
      files: files
        .map(({ fileName, sha256 }) => ({ name: fileName, sha256 }))
        .filter((file, index, all) => all.findIndex((other) => other.name === file.name) === index),
    },
    seed: experiment.training.seed,
    accuracy,
    epochs: epochsOf(measured, topology.layers.length - 1),
    referenceTraining: referenceTrainingOf(prepared, measured),
    perSample: {
      ...costs,
      learningOverheadPercent: {
        ...energyOverhead(pricedSamples),
        latency: overheadPercent(costs.training.latencyCycles, costs.inference.latencyCycles),
        memory: overheadPercent(usedBits(prepared, true), usedBits(prepared, false)),
        area: learningAreaPercent(area),
      },
    },
    sensitivity: sensitivityOf(pricedSamples),
    power: powerOf({
      priced: pricedSamples,
      prices: chip,
      costs,
      deployment: experiment.deployment ?? null,
    }),
    neurobench:
      inference === undefined
        ? null
        : neurobenchOf({
            image,
            learned: measured.learned,
            memories: memoriesOf(prepared),
            inference,
            testErrorPercent: accuracy.chip.testErrorPercent,
          }),
    schedule: measured.schedule,
    activity: allocations.map(({ layer, inputCount, neuronCount, parts }, index) => ({
      layer,
      inputCount,
      neuronCount,
      core: elementAt(parts, 0, 'parts').core,
      neuronParts: parts.filter(({ axonPart }) => axonPart === 0).length,
      axonParts: parts.filter(({ neuronPart }) => neuronPart === 0).length,
      eventsInPerTrainingSample: eventsPerSample('training', index),
      eventsInPerInferenceSample: eventsPerSample('inference', index),
    })),
    measuredRuns: activities.map((activity) => measuredRun(image, activity)),
    ledger: priced.rows.map((row) => resultRow(row, samplesOf(row.run))),
    memory: memoriesOf(prepared).map(({ isTrainingOnly, ...memory }) => ({
      ...memory,
      trainingOnly: isTrainingOnly,
    })),
    wear: measured.wear.map(({ layer, largestWritesPerWord, totalWrites, wordCount }) => ({
      layer,
      largestWritesPerWord,
      meanWritesPerWord: totalWrites / wordCount,
    })),
    area: areaRecord(area),
    fixedPoint: fixedPointOf(prepared, measured),
    unpriced: [...priced.unpriced],
    notes: [...notesOf(prepared)],
    timing: {
      wallSeconds: measured.wallSeconds,
      samplesPerSecond:
        speed.trainedSamples > 0 ? speed.trainedSamples / speed.trainingSeconds : null,
    },
  };
}
