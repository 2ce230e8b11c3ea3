import type { ActionCounter } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { columnCount } from '../../image/layer-geometry.js';
import { isInside, type Range } from '../../image/layer-parts.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { FeedbackClient, FeedbackPass } from './feedback-pass.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketTarget, type PacketTrain, valueTrain } from '../router/packet-train.js';
import type { SynapseArrayPort } from '../core/synapse-array-port.js';
import { visitTable } from '../../image/visit-table.js';

/** A core of the layer above, which reads its part of the rows of its axons. */
interface RowReader {
  readonly axons: Range;
  readonly synapses: SynapseArrayPort;
  readonly outlet: Outlet;
}

/** H: hops of the farthest core that sends to any home of the layer, and to this one. */
interface FarthestHops {
  readonly ofLayer: number;
  readonly ofHome: number;
}

/** The home of a layer, and the layer above. */
interface BackwardSpec {
  /** The home as a layer of its own. */
  readonly layer: LayerImage;
  readonly above: LayerImage;
  /** Its outputs among the inputs of the layer above. */
  readonly outputs: Range;
  readonly hops: FarthestHops;
}

/**
 * Rule bp: the layer above taken backwards, row by row of its inputs. Every core that has the row reads its part of it where it
 * lies and sends a value down.
 *
 * Implements: docs/spec.md §5 (feedback: bp; layers of several cores), §4.2, §4.5, §7 (error signals).
 */
export class BackwardFeedback implements FeedbackPass, PacketTarget {
  readonly #client: FeedbackClient;
  readonly #services: ChipServices;
  readonly #packetHops: ActionCounter;
  readonly #products: AccessMeter;
  readonly #outputs: Range;
  /** Visits of each output of the home in the layer above. */
  readonly #visits: Int32Array;
  readonly #columnCount: number;
  readonly #laneCycles: number;
  readonly #core: number;
  readonly #hops: FarthestHops;
  readonly #rowEnds: number;
  readonly #unhinderedEnds: number;
  readonly #readers: RowReader[] = [];
  /** Cores of the row at hand. */
  #rowReaders: readonly RowReader[] = [];
  #train: PacketTrain | null = null;
  #row = 0;
  /** When the last row was worked, and values that are on their way. */
  #workedTick = 0;
  #missingCount = 0;
  /** Cycles without a row because another home's were read. */
  #pausedCycles = 0;

  constructor(
    image: ChipImage,
    { layer, above, outputs, hops }: BackwardSpec,
    client: FeedbackClient,
    services: ChipServices,
  ) {
    const { ledger, queue } = services;
    const { delta, weight } = image.numerics.formats;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#client = client;
    this.#services = services;
    this.#packetHops = ledger.counter({
      ...trainingFeedback,
      ...place,
      componentAction: 'router.hop',
      bits: image.eventBits,
    });
    this.#outputs = outputs;
    this.#visits = visitTable(above).subarray(outputs.first, outputs.first + outputs.count);
    this.#columnCount = columnCount(above);
    const productBits = Math.max(delta.totalBits, weight.totalBits);
    this.#products = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', productBits);
    this.#laneCycles = ceilDiv(this.#columnCount, layer.organisation.learningLaneCount);
    this.#core = layer.core;
    this.#hops = hops;
    this.#rowEnds = queue.register(() => {
      this.#endRow();
    });
    this.#unhinderedEnds = queue.register((ownEndTick) => {
      client.whenDone(ownEndTick, this.#pausedCycles);
    });
  }
  /** A core of the layer above that has some of the outputs as axons. Once each, before anything runs. */
  connect(
    axons: Range,
    synapses: SynapseArrayPort,
    makeOutlet: (target: PacketTarget) => Outlet,
  ): void {
    this.#readers.push({ axons, synapses, outlet: makeOutlet(this) });
  }

  /** The weights are there. */
  start(sample: number): void {
    this.#row = 0;
    this.#missingCount = 0;
    this.#pausedCycles = 0;
    this.#train = valueTrain(sample, 1, this.#packetHops);
    this.#client.signalArrived();
  }

  work(): void {
    const { queue, stall } = this.#services;
    const input = this.#outputs.first + this.#row;
    const visitCount = this.#visits[this.#row] ?? 0;
    this.#rowReaders = this.#readers.filter(({ axons }) => isInside(input, axons));
    let start = queue.now;
    let rowCycles = this.#laneCycles;
    for (const { axons, synapses } of this.#rowReaders) {
      const axon = input - axons.first;
      const granted = synapses.read(axon, visitCount, queue.now, trainingFeedback);
      start = Math.max(start, granted);
      rowCycles = Math.max(rowCycles, synapses.wordsPerRow);
    }
    this.#pausedCycles += start - queue.now;
    this.#products.add(trainingFeedback, visitCount * this.#columnCount);
    const end = start + visitCount * rowCycles + stall('feedback', this.#core);
    queue.schedule(end, tickPhases.workEnds, this.#rowEnds, 0, 0);
  }

  receive(): void {
    this.#missingCount -= 1;
    if (this.#missingCount > 0 || this.#row < this.#visits.length) return;
    const { now } = this.#services.queue;
    const ownEndTick = Math.max(now, this.#workedTick + this.#hops.ofHome);
    const endTick = Math.max(ownEndTick, this.#workedTick + this.#hops.ofLayer);
    if (endTick === now) this.#client.whenDone(ownEndTick, this.#pausedCycles);
    else {
      this.#services.queue.schedule(
        endTick,
        tickPhases.packetMoves,
        this.#unhinderedEnds,
        ownEndTick,
        0,
      );
    }
  }

  #endRow(): void {
    this.#row += 1;
    this.#workedTick = this.#services.queue.now;
    const train = this.#train;
    if (train === null) return;
    this.#missingCount += this.#rowReaders.length;
    for (const { outlet } of this.#rowReaders) outlet.send(train);
    if (this.#row < this.#visits.length) this.work();
  }
}
