import type { ActionCounter } from '../../ledger/access-ledger.js';
import { ceilDiv } from '../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../access-meter.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { type ChipServices, tickPhases } from './chip-services.js';
import type { TimedDelayedErrorMemory } from './delayed-error-memory.js';
import { TimedFeedbackMemory } from './feedback-memory.js';
import type { FeedbackClient, FeedbackPass } from './feedback-pass.js';
import type { Outlet } from './outlet.js';
import { packetKinds } from './packet-train.js';

/**
 * The label selects a row of B: rule drtp. With defp it carries the sample's delayed error behind it, which multiplies the row.
 *
 * Implements: docs/spec.md §5 (feedback: drtp, defp), §4.2.
 */
export class LabelFeedback implements FeedbackPass {
  readonly #client: FeedbackClient;
  readonly #services: ChipServices;
  readonly #outlet: Outlet;
  readonly #hops: ActionCounter;
  readonly #memory: TimedFeedbackMemory;
  readonly #delayedErrors: TimedDelayedErrorMemory | null;
  readonly #products: AccessMeter;
  readonly #neuronCount: number;
  readonly #productCycles: number;
  readonly #core: number;
  readonly #rowEnds: number;
  #missingCount = 0;

  /** `outlet` goes from the pins to the core; `delayedErrors`: null with drtp. */
  constructor(
    image: ChipImage,
    layer: LayerImage,
    outlet: Outlet,
    delayedErrors: TimedDelayedErrorMemory | null,
    client: FeedbackClient,
    services: ChipServices,
  ) {
    const { ledger, queue } = services;
    const { delayedError, feedback } = image.numerics.formats;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#client = client;
    this.#services = services;
    this.#outlet = outlet;
    this.#delayedErrors = delayedErrors;
    this.#hops = ledger.counter({
      ...trainingFeedback,
      ...place,
      componentAction: 'router.hop',
      bits: image.labelBits,
    });
    this.#memory = new TimedFeedbackMemory(image, layer, layer.neuronCount, place, ledger);
    const productBits = Math.max(delayedError.totalBits, feedback.totalBits);
    this.#products = new AccessMeter(ledger, place, 'datapath.multiply', productBits);
    this.#neuronCount = layer.neuronCount;
    this.#productCycles = ceilDiv(layer.neuronCount, layer.organisation.learningLaneCount);
    this.#core = layer.core;
    this.#rowEnds = queue.register(() => {
      client.whenDone();
    });
    delayedErrors?.subscribe(client.layerIndex, (sample) => {
      this.#send(sample);
    });
  }

  start(sample: number): void {
    this.#missingCount = this.#delayedErrors === null ? 1 : 2;
    this.#send(sample);
    this.#delayedErrors?.fetch(sample, this.#client.layerIndex);
  }

  receive(): void {
    this.#missingCount -= 1;
    if (this.#missingCount > 0) return;
    const { queue, stall } = this.#services;
    let cycles = this.#memory.rowCycles + stall('feedback', this.#core);
    this.#memory.read(1);
    if (this.#delayedErrors !== null) {
      this.#products.add(trainingFeedback, this.#neuronCount);
      cycles += this.#productCycles;
    }
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#rowEnds, 0, 0);
  }

  #send(sample: number): void {
    this.#outlet.send({
      kind: packetKinds.error,
      sample,
      packetCount: 1,
      addresses: null,
      valuesRaw: null,
      earliestTicks: null,
      hops: this.#hops,
      departures: null,
    });
  }
}
