import { factsOf } from '../../../network/rule-facts.js';
import type { ActionCounter } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipImage } from '../../image/chip-image.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { TimedCore } from '../core/core.js';
import type { TimedDelayedErrorMemory } from '../delayed-error-memory.js';
import { TimedFeedbackMemory } from './feedback-memory.js';
import type { FeedbackClient, FeedbackPass, FeedbackSource } from './feedback-pass.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketTarget, valueTrain } from '../router/packet-train.js';

/**
 * A vector with a value a class multiplies B, a row as each value arrives: e of the outputs, handed down from core to core
 * (dfa, sdfa), or the full delayed vector behind the label (defp fullVector).
 *
 * Implements: docs/spec.md §5 (feedback: dfa, sdfa, fullVector), §4.2.
 */
export class VectorFeedback implements FeedbackPass, PacketTarget {
  readonly #client: FeedbackClient;
  readonly #services: ChipServices;
  readonly #outlet: Outlet;
  readonly #hops: ActionCounter;
  readonly #memory: TimedFeedbackMemory;
  readonly #delayedErrors: TimedDelayedErrorMemory | null;
  /** Number of this reader of the delayed-error memory. */
  readonly #reader: number;
  readonly #operations: AccessMeter;
  readonly #classCount: number;
  readonly #neuronCount: number;
  readonly #rowCycles: number;
  readonly #core: number;
  readonly #rowEnds: number;
  #labelIsMissing = false;
  #arrivedCount = 0;
  #workedCount = 0;
  #isWorking = false;
  /** All homes of the layer may work. */
  #isOpen = false;

  /** Of a home. `makeOutlet`: from the first core above to who takes the values, with `delayedErrors` from the pins. */
  constructor(
    image: ChipImage,
    { number, layer }: TimedCore,
    { makeOutlet, delayedErrors }: FeedbackSource,
    client: FeedbackClient,
    services: ChipServices,
  ) {
    const { ledger, queue } = services;
    const { delayedError, delta, feedback } = image.numerics.formats;
    const place: Place = { layer: layer.layer, core: layer.core };
    const isSign = factsOf(image.rule.kind).feedsBackSigns;
    const operandBits = delayedErrors === null ? delta.totalBits : delayedError.totalBits;
    const operationBits = isSign ? feedback.totalBits : Math.max(operandBits, feedback.totalBits);
    this.#client = client;
    this.#services = services;
    this.#outlet = makeOutlet(this);
    this.#delayedErrors = delayedErrors;
    this.#reader = number;
    this.#hops = ledger.counter({
      ...trainingFeedback,
      ...place,
      componentAction: 'router.hop',
      bits: delayedErrors === null ? image.eventBits : image.labelBits,
    });
    this.#memory = new TimedFeedbackMemory(image, layer, layer.neuronCount, place, ledger);
    const operation = isSign ? 'datapath.add' : 'datapath.multiplyAccumulate';
    this.#operations = new AccessMeter(ledger, place, operation, operationBits);
    this.#classCount = image.classCount;
    this.#neuronCount = layer.neuronCount;
    this.#rowCycles = Math.max(
      this.#memory.rowCycles,
      ceilDiv(layer.neuronCount, layer.organisation.learningLaneCount),
    );
    this.#core = layer.core;
    this.#rowEnds = queue.register(() => {
      this.#endRow();
    });
    delayedErrors?.subscribe(number, (sample) => {
      this.#send(sample, this.#classCount);
    });
  }

  start(sample: number): void {
    this.#arrivedCount = 0;
    this.#workedCount = 0;
    this.#isOpen = false;
    this.#labelIsMissing = this.#delayedErrors !== null;
    if (this.#delayedErrors === null) {
      this.#send(sample, this.#classCount);
    } else {
      this.#send(sample, 1);
      this.#delayedErrors.fetch(sample, this.#reader);
    }
  }

  receive(): void {
    if (this.#labelIsMissing) {
      this.#labelIsMissing = false;
      return;
    }
    this.#arrivedCount += 1;
    if (this.#arrivedCount === 1) this.#client.signalArrived();
    else this.#workOnRow();
  }

  work(): void {
    this.#isOpen = true;
    this.#workOnRow();
  }

  /** The row of the next value that has come. */
  #workOnRow(): void {
    if (!this.#isOpen || this.#isWorking || this.#workedCount === this.#arrivedCount) return;
    const { queue, stall } = this.#services;
    this.#isWorking = true;
    this.#memory.read(1);
    this.#operations.add(trainingFeedback, this.#neuronCount);
    const tick = queue.now + this.#rowCycles + stall('feedback', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#rowEnds, 0, 0);
  }

  #endRow(): void {
    this.#isWorking = false;
    this.#workedCount += 1;
    if (this.#workedCount < this.#classCount) this.#workOnRow();
    else this.#client.whenDone(this.#services.queue.now, 0);
  }

  #send(sample: number, packetCount: number): void {
    this.#outlet.send(valueTrain(sample, packetCount, this.#hops));
  }
}
