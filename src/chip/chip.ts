import { AccessLedger } from '../ledger/access-ledger.js';
import type { LedgerRow, RunKind } from '../ledger/ledger-row.js';
import { elementAt } from '../numerics/integer.js';
import {
  AccessMeter,
  inferenceForward,
  type Moment,
  pins,
  trainingFeedback,
  trainingForward,
} from './access-meter.js';
import { type AddressEvent, eventsOf } from './address-event.js';
import type { ChipImage } from './chip-image.js';
import { Core } from './core.js';
import { checkDatapathWidth } from './datapath-width.js';
import type {
  ChipEngine,
  LearnedState,
  SampleBatch,
  TensorHealth,
  UpdateHealth,
  WearFigure,
} from './engine.js';
import { RouterLink } from './router-link.js';
import { checkSamples } from './sample-check.js';

/**
 * The chip: pins, router and controller around one core a layer. This is the oracle engine: exact integers of any
 * size, one step after the other, every access counted where it happens.
 *
 * Implements: docs/spec.md §1, §2.6, §4.2. Not modelled: cycles, firmware.
 */
export class Chip implements ChipEngine {
  readonly #image: ChipImage;
  readonly #ledger = new AccessLedger();
  readonly #cores: readonly Core[];
  readonly #links: readonly RouterLink[];
  readonly #eventsIn: AccessMeter;
  readonly #labelsIn: AccessMeter;
  readonly #sample: { trainingOrdinal: number | null } = { trainingOrdinal: null };
  #trainedSampleCount = 0;

  /** @throws InputError when the image's numbers do not fit the datapath (docs/spec.md §2.4). */
  constructor(image: ChipImage) {
    checkDatapathWidth(image);
    const { eventBits, labelBits } = image;
    this.#image = image;
    this.#cores = image.layers.map((layer) => new Core(layer, image, this.#sample, this.#ledger));
    this.#links = image.layers.map(
      ({ layer, core, outputHops }) =>
        new RouterLink(outputHops, eventBits, { layer, core }, this.#ledger),
    );
    this.#eventsIn = new AccessMeter(this.#ledger, pins, 'io.eventIn', eventBits);
    this.#labelsIn = new AccessMeter(this.#ledger, pins, 'io.label', labelBits);
  }

  train(batch: SampleBatch): Int32Array {
    return this.#runAll(batch, (inputs, label) => this.#trainSample(inputs, label));
  }

  infer(batch: SampleBatch): Int32Array {
    return this.#runAll(batch, (inputs) => this.#inferSample(inputs));
  }

  ledgerRows(): readonly LedgerRow[] {
    return this.#ledger.rows();
  }

  tensorHealth(): readonly TensorHealth[] {
    return this.#cores.flatMap((core) => core.tensorHealth());
  }

  updateHealth(): readonly UpdateHealth[] {
    return this.#cores.map((core) => core.updateHealth());
  }

  wear(): readonly WearFigure[] {
    return this.#cores.map((core) => core.wear());
  }

  learnedState(): LearnedState {
    const states = this.#cores.map((core) => core.state());
    return {
      weightsRaw: states.map((state) => state.weightsRaw),
      biasesRaw: states.map((state) => state.biasesRaw),
      laneStates: states.map((state) => state.laneStates),
    };
  }

  /** One training sample: layer by layer forward, each core updating as soon as its error source is ready. */
  #trainSample(inputs: readonly bigint[], label: number): readonly bigint[] {
    this.#sample.trainingOrdinal = this.#trainedSampleCount;
    this.#labelsIn.add(trainingFeedback, 1);
    const outputs = this.#forward(inputs, 'training', (layer) => {
      for (const core of this.#cores) {
        if (core.readyAfterLayer === layer) core.update(label);
      }
    });
    this.#trainedSampleCount += 1;
    this.#sample.trainingOrdinal = null;
    return outputs;
  }

  #inferSample(inputs: readonly bigint[]): readonly bigint[] {
    this.#forward(inputs, 'inference', () => undefined);
    return elementAt(this.#cores, this.#cores.length - 1, 'cores').readOut();
  }

  /** Carries the events of a sample through all layers; returns the outputs of the last, shape (classCount). */
  #forward(
    inputs: readonly bigint[],
    run: RunKind,
    whenLayerIsDone: (layer: number) => void,
  ): readonly bigint[] {
    const moment: Moment = run === 'training' ? trainingForward : inferenceForward;
    let values = inputs;
    for (const [index, core] of this.#cores.entries()) {
      const events = this.#eventsInto(core, values);
      if (index === 0) this.#eventsIn.add(moment, events.length);
      else elementAt(this.#links, index - 1, 'links').carry(events.length, moment);
      values = core.forward(events, run);
      whenLayerIsDone(core.image.layer);
    }
    return values;
  }

  #eventsInto(core: Core, valuesRaw: readonly bigint[]): AddressEvent[] {
    const thresholdRaw = BigInt(core.image.eventThresholdRaw);
    return eventsOf(valuesRaw, { thresholdRaw, isDense: this.#image.isDense });
  }

  /** @throws RangeError when the batch does not fit the image. */
  #runAll(
    batch: SampleBatch,
    runSample: (inputs: readonly bigint[], label: number) => readonly bigint[],
  ): Int32Array {
    const { classCount, layers } = this.#image;
    const firstLayer = elementAt(layers, 0, 'layers');
    const { inputCount } = firstLayer;
    checkSamples(batch, firstLayer, classCount);
    const outputsRaw = new Int32Array(batch.labels.length * classCount);
    for (const [sample, label] of batch.labels.entries()) {
      const inputs = batch.inputsRaw.subarray(sample * inputCount, (sample + 1) * inputCount);
      const outputs = runSample(Array.from(inputs, BigInt), label);
      outputsRaw.set(Array.from(outputs, Number), sample * classCount);
    }
    return outputsRaw;
  }
}
