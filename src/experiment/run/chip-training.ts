import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { RunActivity } from '../../chip/image/activity.js';
import type { FastEngine } from '../../chip/fast/fast-engine.js';
import { makeFastEngine } from '../../chip/engines.js';
import { carriedOver } from '../../chip/fast/carried-over.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { addBands, scaleBand } from '../../ledger/price-bands.js';
import type { EnergyBand } from '../../ledger/priced-ledger.js';
import { sampleOrder } from '../../time/seeded-order.js';
import type { LayerAlignment } from '../../reference/reference-job.js';
import { reasonOf } from '../../units/input-error.js';
import { earlySampleCount } from '../record/probe-samples.js';
import type { TensorDeviation } from '../replay/tensor-deviation.js';
import { activityBetween } from './activity-record.js';
import { countWrong, evaluateChip } from './evaluate-chip.js';
import { FrozenPhases } from './phases/frozen-phases.js';
import { Interrupted } from './interrupted.js';
import type { EpochSetting, TrainingPlan } from './phases/training-plan.js';
import type { ChipEpoch, TrainingState } from './training-state.js';

/** Samples between two looks at the clock, the progress bar and Ctrl-C. */
const chunkSampleCount = earlySampleCount;
const secondsBetweenCheckpoints = 5;

/** How long this session trained, loading and evaluation left out. */
export interface TrainingSpeed {
  readonly trainedSamples: number;
  readonly trainingSeconds: number;
}

/** What was measured of one kind of run so far. */
function activityOf(engine: FastEngine, run: RunKind): RunActivity {
  const activity = engine.activity().find((candidate) => candidate.run === run);
  if (activity === undefined) throw new RangeError(`the engine measures no ${run} activity`);
  return activity;
}

/** Learning from training samples and, with rule defp, the measuring pass. */
function ofTraining(activities: readonly RunActivity[]): readonly RunActivity[] {
  return activities.filter(({ run, sampleCount }) => run === 'training' && sampleCount > 0);
}

/** Samples of the epoch after these that were not learned from; nothing where all are. */
function skippedSince(
  epochs: readonly ChipEpoch[],
  training: readonly RunActivity[],
): Pick<ChipEpoch, 'skippedSampleCount'> {
  const total = training.find(({ isMeasuring }) => isMeasuring !== true)?.skippedSampleCount;
  if (total === undefined) return {};
  const before = epochs.reduce((sum, { skippedSampleCount = 0 }) => sum + skippedSampleCount, 0);
  return { skippedSampleCount: total - before };
}

/** A finished training: errors by epoch, what the whole training and the last evaluation did, and how fast it was. */
export interface TrainingOutcome {
  /** The chip as it is after the last epoch. */
  readonly engine: FastEngine;
  /** η of the last epoch. */
  readonly learningRate: number;
  readonly epochs: readonly ChipEpoch[];
  /** After the first samples of the first epoch; null: it has no more of them, or nothing is measured. */
  readonly earlyLockstep: TrainingState['earlyLockstep'];
  readonly activities: readonly RunActivity[];
  /** Of all runs, every evaluation among them. */
  readonly allActivities: readonly RunActivity[];
  readonly speed: TrainingSpeed;
  /** Test samples of the last evaluation by label and class said, shape (classes × classes); null: there was none. */
  readonly confusion: Uint32Array | null;
  /** Of the same evaluation 1 for each test sample that is wrong, else 0. */
  readonly wrong: Uint8Array | null;
}

/** η of the epoch that comes after these; after the last one still that of the last. */
function learningRateOf(plan: TrainingPlan, epochs: readonly ChipEpoch[]): number {
  const before = epochs.slice(0, plan.epochs - 1);
  return plan.learningRateAfter(before.map(({ trainErrorPercent }) => trainErrorPercent));
}

function settingOf(plan: TrainingPlan, epochs: readonly ChipEpoch[]): EpochSetting {
  const epoch = Math.min(epochs.length + 1, plan.epochs);
  return { learningRate: learningRateOf(plan, epochs), frozenLayers: plan.frozenIn(epoch) };
}

