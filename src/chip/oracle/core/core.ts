import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import {
  inferenceForward,
  type Moment,
  type Place,
  trainingForward,
} from '../../../ledger/access-meter.js';
import type { AddressEvent } from '../units/address-event.js';
import { BiasMemory } from '../memories/bias-memory.js';
import type { ChipImage, LayerImage, LayerPart } from '../../image/chip-image.js';
import { makeLearningPath, neuronMemorySpec, synapseArraySpec } from './core-parts.js';
import type { UpdateHealth, WearFigure } from '../../engine.js';
import { EventBuffer } from '../memories/event-buffer.js';
import { ForwardDatapath } from '../units/forward-datapath.js';
import { learns } from '../../image/learning-layers.js';
import type { LearningPath, StepState } from '../learning/learning-path.js';
import { axonsOf, isHome, isInside } from '../../image/layer-parts.js';
import { NeuronMemory } from '../memories/neuron-memory.js';
import type { RateScale } from '../learning/rate-multiplier.js';
import { RandomLanes } from '../learning/random-lanes.js';
import { RouterLink } from '../units/router-link.js';
import { SynapseArray } from '../memories/synapse-array.js';
import type { TensorChecks } from '../units/tensor-check.js';
import { atPosition, makeWiring, type Wiring } from './wiring.js';

export const forwardMoments: Readonly<Record<RunKind, Moment>> = {
  inference: inferenceForward,
  training: trainingForward,
};

/** What a core has learned so far. */
export interface CoreState {
  readonly weightsRaw: Int32Array;
  /** Empty but in a home. */
  readonly biasesRaw: Int32Array;
  readonly laneStates: Uint32Array;
  /** Null where the layer does not learn in steps. */
  readonly stepState: StepState | null;
}

/** Constructor arguments of a core. */
interface CoreParts {
  /** The part as a layer of its own, with its parameters. */
  readonly layer: LayerImage;
  readonly part: LayerPart;
  readonly image: ChipImage;
  /** Those of the layer; a core that is no home counts no overflow of `update` (docs/spec.md §7). */
  readonly checks: TensorChecks;
  readonly ledger: AccessLedger;
}

/**
 * One core: the synapses between some axons and some neurons of one layer, the partial sums of those, and what learns.
 * Neurons are at home in one core, which has their biases; what else they need is in neuron-part.ts.
 *
 * Implements: docs/spec.md §1, §2.6, §2.10, §7. Not modelled: cycles (§5 derives them from the counts).
 */
export class Core {
  readonly part: LayerPart;
  readonly place: Place;
  readonly wiring: Wiring;
  readonly neurons: NeuronMemory;
  readonly #synapses: SynapseArray;
  /** Null: the biases are at home. */
  readonly #biases: BiasMemory | null;
  readonly #eventBuffer: EventBuffer;
  readonly #datapath: ForwardDatapath;
  readonly #randomLanes: RandomLanes;
  /** Null where the layer does not learn, even where it hands an error down. */
  readonly #learningPath: LearningPath | null;
  /** To its home. */
  readonly #sumLink: RouterLink;

