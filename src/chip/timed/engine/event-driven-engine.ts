import { keepsDelayedErrors } from '../../image/learning-layers.js';
import { EventQueue } from '../../../time/event-queue.js';
import { AccessLedger } from '../../../ledger/access-ledger.js';
import type { LedgerRow } from '../../../ledger/ledger-row.js';
import { elementAt } from '../../../numerics/integer.js';
import { AccessMeter, pins, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipImage } from '../../image/chip-image.js';
import type {
  ChipEngine,
  FeedbackUpdate,
  LearnedState,
  Pass,
  StepArithmetic,
  TensorHealth,
  TimelessChip,
  UpdateHealth,
  WearFigure,
} from '../../engine.js';
import { partsOf } from '../../image/layer-parts.js';
import { isPutOff } from '../../image/update-order.js';
import { checkSampleIndices, checkSamples } from '../../checks/sample-check.js';
import { assembleChip, type AssembledChip } from './assemble-chip.js';
import { type ChipServices, noStalls, type StallSource } from '../chip-services.js';
import {
  type CommandPort,
  type Controller,
  type ControllerMaker,
  HardwiredController,
  type ScheduleKind,
} from './controller.js';
import type { CoreCommand, CoreContext } from '../core/core-context.js';
import { type DelayedErrorLatency, TimedDelayedErrorMemory } from '../delayed-error-memory.js';
import { TimedFeedbackUpkeep } from './feedback-upkeep.js';
import { Router, type RouterSpec } from '../router/router.js';
import { RunInFlight, type TimedBatch } from '../run-in-flight.js';
import type { TimedLayer } from '../layer/timed-layer.js';
import { type LatencyFigure, type ScheduleInterval, TimeRecord } from './time-record.js';
import { Watchdog } from './watchdog.js';

/** How the chip is organised in time; everything is optional. */
export interface EventDrivenOptions {
  /** Of the hardwired controller; `serial` if not stated. */
  readonly schedule?: ScheduleKind;
  /** Another controller than the hardwired one. */
  readonly makeController?: ControllerMaker;
  /** `direct` if not stated. */
  readonly router?: RouterSpec;
  /** Packets that may wait at a link; 4 if not stated. */
  readonly linkQueueDepth?: number;
  /** Words of every event buffer; as many as the core has axons if not stated. */
  readonly eventBufferDepth?: number;
  /** Banks of every synapse array; 1 if not stated. */
  readonly synapseBankCount?: number;
  /** Cycles of an access to the delayed-error memory; 1 each, on the chip, if not stated. */
  readonly delayedErrorLatency?: DelayedErrorLatency;
  /** Holds up blocks, for tests of robustness. */
  readonly stalls?: StallSource;
  /** Samples of each kind of pass whose intervals `schedule()` keeps; 0 if not stated. */
  readonly scheduledSampleCount?: number;
  /** Cycles without any command done that count as a standstill; 2^32 if not stated. */
  readonly watchdogCycles?: number;
}

const defaultQueueDepth = 4;
const defaultWatchdogCycles = 4_294_967_296;

/** Waits of DEFP for the write of the same sample's visit before (docs/spec.md §8). */
export interface HazardFigure {
  readonly count: number;
  readonly cycles: number;
}

/** @throws RangeError when times are not given for each sample, or rows are changed in another order than events come in. */
function checkArrivals(image: ChipImage, { arrivals, labels }: TimedBatch, pass: Pass): void {
  if (arrivals === undefined) return;
  const [first] = image.layers;
  if (pass === 'training' && first !== undefined && isPutOff(image, first)) {
    throw new RangeError(
      `arrivals: schedule ${first.organisation.updateSchedule} of layer 1 changes rows in the order of axons, those of the sample before among them; give no arrivals`,
    );
  }
  if (arrivals.endTicks.length === labels.length) return;
  throw new RangeError(
    `arrivals: times of ${arrivals.endTicks.length} samples were given for ${labels.length}; give those of each sample`,
  );
}

/**
 * The chip as its parts move it through time, event by event; the arithmetic is given, and called when a pass completes.
 * Every row of the ledger is counted where it happens, by code of its own (import rule `timed-knows-no-other-witness`).
 * Each call of `train`, `measure` and `infer` begins and ends with an idle chip.
 *
 * Implements: docs/spec.md §8, §7, §5, §5.1 (flush), §3. Not modelled: where sums lie that reach a home before it takes them.
 */
export class EventDrivenEngine implements ChipEngine {
  readonly #image: ChipImage;
  readonly #arithmetic: TimelessChip;
  readonly #services: ChipServices;
  readonly #record: TimeRecord;
  readonly #steps: StepArithmetic;
  readonly #delayedErrors: TimedDelayedErrorMemory | null;
  readonly #chip: AssembledChip;
  readonly #feedback: TimedFeedbackUpkeep;
  readonly #controller: Controller;
  readonly #watchdog: Watchdog;
  readonly #labelsIn: AccessMeter;
  readonly #sampleCounts: Record<Pass, number> = { inference: 0, training: 0, measuring: 0 };
  #flight: RunInFlight | null = null;
  #lastFinishTick = 0;

