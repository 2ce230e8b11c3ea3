import { type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';
import { learnsInSteps } from '../../image/layer-geometry.js';
import { learns } from '../../image/learning-layers.js';
import { isBeside, isFused } from '../../image/update-order.js';
import { tickPhases } from '../chip-services.js';
import { BesideRows } from './beside-rows.js';
import type { CoreContext } from './core-context.js';
import { TimedLearningEngine } from './learning-engine.js';
import type { RunInFlight } from '../run-in-flight.js';
import { type UpdateClient, UpdatePass } from './update-pass.js';
import {
  GradientUpdate,
  type UpdateParts,
  type UpdateWork,
  WaitingUpdate,
  WeightUpdate,
} from './update-work.js';
import { RowChange } from './row-change.js';
import { WaitingRows } from './waiting-rows.js';

/** The parts of the core that learning shares with the forward pass. */
type SharedParts = Omit<UpdateParts, 'engine' | 'isHome'>;

/** Which core learns. */
interface Learner {
  /** Its number among all cores in use. */
  readonly number: number;
  /** The part as a layer of its own. */
  readonly layer: LayerImage;
  readonly isHome: boolean;
}

/** Callbacks of a core's learning. */
interface LearningClient extends UpdateClient {
  deltaMade(): void;
  stepped(): void;
  /** Nothing waits any more. */
  flushed(): void;
}

/**
 * What one core does when its layer learns: δz in a home, the update by its own events, its rows of a step.
 *
 * Implements: docs/spec.md §5 (update, a step), §7 (home), §8, §2.11.
 */
export class CoreLearning {
  /** Rows that wait for visits of the next sample; null: the schedule is not fused. */
  readonly waiting: WaitingRows | null;
  /** Rows that change beside its forward pass; null: the schedule is not beside. */
  readonly beside: BesideRows | null;
  /** Cycles of the update of one row: of its port, and of its lanes. */
  readonly rowCycles: number;
  readonly #context: CoreContext;
  readonly #learner: Learner;
  readonly #parts: UpdateParts;
  readonly #client: LearningClient;
  readonly #pass: UpdatePass;
  /** δz alone drains the pipeline; with an update behind it the lanes go on. */
  readonly #deltaDrainCycles: number;
  readonly #deltaEnds: number;
  readonly #errorEnds: number;
  readonly #stepEnds: number;
  readonly #flushEnds: number;
  #flight: RunInFlight | null = null;
  #sample = 0;
  /** Number, among all that are learned from, of the sample whose rows wait. */
  #waitingNumber = 0;
  /** From when on it has worked for the sample, and from when on without a pause. */
  #beginTick = 0;
  #workTick = 0;
  #writtenWordCount = 0;

  constructor(context: CoreContext, learner: Learner, shared: SharedParts, client: LearningClient) {
    const { image, services } = context;
    const { ledger, queue } = services;
    const { layer, isHome } = learner;
    const place: Place = { layer: layer.layer, core: layer.core };
    const engine = new TimedLearningEngine(image, layer, isHome, place, ledger);
    this.#context = context;
    this.#learner = learner;
    this.#client = client;
    this.#parts = { ...shared, isHome, engine };
    this.#deltaDrainCycles = learns(image, layer) ? 0 : layer.organisation.pipelineDepthCycles;
    this.rowCycles = Math.max(shared.synapses.rewriteCycles, engine.rowCycles);
    const change = learnsInSteps(image, layer) ? null : new RowChange(image, layer, place, ledger);
    this.waiting =
      change !== null && isFused(image, layer)
        ? new WaitingRows(layer, this.rowCycles, change, shared.synapses)
        : null;
    this.beside =
      change !== null && isBeside(image, layer)
        ? new BesideRows(layer, this.rowCycles, change, shared.synapses)
        : null;
    const work = this.#makeWork(place, change);
    this.#pass = new UpdatePass(layer, shared.buffer, work, services, {
      eventsLearned: () => {
        this.#book();
        client.eventsLearned();
      },
      updated: () => {
        this.#book();
        client.updated();
      },
    });
    this.#deltaEnds = queue.register(() => {
      this.#endDelta(() => {
        this.#parts.engine.makeDelta();
      });
    });
    this.#errorEnds = queue.register(() => {
      this.#endDelta(() => {
        this.#parts.engine.makeError();
      });
    });
    this.#stepEnds = queue.register(() => {
      this.#endStep();
    });
    this.#flushEnds = queue.register(() => {
      this.#book();
      this.closeUpdate();
      client.flushed();
    });
  }

  /** `change`: null where the layer learns in steps. */
  #makeWork(place: Place, change: RowChange | null): UpdateWork {
    const { image, services } = this.#context;
    const { layer } = this.#learner;
    const kept = this.waiting ?? this.beside;
    if (kept !== null) return new WaitingUpdate(this.#parts, kept);
    return change === null
      ? new GradientUpdate(image, layer, this.#parts, place, services.ledger)
      : new WeightUpdate(this.#parts, change, this.rowCycles);
  }

  begin(flight: RunInFlight): void {
    this.#flight = flight;
  }

  /** δz of its neurons, for a sample; in a home. */
  makeDelta(sample: number): void {
    const { queue, stall } = this.#context.services;
    const cycles =
      this.#parts.engine.deltaCycles +
      this.#deltaDrainCycles +
      stall('learning', this.#learner.layer.core);
    this.#start(sample);
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#deltaEnds, 0, 0);
  }

  /** e of its neurons alone, which tells that a sample is skipped, or that another layer learns of it; in a home of the output layer. */
  makeErrors(sample: number): void {
    const { queue, stall } = this.#context.services;
    const { core, organisation } = this.#learner.layer;
    const { deltaCycles } = this.#parts.engine;
    const cycles = deltaCycles + organisation.pipelineDepthCycles + stall('learning', core);
    this.#start(sample);
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#errorEnds, 0, 0);
  }

  /** Nothing is learned from the sample, so none of its rows waits. */
  skip(sample: number): void {
    this.#start(sample);
    this.waiting?.close();
  }

  /** Learns from the events of the sample. */
  learnEvents(sample: number): void {
    this.#start(sample);
    this.#waitingNumber = this.#flight?.numberOf(sample) ?? 0;
    this.#pass.start();
  }

  /** The biases, where it has any, after the events of all cores. */
  finishUpdate(): void {
    this.#workTick = this.#context.services.queue.now;
    this.#pass.finish();
  }

  /** Its part of a step. */
  step(): void {
    const { queue, stall } = this.#context.services;
    const cycles = this.#parts.engine.stepCycles + stall('learning', this.#learner.layer.core);
    this.#workTick = queue.now;
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#stepEnds, 0, 0);
  }

  /** Whether a sample waits for the next one. */
  get isWaiting(): boolean {
    return (this.waiting ?? this.beside)?.isOpen === true;
  }

  /** The next forward pass begins: rows that change beside it begin too. */
  beginBeside(): void {
    if (this.beside === null) return;
    const fromTick = this.#context.services.queue.now;
    this.#beginRows(this.beside);
    const bar = { kind: 'update', fromTick, toTick: this.beside.lastTick, isBeside: true } as const;
    this.#context.record.addInterval('training', this.#learner.number, this.#waitingNumber, bar);
  }

  /** Changes all rows that wait, and drains the pipeline. */
  flush(): void {
    const { queue, stall } = this.#context.services;
    const { core, organisation } = this.#learner.layer;
    this.#start(this.#sample);
    let tick = queue.now + stall('learning', core);
    for (;;) {
      const axon = this.waiting?.next(Infinity) ?? null;
      if (this.waiting === null || axon === null) break;
      tick = this.waiting.visit(axon, tick);
    }
    this.waiting?.close();
    if (this.beside !== null) {
      this.#beginRows(this.beside);
      tick = this.beside.lastTick;
    }
    tick += organisation.pipelineDepthCycles;
    queue.schedule(tick, tickPhases.workEnds, this.#flushEnds, 0, 0);
  }

  /** Books cycles of rows that a forward pass visited for the sample before alone. */
  addUpdateCycles(cycles: number): void {
    this.#context.record.addCycles('training', 'update', this.#learner.number, cycles);
  }

  /** Books synapse words written with write gating: `count` is the total so far. */
  wroteWords(count: number): void {
    this.#parts.synapses.wroteWords(count - this.#writtenWordCount, trainingUpdate);
    this.#writtenWordCount = count;
  }

  /** Books the time during which δz was on its way to the other cores. */
  sendDelta(fromTick: number, toTick: number): void {
    this.#beginTick = fromTick;
    this.#workTick = fromTick;
    this.#bookUntil(toTick);
    this.closeUpdate();
  }

  /** What it has worked for the sample since it began is a bar of the schedule. */
  closeUpdate(): void {
    const flight = this.#flight;
    if (flight === null) return;
    const bar = { kind: 'update' as const, fromTick: this.#beginTick, toTick: this.#workTick };
    const sample = flight.numberOf(this.#sample);
    this.#context.record.addInterval('training', this.#learner.number, sample, bar);
  }

  #beginRows(beside: BesideRows): void {
    const { queue, stall } = this.#context.services;
    beside.begin(queue.now, () => stall('learning', this.#learner.layer.core));
  }

  #start(sample: number): void {
    this.#sample = sample;
    this.#workTick = this.#context.services.queue.now;
    this.#beginTick = this.#workTick;
  }

  /** `make`: δz, or e alone. */
  #endDelta(make: () => void): void {
    this.#parts.neurons.readOutputs(trainingUpdate);
    make();
    this.#book();
    this.closeUpdate();
    this.#client.deltaMade();
  }

  #endStep(): void {
    this.#parts.engine.step();
    this.#book();
    this.#client.stepped();
  }

  #book(): void {
    this.#bookUntil(this.#context.services.queue.now);
  }

  /** Books the cycles since the work at hand began. */
  #bookUntil(toTick: number): void {
    const cycles = toTick - this.#workTick;
    this.#workTick = toTick;
    this.#context.record.addCycles('training', 'update', this.#learner.number, cycles);
  }
}