/** Trains epoch by epoch, from the checkpoint if there is one. Evaluates after each epoch. */
export class ChipTraining {
  readonly #plan: TrainingPlan;
  #engine: FastEngine;
  #learningRate: number;
  #frozenLayers: readonly number[];
  #phases = new FrozenPhases();
  #epochs: ChipEpoch[] = [];
  #position = 0;
  #wrongCount = 0;
  #energySoFar: EnergyBand = { energyPj: 0, lowPj: 0, highPj: 0 };
  #inference: RunActivity | null = null;
  #earlyLockstep: TrainingState['earlyLockstep'] = null;
  /** The same while float arithmetic, whose process may just have begun, has not answered. */
  #earlyAnswer: Promise<readonly TensorDeviation[]> | null = null;
  #confusion: Uint32Array | null = null;
  #wrong: Uint8Array | null = null;
  #trainedSamples = 0;
  #trainingSeconds = 0;
  /** Seconds of the epoch in work that earlier sessions spent, and when this session began with it. */
  #secondsBefore = 0;
  #epochBegin = performance.now();
  /** A second chip, which judges training samples: what the first one counts is not to know of it. */
  #judging: FastEngine | null = null;
  #lastCheckpointAt = performance.now();
  #hasFailedToKeep = false;

  private constructor(plan: TrainingPlan, engine: FastEngine, setting: EpochSetting) {
    this.#plan = plan;
    this.#engine = engine;
    this.#learningRate = setting.learningRate;
    this.#frozenLayers = setting.frozenLayers;
  }

  /** A training where its checkpoint left it, or at its beginning, with the η of that epoch. */
  static async start(plan: TrainingPlan): Promise<ChipTraining> {
    const stored = await plan.checkpoint.read();
    if (stored.kind === 'found') {
      const training = await ChipTraining.#at(plan, stored.state.epochs);
      try {
        training.#resume(stored.state);
        return training;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        plan.onWarning(`the checkpoint does not fit (${error.message}): the chip starts afresh`);
      }
    }
    if (stored.kind === 'unusable') {
      plan.onWarning(`the checkpoint ${stored.reason}: the chip starts afresh`);
    }
    return ChipTraining.#at(plan, []);
  }