  /** @throws RangeError when the router is not the one that the image was placed for. */
  constructor(image: ChipImage, arithmetic: TimelessChip, options: EventDrivenOptions) {
    const ledger = new AccessLedger();
    const services: ChipServices = {
      queue: new EventQueue(),
      ledger,
      stall: options.stalls ?? noStalls,
    };
    const { rule, layers } = image;
    this.#image = image;
    this.#arithmetic = arithmetic;
    this.#services = services;
    const places = layers.flatMap((layer) =>
      partsOf(layer).map(({ core }) => ({ layer: layer.layer, core })),
    );
    this.#record = new TimeRecord(places, ledger, options.scheduledSampleCount ?? 0);
    this.#steps = arithmetic.singleSteps();
    const latency = options.delayedErrorLatency ?? { readCycles: 1, writeCycles: 1 };
    this.#delayedErrors = keepsDelayedErrors(rule)
      ? new TimedDelayedErrorMemory(image, rule, latency, this.#steps, services)
      : null;
    const context: CoreContext = {
      image,
      services,
      record: this.#record,
      steps: this.#steps,
      delayedErrors: this.#delayedErrors,
      eventBufferDepth: options.eventBufferDepth ?? null,
      synapseBankCount: options.synapseBankCount ?? 1,
    };
    const queueDepth = options.linkQueueDepth ?? defaultQueueDepth;
    const router = new Router(options.router ?? { kind: 'direct' }, queueDepth, services);
    this.#chip = assembleChip(context, router, {
      sampleEnters: (sample) => {
        this.#enter(sample);
      },
      commandDone: (layer, command) => {
        this.#commandDone(layer, command);
      },
    });
    this.#feedback = new TimedFeedbackUpkeep(context, this.#chip.layers);
    const port: CommandPort = {
      start: (core, command) => {
        if (command === 'forward') this.#beginSample(core);
        elementAt(this.#chip.layers, core, 'layers').start(command);
      },
      endPass: () => {
        this.#endPass();
      },
    };
    this.#controller =
      options.makeController?.(port, services) ??
      new HardwiredController(image, options.schedule ?? 'serial', port, services);
    const watchdogCycles = options.watchdogCycles ?? defaultWatchdogCycles;
    this.#watchdog = new Watchdog(watchdogCycles, services, () => this.#describe());
    this.#labelsIn = new AccessMeter(ledger, pins, 'io.label', image.labelBits);
  }

  train(batch: TimedBatch): Int32Array {
    checkSampleIndices(batch, this.#image.rule);
    return this.#run(batch, 'training');
  }

  /** @throws RangeError for every rule but `defp`: no other keeps delayed errors. */
  measure(batch: TimedBatch): Int32Array {
    const { rule } = this.#image;
    if (this.#delayedErrors === null) {
      throw new RangeError(
        `measure: rule ${rule.kind} keeps no delayed errors; measure with rule defp, or start training at once`,
      );
    }
    checkSampleIndices(batch, rule);
    return this.#run(batch, 'measuring');
  }

  infer(batch: TimedBatch): Int32Array {
    return this.#run(batch, 'inference');
  }

  endEpoch(): void {
    const { queue } = this.#services;
    this.#flush();
    const startTick = queue.now;
    this.#controller.endEpoch?.();
    while (queue.step());
    this.#inTurn((layer, whenDone) => layer.closeBatch(whenDone));
    this.#record.addElapsed('training', queue.now - startTick);
    this.#steps.endEpoch();
  }

  updateFeedback(update: FeedbackUpdate): void {
    const { queue } = this.#services;
    this.#flush();
    this.#arithmetic.updateFeedback(update);
    const startTick = queue.now;
    this.#feedback.run(update);
    this.#record.addElapsed('training', queue.now - startTick);
  }

  ledgerRows(): readonly LedgerRow[] {
    this.#flush();
    return this.#services.ledger.rows();
  }

  tensorHealth(): readonly TensorHealth[] {
    this.#flush();
    return this.#arithmetic.tensorHealth();
  }

  updateHealth(): readonly UpdateHealth[] {
    this.#flush();
    return this.#arithmetic.updateHealth();
  }

  wear(): readonly WearFigure[] {
    this.#flush();
    return this.#arithmetic.wear();
  }

  learnedState(): LearnedState {
    this.#flush();
    return this.#arithmetic.learnedState();
  }

  /** Latencies of the samples so far, by kind of pass. */
  latencies(): readonly LatencyFigure[] {
    this.#flush();
    return this.#record.latencies();
  }

  /** Bars of the first samples, in the order in which they ended. */
  schedule(): readonly ScheduleInterval[] {
    return this.#record.schedule();
  }

  /** Waits of DEFP for the write of the same sample's visit before. */
  hazards(): HazardFigure {
    return {
      count: this.#delayedErrors?.hazardCount ?? 0,
      cycles: this.#delayedErrors?.hazardCycles ?? 0,
    };
  }

  /** Does something in all layers, one after the other as the serial schedule has it; `begin` says whether a layer has to. */
  #inTurn(begin: (layer: TimedLayer, whenDone: () => void) => boolean): void {
    const { queue } = this.#services;
    for (const layer of this.#chip.layers) {
      let isDone = !begin(layer, () => {
        isDone = true;
      });
      while (!isDone && queue.step());
    }
  }

