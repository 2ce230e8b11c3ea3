import { tableOf } from './activation-table.js';
import type { AccessLedger } from '../ledger/access-ledger.js';
import type { RunKind } from '../ledger/ledger-row.js';
import {
  AccessMeter,
  inferenceForward,
  inferenceReadout,
  type Moment,
  type Place,
  trainingForward,
  trainingUpdate,
} from './access-meter.js';
import { ActivationUnit } from './activation-unit.js';
import type { AddressEvent } from './address-event.js';
import { BiasMemory } from './bias-memory.js';
import { type ChipImage, type LayerImage, tensorNames } from './chip-image.js';
import type { TensorHealth, UpdateHealth, WearFigure } from './engine.js';
import { EventBuffer } from './event-buffer.js';
import { ForwardDatapath } from './forward-datapath.js';
import { LearningEngine } from './learning-engine.js';
import { NeuronMemory, type NeuronMemorySpec } from './neuron-memory.js';
import { RandomLanes } from './random-lanes.js';
import type { ErrorSource } from './rules/error-source.js';
import type { LayerAbove } from './rules/learning-rule.js';
import { SynapseArray, type SynapseArraySpec } from './synapse-array.js';
import type { TensorChecks } from './tensor-check.js';

const forwardMoments: Readonly<Record<RunKind, Moment>> = {
  inference: inferenceForward,
  training: trainingForward,
};

/** What of an image concerns all cores alike. */
export type ChipSettings = Pick<ChipImage, 'numerics' | 'generator' | 'labelBits'>;

/** What a core has learned so far. */
export interface CoreState {
  readonly weightsRaw: Int32Array;
  readonly biasesRaw: Int32Array;
  readonly laneStates: Uint32Array;
}

function synapseArraySpec(image: LayerImage): SynapseArraySpec {
  const { layer, inputCount, neuronCount, organisation } = image;
  const { wordBits, weightsPerWord, hasWordWriteGating } = organisation;
  return {
    layer,
    inputCount,
    neuronCount,
    wordBits: wordBits.synapses,
    weightsPerWord,
    hasWordWriteGating,
  };
}

function neuronMemorySpec({ neuronCount, organisation }: LayerImage): NeuronMemorySpec {
  const { wordBits, accumulatorsPerWord, outputsPerWord, accumulate } = organisation;
  return {
    neuronCount,
    wordBits: wordBits.neurons,
    accumulatorsPerWord,
    outputsPerWord,
    accumulate,
  };
}

/**
 * One core with the neurons of one fully-connected layer: memories, datapaths and their order of work.
 *
 * Implements: docs/spec.md §1, §2.6, §2.9 (frozen layers). Not modelled: cycles (§5 derives them from the counts).
 */
export class Core implements LayerAbove {
  readonly image: LayerImage;
  readonly #errorSource: ErrorSource | null;
  readonly #checks: TensorChecks;
  readonly #synapses: SynapseArray;
  readonly #neurons: NeuronMemory;
  readonly #biases: BiasMemory;
  readonly #eventBuffer: EventBuffer;
  readonly #datapath: ForwardDatapath;
  readonly #activationUnit: ActivationUnit;
  readonly #randomLanes: RandomLanes;
  readonly #learningEngine: LearningEngine;
  readonly #comparisons: AccessMeter;
  readonly #predictions: AccessMeter;
  #deltaZ: readonly bigint[] = [];

