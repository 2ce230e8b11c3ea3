import type { ActionCounter } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { columnCount } from '../../image/layer-geometry.js';
import type { Range } from '../../image/layer-parts.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import { TimedFeedbackMemory } from './feedback-memory.js';
import type { FeedbackClient, FeedbackPass } from './feedback-pass.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketKind, type PacketTarget, valueTrain } from '../router/packet-train.js';
import { visitTable } from '../../image/visit-table.js';

/** A home of the layer above, with the number of its neurons. */
interface DeltaSource {
  readonly outlet: Outlet;
  readonly neuronCount: number;
  hasCome: boolean;
}

/**
 * Rule fa: δz of the layer above comes from its homes, rows of B in the place of its weights are read here; they are worked from
 * the first value of each home on (docs/spec.md §8).
 *
 * Implements: docs/spec.md §5 (feedback: fa), §4.2, §4.5, §7 (error signals).
 */
export class AlignedFeedback implements FeedbackPass {
  readonly #client: FeedbackClient;
  readonly #services: ChipServices;
  readonly #hops: ActionCounter;
  readonly #memory: TimedFeedbackMemory;
  readonly #products: AccessMeter;
  /** Visits of each output of the home in the layer above. */
  readonly #visits: Int32Array;
  readonly #columnCount: number;
  readonly #rowCycles: number;
  readonly #core: number;
  readonly #rowEnds: number;
  readonly #sources: DeltaSource[] = [];
  #sample = 0;
  #missingCount = 0;
  #row = 0;

  /** `layer`: the home as a layer of its own; `outputs`: its outputs among the inputs of the layer above. */
  constructor(
    image: ChipImage,
    {
      layer,
      above,
      outputs,
    }: { readonly layer: LayerImage; readonly above: LayerImage; readonly outputs: Range },
    client: FeedbackClient,
    services: ChipServices,
  ) {
    const { ledger, queue } = services;
    const { delta, feedback } = image.numerics.formats;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#client = client;
    this.#services = services;
    this.#hops = ledger.counter({
      ...trainingFeedback,
      ...place,
      componentAction: 'router.hop',
      bits: image.eventBits,
    });
    this.#visits = visitTable(above).subarray(outputs.first, outputs.first + outputs.count);
    this.#columnCount = columnCount(above);
    this.#memory = new TimedFeedbackMemory(image, layer, this.#columnCount, place, ledger);
    const productBits = Math.max(delta.totalBits, feedback.totalBits);
    this.#products = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', productBits);
    this.#rowCycles = Math.max(
      this.#memory.rowCycles,
      ceilDiv(this.#columnCount, layer.organisation.learningLaneCount),
    );
    this.#core = layer.core;
    this.#rowEnds = queue.register(() => {
      this.#endRow();
    });
  }

  /** Adds a home of the layer above, which has `neuronCount` neurons; called once per home, before anything runs. */
  connect(neuronCount: number, makeOutlet: (target: PacketTarget) => Outlet): void {
    const place = this.#sources.length;
    const target = {
      receive: (_kind: PacketKind, sample: number) => {
        this.#receive(elementAt(this.#sources, place, 'sources of δz'), sample);
      },
    };
    this.#sources.push({ outlet: makeOutlet(target), neuronCount, hasCome: false });
  }

  start(sample: number): void {
    this.#sample = sample;
    this.#row = 0;
    this.#missingCount = this.#sources.length;
    for (const source of this.#sources) source.hasCome = false;
    for (const { outlet, neuronCount } of this.#sources) {
      outlet.send(valueTrain(sample, neuronCount, this.#hops));
    }
  }

  work(): void {
    const { queue, stall } = this.#services;
    const visitCount = this.#visits[this.#row] ?? 0;
    this.#memory.read(visitCount);
    this.#products.add(trainingFeedback, visitCount * this.#columnCount);
    const end = queue.now + visitCount * this.#rowCycles + stall('feedback', this.#core);
    queue.schedule(end, tickPhases.workEnds, this.#rowEnds, 0, 0);
  }

  /** What follows the first value may come when its rows are worked already, or even the next sample's. */
  #receive(source: DeltaSource, sample: number): void {
    if (source.hasCome || sample !== this.#sample) return;
    source.hasCome = true;
    this.#missingCount -= 1;
    if (this.#missingCount === 0) this.#client.signalArrived();
  }

  #endRow(): void {
    this.#row += 1;
    if (this.#row < this.#visits.length) this.work();
    else this.#client.whenDone(this.#services.queue.now, 0);
  }
}