  /** Does what waits of an update, before anyone looks at it or uses it (docs/spec.md §5.1). */
  #flush(): void {
    const { queue } = this.#services;
    const startTick = queue.now;
    this.#inTurn((layer, whenDone) => layer.flush(whenDone));
    this.#record.addElapsed('training', queue.now - startTick);
  }

  #run(batch: TimedBatch, pass: Pass): Int32Array {
    const { classCount, layers } = this.#image;
    const { queue } = this.#services;
    checkSamples(batch, elementAt(layers, 0, 'layers'), classCount);
    checkArrivals(this.#image, batch, pass);
    if (pass !== 'training') this.#flush();
    const shape = { classCount, layerCount: layers.length };
    const flight = new RunInFlight(pass, batch, this.#sampleCounts[pass], shape);
    this.#flight = flight;
    this.#delayedErrors?.begin();
    this.#chip.pins.begin(flight);
    for (const layer of this.#chip.layers) layer.begin(flight);
    const startTick = queue.now;
    this.#lastFinishTick = startTick;
    this.#watchdog.kick();
    this.#controller.begin(pass, flight.sampleCount, flight);
    if (flight.sampleCount === 0) this.#watchdog.rest();
    // After the last sample only writes of delayed errors are left.
    while (queue.step());
    if (flight.finishedCount !== flight.sampleCount) {
      throw new Error(
        `chip: ${flight.finishedCount} of ${flight.sampleCount} samples came through; ${this.#describe()}`,
      );
    }
    this.#record.addElapsed(pass, this.#lastFinishTick - startTick);
    this.#sampleCounts[pass] += flight.sampleCount;
    return flight.outputsRaw;
  }

  #enter(sample: number): void {
    const flight = this.#flight;
    if (flight === null) return;
    const { now } = this.#services.queue;
    flight.enter(sample, now);
    const { arrivals } = flight.batch;
    if (arrivals !== undefined) {
      const endTick = now + elementAt(arrivals.endTicks, sample, 'ends of samples');
      this.#watchdog.holdUntil(endTick);
      this.#controller.inputLasts?.(endTick);
    }
    if (flight.run !== 'training') return;
    this.#labelsIn.add(trainingFeedback, 1);
    this.#delayedErrors?.enter(sample, flight.indexOf(sample));
  }

  #commandDone(layer: number, command: CoreCommand): void {
    this.#finish(layer, command);
    if (this.#flight?.finishedCount !== this.#flight?.sampleCount) this.#watchdog.kick();
    this.#controller.commandDone(layer, command);
  }

  /** A layer has finished its sample after the last command of the pass. */
  #finish(layer: number, command: CoreCommand): void {
    const flight = this.#flight;
    if (flight === null) return;
    const isLast = layer === this.#image.layers.length - 1;
    const lastOfInference = isLast ? 'readout' : 'forward';
    const lastCommands = {
      training: 'update',
      measuring: 'forward',
      inference: lastOfInference,
    } as const;
    const isOver = command === lastCommands[flight.pass] && flight.isLayerOpen(layer);
    if (isOver) this.#leaveSample(layer, flight);
  }

  /** Where a program left out the last command of a sample, the layer finishes that sample when it begins the next. */
  #beginSample(layer: number): void {
    const flight = this.#flight;
    if (flight === null) return;
    if (flight.isLayerOpen(layer)) this.#leaveSample(layer, flight);
    flight.beginLayer(layer);
  }

  #endPass(): void {
    const flight = this.#flight;
    if (flight === null) return;
    for (const layer of this.#chip.layers.keys()) {
      if (flight.isLayerOpen(layer)) this.#leaveSample(layer, flight);
    }
    this.#lastFinishTick = this.#services.queue.now;
  }

  #leaveSample(layer: number, flight: RunInFlight): void {
    const entryTick = flight.finishLayer(layer);
    if (entryTick === null) return;
    this.#lastFinishTick = this.#services.queue.now;
    this.#record.addLatency(flight.pass, this.#lastFinishTick - entryTick);
    if (flight.finishedCount === flight.sampleCount) this.#watchdog.rest();
  }

  #describe(): string {
    return this.#chip.layers.map((layer) => layer.describe()).join('; ');
  }
}
