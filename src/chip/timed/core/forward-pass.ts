import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { columnCount } from '../../image/layer-geometry.js';
import type { TimedActivationUnit } from './activation-unit.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { BesideRows } from './beside-rows.js';
import type { TimedEventBuffer } from './event-buffer.js';
import type { NeuronMemoryPort } from './neuron-memory-port.js';
import type { SynapseArrayPort } from './synapse-array-port.js';
import type { WaitingRows } from './waiting-rows.js';

/** The parts of a core that a forward pass uses. */
interface ForwardParts {
  readonly buffer: TimedEventBuffer;
  readonly synapses: SynapseArrayPort;
  readonly neurons: NeuronMemoryPort;
  readonly activation: TimedActivationUnit;
  /** Visits of each input. */
  readonly visits: Int32Array;
  /** Null: the update waits for no forward pass. */
  readonly waiting: WaitingRows | null;
  /** Null: no update runs beside it. */
  readonly beside: BesideRows | null;
  /** Cycles of a row that is changed on the way, less the wait for its bank: those of the learning engine and the port. */
  readonly changeCycles: number;
}

/** What a sample brings to a core. */
interface VisitLoad {
  readonly eventCount: number;
  readonly visitCount: number;
}

/** Callbacks of the pass. */
interface ForwardClient {
  /** All events are visited, and the pipeline is drained. */
  drained(): void;
  /** h is made. */
  activated(): void;
}

/**
 * The forward pass of one core: biases, then every event's fetch and its visit of the synapse array, as soon as it is in the
 * buffer; in a home then f. A visit takes as long as the slowest of the parts it uses. A core that is no home begins its visits
 * with its home's, and its sums with 0.
 *
 * Implements: docs/spec.md §5 (forward), §7 (home), §8, §4.2, §4.5 (phase forward).
 */
export class ForwardPass {
  /** Cycles of the biases. */
  readonly biasCycles: number;
  readonly #parts: ForwardParts;
  readonly #services: ChipServices;
  readonly #biasReads: AccessMeter;
  readonly #products: AccessMeter;
  /** E: to fetch an event before its first visit. */
  readonly #fetchCycles: number;
  readonly #visitCycles: number;
  /** A visit that changes the row. */
  readonly #changingCycles: number;
  readonly #columnCount: number;
  readonly #drainCycles: number;
  readonly #core: number;
  readonly #isHome: boolean;
  readonly #nextHandler: number;
  readonly #drainedHandler: number;
  readonly #activatedHandler: number;
  #moment: Moment | null = null;
  /** Senders whose first packet has not come, and events of the others. */
  #missingHeadCount = 0;
  #eventCount = 0;
  #event = 0;
  #isStarved = false;
  #isInOrder = true;
  #besideCycles = 0;
  #sharedCycles = 0;

