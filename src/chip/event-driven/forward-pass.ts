import { ceilDiv } from '../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../access-meter.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { columnCount } from '../layer-geometry.js';
import type { TimedActivationUnit } from './activation-unit.js';
import { type ChipServices, tickPhases } from './chip-services.js';
import type { TimedEventBuffer } from './event-buffer.js';
import type { NeuronMemoryPort } from './neuron-memory-port.js';
import type { SynapseArrayPort } from './synapse-array-port.js';

/** The parts of a core that a forward pass uses. */
export interface ForwardParts {
  readonly buffer: TimedEventBuffer;
  readonly synapses: SynapseArrayPort;
  readonly neurons: NeuronMemoryPort;
  readonly activation: TimedActivationUnit;
  /** Visits of each input. */
  readonly visits: Int32Array;
}

/**
 * The forward pass of one core: biases, then every event's fetch and its visit of the synapse array, as soon as it is in the
 * buffer, then f. A visit takes as long as the slowest of the parts it uses.
 *
 * Implements: docs/spec.md §5 (forward), §8, §4.2, §4.5 (phase forward).
 */
export class ForwardPass {
  readonly #parts: ForwardParts;
  readonly #services: ChipServices;
  readonly #biasReads: AccessMeter;
  readonly #products: AccessMeter;
  readonly #biasWords: number;
  /** E: to fetch an event before its first visit. */
  readonly #fetchCycles: number;
  readonly #visitCycles: number;
  readonly #columnCount: number;
  readonly #finalCycles: number;
  readonly #core: number;
  readonly #nextHandler: number;
  readonly #doneHandler: number;
  #moment: Moment | null = null;
  #eventCount = 0;
  #event = 0;
  #isStarved = false;

  constructor(
    image: ChipImage,
    layer: LayerImage,
    parts: ForwardParts,
    services: ChipServices,
    whenDone: () => void,
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
    this.#biasWords = ceilDiv(this.#columnCount, organisation.biasesPerWord);
    this.#fetchCycles = organisation.eventOverheadCycles;
    this.#visitCycles = Math.max(
      parts.synapses.wordsPerRow,
      ceilDiv(this.#columnCount, organisation.forwardLaneCount),
      parts.neurons.visitCycles,
    );
    this.#finalCycles = parts.activation.passCycles + organisation.pipelineDepthCycles;
    this.#core = layer.core;
    this.#nextHandler = queue.register(() => {
      this.#next();
    });
    this.#doneHandler = queue.register(whenDone);
  }

  /** Begins, now; so many events will come. */
  start(eventCount: number, moment: Moment): void {
    const { queue, stall } = this.#services;
    this.#moment = moment;
    this.#eventCount = eventCount;
    this.#event = 0;
    this.#isStarved = false;
    this.#biasReads.add(moment, this.#biasWords);
    this.#parts.neurons.loadSums(moment);
    const tick = queue.now + this.#biasWords + stall('neurons', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
  }

  /** Another event is in the buffer, or will be in a cycle. */
  notifyArrival(): void {
    if (!this.#isStarved) return;
    this.#isStarved = false;
    this.#next();
  }

  #next(): void {
    const { queue, stall } = this.#services;
    const { buffer, activation, neurons } = this.#parts;
    if (this.#moment === null) return;
    if (this.#event === this.#eventCount) {
      activation.pass(this.#moment);
      neurons.storeOutputs(this.#moment);
      const tick = queue.now + this.#finalCycles + stall('activation', this.#core);
      queue.schedule(tick, tickPhases.workEnds, this.#doneHandler, 0, 0);
    } else if (this.#event < buffer.size) {
      this.#visit(this.#event, this.#moment);
      this.#event += 1;
    } else {
      this.#isStarved = true;
    }
  }

  #visit(event: number, moment: Moment): void {
    const { queue, stall } = this.#services;
    const { buffer, synapses, neurons, visits } = this.#parts;
    const axon = buffer.axonOf(event);
    const visitCount = visits[axon] ?? 0;
    const from = Math.max(queue.now, buffer.readyTick(event)) + this.#fetchCycles;
    const start = synapses.read(axon, visitCount, from, moment);
    neurons.addToSums(visitCount, moment);
    this.#products.add(moment, visitCount * this.#columnCount);
    const tick = start + visitCount * this.#visitCycles + stall('synapses', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
  }
}
