import type { ActionCounter } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipImage } from '../../image/chip-image.js';
import { scalesRates } from '../../image/learning-layers.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { TimedCore } from '../core/core.js';
import type { TimedDelayedErrorMemory } from '../delayed-error-memory.js';
import { TimedFeedbackMemory } from './feedback-memory.js';
import type { FeedbackClient, FeedbackPass, FeedbackSource } from './feedback-pass.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketTarget, valueTrain } from '../router/packet-train.js';

/**
 * The label selects a row of B: rule drtp. With defp it carries the sample's delayed error behind it, which
 * multiplies the row (movingRate: η of the sample, which multiplies none of it).
 *
 * Implements: docs/spec.md §5 (feedback: drtp, defp), §4.2.
 */
export class LabelFeedback implements FeedbackPass, PacketTarget {
  readonly #client: FeedbackClient;
  readonly #services: ChipServices;
  readonly #outlet: Outlet;
  readonly #hops: ActionCounter;
  readonly #memory: TimedFeedbackMemory;
  readonly #delayedErrors: TimedDelayedErrorMemory | null;
  /** Number of this reader of the delayed-error memory. */
  readonly #reader: number;
  readonly #products: AccessMeter;
  readonly #productCount: number;
  readonly #productCycles: number;
  readonly #core: number;
  readonly #rowEnds: number;
  #missingCount = 0;

  /** Of a home. `makeOutlet`: from the pins to who takes the label; `delayedErrors`: null with drtp. */
  constructor(
    image: ChipImage,
    { number, layer }: TimedCore,
    { makeOutlet, delayedErrors }: FeedbackSource,
    client: FeedbackClient,
    services: ChipServices,
  ) {
    const { ledger, queue } = services;
    const { delayedError, feedback } = image.numerics.formats;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#client = client;
    this.#services = services;
    this.#outlet = makeOutlet(this);
    this.#delayedErrors = delayedErrors;
    this.#reader = number;
    this.#hops = ledger.counter({
      ...trainingFeedback,
      ...place,
      componentAction: 'router.hop',
      bits: image.labelBits,
    });
    this.#memory = new TimedFeedbackMemory(image, layer, layer.neuronCount, place, ledger);
    const productBits = Math.max(delayedError.totalBits, feedback.totalBits);
    this.#products = new AccessMeter(ledger, place, 'datapath.multiply', productBits);
    // The delayed error of movingRate is in η, not in the error signal.
    this.#productCount = delayedErrors === null || scalesRates(image.rule) ? 0 : layer.neuronCount;
    this.#productCycles = ceilDiv(this.#productCount, layer.organisation.learningLaneCount);
    this.#core = layer.core;
    this.#rowEnds = queue.register(() => {
      client.whenDone(queue.now, 0);
    });
    delayedErrors?.subscribe(number, (sample) => {
      this.#send(sample);
    });
  }

  start(sample: number): void {
    this.#missingCount = this.#delayedErrors === null ? 1 : 2;
    this.#send(sample);
    this.#delayedErrors?.fetch(sample, this.#reader);
  }

  receive(): void {
    this.#missingCount -= 1;
    if (this.#missingCount === 0) this.#client.signalArrived();
  }

  work(): void {
    const { queue, stall } = this.#services;
    let cycles = this.#memory.rowCycles + stall('feedback', this.#core);
    this.#memory.read(1);
    this.#products.add(trainingFeedback, this.#productCount);
    cycles += this.#productCycles;
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#rowEnds, 0, 0);
  }

  #send(sample: number): void {
    this.#outlet.send(valueTrain(sample, 1, this.#hops));
  }
}