  /** `layer`: the part as a layer of its own. */
  constructor(
    image: ChipImage,
    { layer, isHome }: { readonly layer: LayerImage; readonly isHome: boolean },
    parts: ForwardParts,
    services: ChipServices,
    client: ForwardClient,
  ) {
    const { ledger, queue } = services;
    const { organisation } = layer;
    const place: Place = { layer: layer.layer, core: layer.core };
    const productBits = Math.max(
      image.numerics.formats.weight.totalBits,
      layer.inputFormat.totalBits,
    );
    this.#parts = parts;
    this.#services = services;
    this.#biasReads = new AccessMeter(ledger, place, 'bias.read', organisation.wordBits.bias);
    this.#products = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', productBits);
    this.#columnCount = columnCount(layer);
    this.biasCycles = ceilDiv(this.#columnCount, organisation.biasesPerWord);
    this.#fetchCycles = organisation.eventOverheadCycles;
    this.#visitCycles = Math.max(
      parts.synapses.wordsPerRow,
      ceilDiv(this.#columnCount, organisation.forwardLaneCount),
      parts.neurons.visitCycles,
    );
    this.#changingCycles = Math.max(this.#visitCycles, parts.changeCycles);
    this.#drainCycles = organisation.pipelineDepthCycles;
    this.#core = layer.core;
    this.#isHome = isHome;
    this.#nextHandler = queue.register(() => {
      this.#next();
    });
    this.#drainedHandler = queue.register(() => {
      client.drained();
    });
    this.#activatedHandler = queue.register(() => {
      client.activated();
    });
  }

  /** Lets the events of another sample come, from `senderCount` senders; `isInOrder`: in the order of their addresses. */
  open(senderCount: number, isInOrder: boolean): void {
    this.#missingHeadCount = senderCount;
    this.#isInOrder = isInOrder;
    this.#besideCycles = 0;
    this.#sharedCycles = 0;
    this.#eventCount = 0;
    this.#event = 0;
    this.#isStarved = false;
  }

  /** The first packet of a sender has come; its train holds `eventCount` events. */
  announce(eventCount: number): void {
    this.#missingHeadCount -= 1;
    this.#eventCount += eventCount;
    if (eventCount === 0) this.notifyArrival();
  }

  /** Begins, now. */
  start(moment: Moment): void {
    const { queue, stall } = this.#services;
    this.#moment = moment;
    if (this.#isHome) this.#biasReads.add(moment, this.biasCycles);
    this.#parts.neurons.loadSums(moment);
    const tick = queue.now + this.biasCycles + stall('neurons', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
  }

  /** Another event is in the buffer, or will be in a cycle; or it is known that none is missing. */
  notifyArrival(): void {
    if (!this.#isStarved) return;
    this.#isStarved = false;
    this.#next();
  }

  /** Cycles so far of rows that the pass visited for the sample before alone. */
  get besideCycles(): number {
    return this.#besideCycles;
  }

  /** Cycles so far of rows that the pass visited for its own sample and changed for the one before. */
  get sharedCycles(): number {
    return this.#sharedCycles;
  }

  /** Events and visits of the sample. */
  get load(): VisitLoad {
    const { buffer, visits } = this.#parts;
    let visitCount = 0;
    for (let event = 0; event < buffer.size; event += 1) {
      visitCount += visits[buffer.axonOf(event)] ?? 0;
    }
    return { eventCount: buffer.size, visitCount };
  }

  /** Cycles from the first bias to the end of the drain under this load, where nothing holds the pass up. */
  cyclesOf({ eventCount, visitCount }: VisitLoad): number {
    const visitCycles = eventCount * this.#fetchCycles + visitCount * this.#visitCycles;
    return this.biasCycles + visitCycles + this.#drainCycles;
  }

  /** f of all neurons, once their sums are whole. */
  activate(): void {
    const { queue, stall } = this.#services;
    const { activation, neurons } = this.#parts;
    if (this.#moment === null) return;
    activation.pass(this.#moment);
    neurons.readSums(this.#moment);
    neurons.storeOutputs(this.#moment);
    const tick = queue.now + activation.passCycles + stall('activation', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#activatedHandler, 0, 0);
  }

  #next(): void {
    const { queue } = this.#services;
    if (this.#moment === null) return;
    const { buffer } = this.#parts;
    if (this.#event < buffer.size) {
      const axon = buffer.axonOf(this.#event);
      if (this.#isInOrder && this.#changeBeside(axon, this.#moment)) return;
      this.#visit(axon, buffer.readyTick(this.#event), this.#moment);
      this.#event += 1;
    } else if (this.#missingHeadCount === 0 && this.#event === this.#eventCount) {
      if (this.#changeBeside(Infinity, this.#moment)) return;
      const tick = this.#endBeside(queue.now, this.#moment) + this.#drainCycles;
      queue.schedule(tick, tickPhases.workEnds, this.#drainedHandler, 0, 0);
    } else {
      this.#isStarved = true;
    }
  }

  /** Visits the next row below an axon that waits for its update; false: there is none. */
  #changeBeside(belowAxon: number, { run }: Moment): boolean {
    const { queue, stall } = this.#services;
    const waiting = run === 'training' ? this.#parts.waiting : null;
    const axon = waiting?.next(belowAxon) ?? null;
    if (waiting === null || axon === null) return false;
    const tick = waiting.visit(axon, queue.now) + stall('learning', this.#core);
    this.#besideCycles += tick - queue.now;
    queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
    return true;
  }

  /** The tick at which a row is as the update beside the pass leaves it. */
  #waitBeside(axon: number, from: number, { run }: Moment): number {
    const { beside } = this.#parts;
    if (run === 'inference' || beside === null) return from;
    const tick = beside.readyTick(axon, from);
    this.#besideCycles += tick - from;
    return tick;
  }

  /** The tick at which all rows of the update beside the pass are done. */
  #endBeside(from: number, { run }: Moment): number {
    const { beside } = this.#parts;
    if (run === 'inference' || beside === null) return from;
    const tick = Math.max(from, beside.lastTick);
    this.#besideCycles += tick - from;
    this.#sharedCycles = Math.max(0, beside.busyCycles - this.#besideCycles);
    return tick;
  }

  #visit(axon: number, readyTick: number, moment: Moment): void {
    const { queue, stall } = this.#services;
    const { synapses, neurons, visits, waiting } = this.#parts;
    const visitCount = visits[axon] ?? 0;
    const fetched = Math.max(queue.now, readyTick) + this.#fetchCycles;
    const from = this.#waitBeside(axon, fetched, moment);
    const isChanging = moment.run === 'training' && waiting?.has(axon) === true;
    if (isChanging) waiting.change(axon);
    const start = isChanging
      ? synapses.readAndRewrite(axon, from, moment)
      : synapses.read(axon, visitCount, from, moment);
    neurons.addToSums(visitCount, moment);
    this.#products.add(moment, visitCount * this.#columnCount);
    const cycles = isChanging ? this.#changingCycles : visitCount * this.#visitCycles;
    if (isChanging) this.#sharedCycles += cycles;
    const tick = start + cycles + stall('synapses', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
  }
}
