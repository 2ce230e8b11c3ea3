import type { ActionCounter } from '../../ledger/access-ledger.js';
import { ceilDiv } from '../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../access-meter.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { columnCount } from '../layer-geometry.js';
import { type ChipServices, tickPhases } from './chip-services.js';
import { TimedFeedbackMemory } from './feedback-memory.js';
import type { FeedbackClient, FeedbackPass } from './feedback-pass.js';
import type { Outlet } from './outlet.js';
import { packetKinds, type PacketTrain } from './packet-train.js';
import type { SynapseArrayPort } from './synapse-array-port.js';
import { visitTable } from './visit-table.js';

/** What δz of the layer above is multiplied with: its own weights where they lie, or B of the layer below. */
export type BackwardMatrix =
  { readonly kind: 'weightsAbove'; readonly synapses: SynapseArrayPort } | { readonly kind: 'own' };

/**
 * The layer above taken backwards, row by row of its inputs. bp: rows of W are read where they lie, each sum is sent down.
 * fa: δz is sent down, rows of B are read here; they are worked from the first value on (docs/spec.md §8).
 *
 * Implements: docs/spec.md §5 (feedback: bp, fa), §4.2, §4.5.
 */
export class LayerAboveFeedback implements FeedbackPass {
  readonly #client: FeedbackClient;
  readonly #services: ChipServices;
  readonly #outlet: Outlet;
  readonly #hops: ActionCounter;
  readonly #matrix: BackwardMatrix;
  readonly #memory: TimedFeedbackMemory | null;
  readonly #products: AccessMeter;
  /** Visits of each input of the layer above. */
  readonly #visits: Int32Array;
  readonly #neuronCountAbove: number;
  readonly #columnCount: number;
  readonly #rowCycles: number;
  readonly #core: number;
  readonly #rowEnds: number;
  #train: PacketTrain | null = null;
  #row = 0;
  #arrivedCount = 0;

  /** `outlet` goes from the core above to this one. */
  constructor(
    image: ChipImage,
    layer: LayerImage,
    above: LayerImage,
    outlet: Outlet,
    matrix: BackwardMatrix,
    client: FeedbackClient,
    services: ChipServices,
  ) {
    const { ledger, queue } = services;
    const { delta, feedback, weight } = image.numerics.formats;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#client = client;
    this.#services = services;
    this.#outlet = outlet;
    this.#matrix = matrix;
    this.#hops = ledger.counter({
      ...trainingFeedback,
      ...place,
      componentAction: 'router.hop',
      bits: image.eventBits,
    });
    this.#visits = visitTable(above);
    this.#neuronCountAbove = above.neuronCount;
    this.#columnCount = columnCount(above);
    const isOwn = matrix.kind === 'own';
    this.#memory = isOwn
      ? new TimedFeedbackMemory(image, layer, this.#columnCount, place, ledger)
      : null;
    const matrixBits = (isOwn ? feedback : weight).totalBits;
    const productBits = Math.max(delta.totalBits, matrixBits);
    this.#products = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', productBits);
    const wordCycles =
      matrix.kind === 'own' ? (this.#memory?.rowCycles ?? 0) : matrix.synapses.wordsPerRow;
    this.#rowCycles = Math.max(
      wordCycles,
      ceilDiv(this.#columnCount, layer.organisation.learningLaneCount),
    );
    this.#core = layer.core;
    this.#rowEnds = queue.register(() => {
      this.#endRow();
    });
  }

  start(sample: number): void {
    this.#row = 0;
    this.#arrivedCount = 0;
    const isSum = this.#matrix.kind === 'weightsAbove';
    this.#train = {
      kind: packetKinds.error,
      sample,
      packetCount: isSum ? 1 : this.#neuronCountAbove,
      addresses: null,
      valuesRaw: null,
      earliestTicks: null,
      hops: this.#hops,
      departures: null,
    };
    if (isSum) this.#work();
    else this.#outlet.send(this.#train);
  }

  receive(sample: number): void {
    // What follows the first value of fa may arrive when its rows are worked already.
    if (sample !== this.#train?.sample) return;
    this.#arrivedCount += 1;
    if (this.#matrix.kind === 'own') {
      if (this.#arrivedCount === 1) this.#work();
    } else if (this.#arrivedCount === this.#visits.length) {
      this.#finish();
    }
  }

  #work(): void {
    const { queue, stall } = this.#services;
    const visitCount = this.#visits[this.#row] ?? 0;
    let start = queue.now;
    if (this.#matrix.kind === 'weightsAbove') {
      start = this.#matrix.synapses.read(this.#row, visitCount, start, trainingFeedback);
    } else {
      this.#memory?.read(visitCount);
    }
    this.#products.add(trainingFeedback, visitCount * this.#columnCount);
    const end = start + visitCount * this.#rowCycles + stall('feedback', this.#core);
    queue.schedule(end, tickPhases.workEnds, this.#rowEnds, 0, 0);
  }

  #endRow(): void {
    const isLast = this.#row + 1 === this.#visits.length;
    this.#row += 1;
    if (this.#matrix.kind === 'weightsAbove' && this.#train !== null) {
      this.#outlet.send(this.#train);
    } else if (isLast) {
      this.#finish();
    }
    if (!isLast) this.#work();
  }

  #finish(): void {
    this.#train = null;
    this.#client.whenDone();
  }
}