  /** `errorSource`: null where the layer neither learns nor hands an error down. */
  constructor(
    image: LayerImage,
    settings: ChipSettings,
    errorSource: ErrorSource | null,
    checks: TensorChecks,
    ledger: AccessLedger,
  ) {
    const { organisation, inputFormat } = image;
    const { wordBits } = organisation;
    const { numerics, generator, labelBits } = settings;
    const { formats, rounding } = numerics;
    const place: Place = { layer: image.layer, core: image.core };
    this.image = image;
    this.#errorSource = errorSource;
    this.#checks = checks;
    this.#synapses = new SynapseArray(synapseArraySpec(image), image.weightsRaw, place, ledger);
    this.#neurons = new NeuronMemory(neuronMemorySpec(image), place, ledger);
    const biasSpec = { wordBits: wordBits.bias, biasesPerWord: organisation.biasesPerWord };
    this.#biases = new BiasMemory(biasSpec, image.biasesRaw, place, ledger);
    this.#eventBuffer = new EventBuffer(wordBits.eventBuffer, place, ledger);
    this.#datapath = new ForwardDatapath(
      {
        weightFormat: formats.weight,
        biasFormat: formats.bias,
        inputFormat,
        rounding: rounding.accumulator,
      },
      this.#checks.accumulator,
      place,
      ledger,
    );
    this.#activationUnit = new ActivationUnit(
      tableOf(image),
      formats.accumulator.fractionBits,
      place,
      ledger,
    );
    this.#randomLanes = new RandomLanes(generator, image.laneSeeds, place, ledger);
    this.#learningEngine = new LearningEngine(
      { layer: image.layer, rounding, inputFormat, learningRate: image.learningRate },
      {
        activationUnit: this.#activationUnit,
        randomLanes: this.#randomLanes,
        checks: this.#checks,
      },
      place,
      ledger,
    );
    const outputBits = image.outputFormat.totalBits;
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', outputBits);
    this.#predictions = new AccessMeter(ledger, place, 'io.eventOut', labelBits);
  }

  /** A frozen layer does not learn, even where it hands an error down. */
  get #isLearning(): boolean {
    return this.image.isTrainable && this.#errorSource !== null;
  }

  /** Steps 1 and 2 of §2.6: integrates the events and returns h, shape (neuronCount). To learn from them, training keeps the events. */
  forward(events: readonly AddressEvent[], run: RunKind): readonly bigint[] {
    const moment = forwardMoments[run];
    if (run === 'training' && this.#isLearning) this.#eventBuffer.write(events, moment);
    this.#neurons.writeAccumulators(this.#datapath.load(this.#biases.read(moment)), moment);
    for (const event of events) {
      const row = this.#synapses.readRow(event.axon, moment);
      const sums = this.#neurons.readAccumulators(moment);
      this.#neurons.writeAccumulators(this.#datapath.accumulate(sums, row, event, moment), moment);
    }
    const outputs = this.#neurons
      .readAccumulators(moment)
      .map((sum) => this.#activationUnit.lookUp(sum, moment));
    this.#neurons.writeOutputs(outputs, moment);
    return outputs;
  }

  /** Step 3 of §2.6, if this core has waited for that layer: fetches the error signal of the sample and makes δz of it. */
  fetchErrorAfter(layer: number, label: number): void {
    const source = this.#errorSource;
    if (source?.readyAfterLayer !== layer) return;
    const outputs = this.#neurons.readOutputs(trainingUpdate);
    const signal = source.errorSignal(label, outputs);
    this.#deltaZ = this.#learningEngine.errorAtSum(signal, outputs);
  }

  deltaZ(): readonly bigint[] {
    return this.#deltaZ;
  }

  readSynapseRow(axon: number, moment: Moment): readonly bigint[] {
    return this.#synapses.readRow(axon, moment);
  }

  /** Steps 4 to 6 of §2.6, if this core learns and has waited for that layer, by the δz made before. */
  updateAfter(layer: number): void {
    if (!this.#isLearning || this.#errorSource?.readyAfterLayer !== layer) return;
    const scaled = this.#learningEngine.scale(this.#deltaZ);
    for (const event of this.#eventBuffer.read(trainingUpdate)) {
      const row = this.#synapses.readRow(event.axon, trainingUpdate);
      const updatedRow = this.#learningEngine.updateRow(row, event, scaled);
      this.#synapses.writeRow(event.axon, updatedRow, trainingUpdate);
    }
    const biases = this.#biases.read(trainingUpdate);
    this.#biases.write(this.#learningEngine.updateBiases(biases, scaled), trainingUpdate);
  }

  /** Reads y for the prediction, which takes C − 1 comparisons and leaves the chip as one label (§4.2). */
  readOut(): readonly bigint[] {
    const outputs = this.#neurons.readOutputs(inferenceReadout);
    this.#comparisons.add(inferenceReadout, outputs.length - 1);
    this.#predictions.add(inferenceReadout, 1);
    return outputs;
  }

  tensorHealth(): readonly TensorHealth[] {
    return tensorNames.map((tensor) => this.#checks[tensor].health());
  }

  updateHealth(): UpdateHealth {
    return this.#learningEngine.health();
  }

  wear(): WearFigure {
    return this.#synapses.wear();
  }

  state(): CoreState {
    return {
      weightsRaw: this.#synapses.weightsRaw(),
      biasesRaw: this.#biases.biasesRaw(),
      laneStates: this.#randomLanes.states(),
    };
  }
}