  /** A chip that has learned nothing, as the epoch after these has it. */
  static async #at(plan: TrainingPlan, epochs: readonly ChipEpoch[]): Promise<ChipTraining> {
    const setting = settingOf(plan, epochs);
    return new ChipTraining(plan, await makeFastEngine(plan.imageOf(setting)), setting);
  }

  /** @throws Interrupted after Ctrl-C, with a checkpoint written. */
  async run(): Promise<TrainingOutcome> {
    if (this.#plan.isMeasuredFirst && this.#isUntouched()) this.#measure();
    while (this.#epochs.length < this.#plan.epochs) {
      this.#epochBegin = performance.now();
      await this.#setUpEpoch();
      this.#updateFeedback();
      await this.#trainEpoch();
      await this.#closeEpoch();
      await this.#checkpointNowAndThen();
    }
    // Kept until the record is written: a stop while the reference trains must not cost the chip's training.
    await this.#keep(this.#state());
    const allActivities = this.#activities();
    const training = ofTraining(allActivities);
    return {
      engine: this.#engine,
      learningRate: this.#learningRate,
      epochs: this.#epochs,
      earlyLockstep: this.#earlyLockstep,
      activities: this.#inference === null ? training : [this.#inference, ...training],
      allActivities,
      speed: { trainedSamples: this.#trainedSamples, trainingSeconds: this.#trainingSeconds },
      confusion: this.#confusion,
      wrong: this.#wrong,
    };
  }

  /** η and frozen layers of the coming epoch: others are another image, whose engine goes on where this one is. */
  async #setUpEpoch(): Promise<void> {
    const setting = settingOf(this.#plan, this.#epochs);
    const isFrozenAlike = setting.frozenLayers.join() === this.#frozenLayers.join();
    if (setting.learningRate === this.#learningRate && isFrozenAlike) return;
    if (!isFrozenAlike) this.#phases.close(this.#engine.activity(), this.#frozenLayers);
    const image = this.#plan.imageOf(setting);
    const kept = this.#engine.checkpoint();
    this.#engine = await makeFastEngine(image);
    this.#engine.restore(carriedOver(kept, image));
    this.#learningRate = setting.learningRate;
    this.#frozenLayers = setting.frozenLayers;
    this.#judging = null;
  }

  /** Everything measured so far, training by phases of frozen layers. */
  #activities(): readonly RunActivity[] {
    return this.#phases.cut(this.#engine.activity(), this.#frozenLayers);
  }

  /** B of the coming epoch, unless the chip, as its checkpoint has it, holds it already. */
  #updateFeedback(): void {
    const { feedbackUpdatesDue, feedbackUpdateOf } = this.#plan;
    const due = feedbackUpdatesDue(this.#epochs.map((epoch) => epoch.trainErrorPercent));
    const { updates } = this.#engine.checkpoint().feedback;
    if (updates.redrawn + updates.transported >= due) return;
    this.#engine.updateFeedback(feedbackUpdateOf(this.#epochs.length + 1));
  }

  #isUntouched(): boolean {
    return this.#epochs.length === 0 && this.#position === 0;
  }

  #measure(): void {
    const engine = this.#engine;
    const { train } = this.#plan;
    const order = sampleOrder(train.sampleCount, 0, 0, false);
    for (let from = 0; from < train.sampleCount; from += chunkSampleCount) {
      const to = Math.min(from + chunkSampleCount, train.sampleCount);
      engine.measure({
        ...train.encoder.encode(order, from, to),
        sampleIndices: order.slice(from, to),
      });
    }
    // Rule defp aggregated starts with the mean error of the measuring pass.
    engine.endEpoch();
  }

  #resume(state: TrainingState): void {
    this.#engine.restore(state.engine);
    this.#phases = new FrozenPhases(state.phases);
    this.#plan.train.encoder.resumeFrom(state.inputOverflowCount);
    this.#epochs = [...state.epochs];
    this.#position = state.position;
    this.#wrongCount = state.wrongCount;
    this.#energySoFar = state.energySoFar;
    this.#inference = state.inference;
    this.#earlyLockstep = state.earlyLockstep;
    this.#confusion = state.confusion;
    this.#wrong = state.wrong;
    this.#secondsBefore = state.epochSeconds;
  }

  /** Wall time of the epoch in work, s. */
  get #epochSeconds(): number {
    return this.#secondsBefore + (performance.now() - this.#epochBegin) / 1000;
  }

  /** Error and loss of the first training samples with the weights as they are. */
  async #judgeTraining(): Promise<ChipEpoch['trainAfter']> {
    const { judged, judge } = this.#plan;
    const setting = { learningRate: this.#learningRate, frozenLayers: this.#frozenLayers };
    this.#judging ??= await makeFastEngine(this.#plan.imageOf(setting));
    this.#judging.restore(this.#engine.checkpoint());
    const { errorPercent, loss } = evaluateChip(this.#judging, judged, judge);
    return { errorPercent, loss };
  }

  async #trainEpoch(): Promise<void> {
    const engine = this.#engine;
    const { train, seed, isShuffled, judge, epochs, signal } = this.#plan;
    const order = sampleOrder(train.sampleCount, seed, this.#epochs.length + 1, isShuffled);
    while (this.#position < train.sampleCount) {
      if (signal.aborted) await this.#stop();
      const begin = performance.now();
      const to = Math.min(this.#position + chunkSampleCount, train.sampleCount);
      const sampleIndices = order.slice(this.#position, to);
      const batch = { ...train.encoder.encode(order, this.#position, to), sampleIndices };
      this.#wrongCount += countWrong(engine.train(batch), batch.labels, judge.classCount);
      this.#trainedSamples += to - this.#position;
      this.#position = to;
      this.#trainingSeconds += (performance.now() - begin) / 1000;
      this.#lookEarly();
      this.#plan.onProgress(
        this.#epochs.length * train.sampleCount + to,
        epochs * train.sampleCount,
        this.#trainedSamples / this.#trainingSeconds,
      );
      // Lets Ctrl-C and the messages of the reference in.
      await setImmediate();
    }
  }

  /** Asks once, after the first samples, and does not wait. */
  #lookEarly(): void {
    const { lockstepOf, train } = this.#plan;
    const isThen = this.#epochs.length === 0 && this.#position === earlySampleCount;
    if (lockstepOf === null || !isThen || earlySampleCount >= train.sampleCount) return;
    this.#earlyAnswer = lockstepOf(this.#engine.checkpoint());
    // Whoever takes the answer reports a failure; until then nothing awaits this promise.
    this.#earlyAnswer.catch(() => undefined);
  }

  async #takeEarly(): Promise<void> {
    if (this.#earlyAnswer === null) return;
    this.#earlyLockstep = [...(await this.#earlyAnswer)];
    this.#earlyAnswer = null;
  }

  async #closeEpoch(): Promise<void> {
    const engine = this.#engine;
    const { train, trainingEnergy, alignmentOf, lockstepOf } = this.#plan;
    // The probe's process may fail: then this state is kept, so that the epoch's samples need not be learned again.
    const before = alignmentOf === null ? null : this.#state();
    engine.endEpoch();
    const trained = ofTraining(this.#activities());
    const energy = trainingEnergy(trained);
    const earlier = activityOf(engine, 'inference');
    const { errorPercent, loss, confusion, wrong } = evaluateChip(
      engine,
      this.#plan.test,
      this.#plan.judge,
    );
    const activity = activityBetween(earlier, activityOf(engine, 'inference'));
    const trainAfter = await this.#judgeTraining();
    let alignment: readonly LayerAlignment[];
    let lockstep: readonly TensorDeviation[];
    try {
      await this.#takeEarly();
      alignment = (await alignmentOf?.(engine.learnedState())) ?? [];
      lockstep = (await lockstepOf?.(engine.checkpoint())) ?? [];
    } catch (error) {
      if (before !== null) await this.#keep(before);
      throw error;
    }
    this.#inference = activity;
    this.#confusion = confusion;
    this.#wrong = wrong;
    this.#epochs.push({
      testErrorPercent: errorPercent,
      testLoss: loss,
      trainAfter,
      seconds: this.#epochSeconds,
      trainErrorPercent: (100 * this.#wrongCount) / train.sampleCount,
      ...skippedSince(this.#epochs, trained),
      trainingEnergy: addBands(energy, scaleBand(this.#energySoFar, -1)),
      alignment,
      lockstep,
      tensorHealth: engine.tensorHealth(),
      updateHealth: engine.updateHealth(),
    });
    this.#energySoFar = energy;
    this.#position = 0;
    this.#wrongCount = 0;
    this.#secondsBefore = 0;
  }

  async #checkpointNowAndThen(): Promise<void> {
    const now = performance.now();
    if (now - this.#lastCheckpointAt < secondsBetweenCheckpoints * 1000) return;
    await this.#keep(this.#state());
    this.#lastCheckpointAt = now;
  }

  #state(): TrainingState {
    return {
      engine: this.#engine.checkpoint(),
      epochs: [...this.#epochs],
      position: this.#position,
      wrongCount: this.#wrongCount,
      inputOverflowCount: this.#plan.train.encoder.overflowCount,
      energySoFar: this.#energySoFar,
      inference: this.#inference,
      earlyLockstep: this.#earlyLockstep,
      confusion: this.#confusion,
      wrong: this.#wrong,
      epochSeconds: this.#position === 0 ? 0 : this.#epochSeconds,
      ...(this.#phases.finished.length === 0 ? {} : { phases: this.#phases.finished }),
    };
  }

  /** Writes a checkpoint; where that fails, training goes on and the user is told once. Returns whether it is written. */
  async #keep(state: TrainingState): Promise<boolean> {
    try {
      await this.#plan.checkpoint.write(state);
      this.#hasFailedToKeep = false;
      return true;
    } catch (error) {
      if (!this.#hasFailedToKeep) {
        this.#plan.onWarning(
          `the checkpoint of the chip could not be written (${reasonOf(error)}); training goes on, and a stop before the next one costs the work since the last`,
        );
      }
      this.#hasFailedToKeep = true;
      return false;
    }
  }

  async #stop(): Promise<never> {
    await this.#takeEarly();
    const where = `stopped in epoch ${this.#epochs.length + 1} after ${this.#position} samples`;
    throw new Interrupted(
      (await this.#keep(this.#state()))
        ? `${where}; the same command goes on from there`
        : `${where}; no checkpoint could be written, so the same command goes on from the last one before, or begins again`,
    );
  }
}