  constructor({ layer, part, image, checks, ledger }: CoreParts) {
    const { organisation, inputFormat } = layer;
    const { wordBits, biasesPerWord } = organisation;
    const { formats, rounding } = image.numerics;
    const place: Place = { layer: layer.layer, core: part.core };
    this.part = part;
    this.place = place;
    this.wiring = makeWiring(layer);
    const synapseSpec = synapseArraySpec(layer, this.wiring);
    this.#synapses = new SynapseArray(synapseSpec, layer.weightsRaw, place, ledger);
    this.neurons = new NeuronMemory(neuronMemorySpec(layer, this.wiring), place, ledger);
    const biasSpec = { wordBits: wordBits.bias, biasesPerWord };
    this.#biases = isHome(part) ? new BiasMemory(biasSpec, layer.biasesRaw, place, ledger) : null;
    this.#eventBuffer = new EventBuffer(wordBits.eventBuffer, place, ledger);
    this.#datapath = new ForwardDatapath(
      {
        weightFormat: formats.weight,
        biasFormat: formats.bias,
        inputFormat,
        rounding: rounding.accumulator,
      },
      checks.accumulator,
      place,
      ledger,
    );
    this.#randomLanes = new RandomLanes(image.generator, part.laneSeeds, place, ledger);
    const learningParts = {
      layer,
      wiring: this.wiring,
      synapses: this.#synapses,
      biases: this.#biases,
      eventBuffer: this.#eventBuffer,
      randomLanes: this.#randomLanes,
      checks,
    };
    this.#learningPath = learns(image, layer)
      ? makeLearningPath(image, learningParts, place, ledger)
      : null;
    this.#sumLink = new RouterLink(part.homeHops, formats.accumulator.totalBits, place, ledger);
  }

  /**
   * Step 1 of §2.6 for those of the layer's events whose axons this core has; its sums begin with the biases, elsewhere
   * than at home with 0. To learn from the events, training keeps them.
   */
  integrate(eventsOfLayer: readonly AddressEvent[], run: RunKind): void {
    const moment = forwardMoments[run];
    const axons = axonsOf(this.part);
    const events = eventsOfLayer
      .filter(({ axon }) => isInside(axon, axons))
      .map((event) => ({ ...event, axon: event.axon - axons.first }));
    if (run === 'training' && this.#learningPath !== null) this.#eventBuffer.write(events, moment);
    const biases = this.#biases?.read(moment) ?? null;
    for (let position = 0; position < this.wiring.positionCount; position += 1) {
      const sums = biases === null ? this.#zeros() : this.#datapath.load(biases);
      this.neurons.writeSums(position, sums, moment);
    }
    for (const event of events) this.#integrateEvent(event, moment);
    if (run === 'training') this.#learningPath?.finishRows();
  }

  /** The partial sums of all neurons, on their way to their home. */
  sendSums(moment: Moment): readonly bigint[] {
    const sums = this.neurons.readAllSums(moment);
    this.#sumLink.carry(sums.length, moment);
    return sums;
  }

  /** z ← confine(z + what another core has summed) for every neuron. */
  addSums(received: readonly bigint[], moment: Moment): void {
    for (let position = 0; position < this.wiring.positionCount; position += 1) {
      const sums = this.neurons.readSums(position, moment);
      const added = this.#datapath.merge(sums, atPosition(received, position, this.wiring), moment);
      this.neurons.writeSums(position, added, moment);
    }
  }

  readSynapseRow(row: number, moment: Moment): readonly bigint[] {
    return this.#synapses.readRow(row, moment);
  }

  /** η of the training sample that comes (docs/spec.md §2.9, movingRate). */
  scaleRate(scale: RateScale): void {
    this.#learningPath?.scaleRate(scale);
  }

  /** Steps 4 to 6 of §2.6, or those of a sample in §2.11, if the layer learns; δz: of this core's neurons. */
  learn(deltaZ: readonly bigint[]): void {
    this.#learningPath?.learn(deltaZ);
  }

  /** The step of a batch (§2.11). */
  step(): void {
    this.#learningPath?.step();
  }

  updateHealth(layer: number): UpdateHealth {
    return this.#learningPath?.health() ?? { layer, nonZeroUpdateCount: 0, deadUpdateCount: 0 };
  }

  wear(): WearFigure {
    return this.#synapses.wear();
  }

  state(): CoreState {
    return {
      weightsRaw: this.#synapses.weightsRaw(),
      biasesRaw: this.#biases?.biasesRaw() ?? new Int32Array(),
      laneStates: this.#randomLanes.states(),
      stepState: this.#learningPath?.stepState() ?? null,
    };
  }

  /** Changes all rows whose update waits (§5.1). */
  finishRows(): void {
    this.#learningPath?.finishRows();
  }

  /** A row of the forward pass; in training with what waits to change it. */
  #weightsOf(row: number, moment: Moment): readonly bigint[] {
    const path = moment.run === 'training' ? this.#learningPath : null;
    return path === null ? this.#synapses.readRow(row, moment) : path.rowFor(row, moment);
  }

  #zeros(): bigint[] {
    return Array.from({ length: this.wiring.columnCount }, () => 0n);
  }

  /** Adds what one event brings to the sums of every position it visits. */
  #integrateEvent(event: AddressEvent, moment: Moment): void {
    for (const { row, position } of this.wiring.visits(event.axon)) {
      const weights = this.#weightsOf(row, moment);
      const sums = this.neurons.readSums(position, moment);
      const added = this.#datapath.accumulate(sums, weights, event, moment);
      this.neurons.writeSums(position, added, moment);
    }
  }
}
