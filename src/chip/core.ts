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
import { makeLearningPath, neuronMemorySpec, synapseArraySpec } from './core-parts.js';
import { DeltaUnit, type NeuronErrors, type NeuronSignal } from './delta-unit.js';
import type { TensorHealth, UpdateHealth, WearFigure } from './engine.js';
import { EventBuffer } from './event-buffer.js';
import { ForwardDatapath } from './forward-datapath.js';
import { learns, usesLayerAbove } from './learning-layers.js';
import type { LearningPath, StepState } from './learning-path.js';
import { MaxPooling } from './max-pooling.js';
import { NeuronMemory } from './neuron-memory.js';
import { RandomLanes } from './random-lanes.js';
import type { ErrorSignal, ErrorSource } from './rules/error-source.js';
import type { LayerAbove } from './rules/learning-rule.js';
import { SynapseArray } from './synapse-array.js';
import type { TensorChecks } from './tensor-check.js';
import { makeWiring, type Wiring } from './wiring.js';

const forwardMoments: Readonly<Record<RunKind, Moment>> = {
  inference: inferenceForward,
  training: trainingForward,
};

/** What a core has learned so far. */
export interface CoreState {
  readonly weightsRaw: Int32Array;
  readonly biasesRaw: Int32Array;
  readonly laneStates: Uint32Array;
  /** Null where the layer does not learn in steps. */
  readonly stepState: StepState | null;
}

const noErrors: NeuronErrors = { deltaH: null, deltaZ: [] };

/**
 * One core with the neurons of one layer: memories, datapaths and their order of work.
 *
 * Implements: docs/spec.md §1, §2.6, §2.9 (frozen layers), §2.10. Not modelled: cycles (§5 derives them from the counts).
 */
export class Core implements LayerAbove {
  readonly image: LayerImage;
  readonly wiring: Wiring;
  readonly #errorSource: ErrorSource | null;
  readonly #checks: TensorChecks;
  readonly #synapses: SynapseArray;
  readonly #neurons: NeuronMemory;
  readonly #biases: BiasMemory;
  readonly #eventBuffer: EventBuffer;
  readonly #datapath: ForwardDatapath;
  readonly #activationUnit: ActivationUnit;
  /** Null: fully connected. */
  readonly #pooling: MaxPooling | null;
  /** Errors come back through the pooling. */
  readonly #keepsWinners: boolean;
  readonly #deltaUnit: DeltaUnit;
  readonly #randomLanes: RandomLanes;
  /** Null where the layer does not learn, even where it hands an error down. */
  readonly #learningPath: LearningPath | null;
  readonly #comparisons: AccessMeter;
  readonly #predictions: AccessMeter;
  #outputsRaw: readonly bigint[] = [];
  #errors = noErrors;

  /** `errorSource`: null where the layer neither learns nor hands an error down. */
  constructor(
    layer: LayerImage,
    image: ChipImage,
    errorSource: ErrorSource | null,
    checks: TensorChecks,
    ledger: AccessLedger,
  ) {
    const { organisation, inputFormat, outputFormat, convolution } = layer;
    const { wordBits } = organisation;
    const { formats, rounding } = image.numerics;
    const { totalBits: outputBits } = outputFormat;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.image = layer;
    this.wiring = makeWiring(layer);
    this.#errorSource = errorSource;
    this.#checks = checks;
    const synapseSpec = synapseArraySpec(layer, this.wiring);
    this.#synapses = new SynapseArray(synapseSpec, layer.weightsRaw, place, ledger);
    this.#neurons = new NeuronMemory(neuronMemorySpec(layer, this.wiring), place, ledger);
    const biasSpec = { wordBits: wordBits.bias, biasesPerWord: organisation.biasesPerWord };
    this.#biases = new BiasMemory(biasSpec, layer.biasesRaw, place, ledger);
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
    const accumulatorFractionBits = formats.accumulator.fractionBits;
    const activationSpec = { unit: layer.activationUnit, accumulatorFractionBits, outputFormat };
    this.#activationUnit = new ActivationUnit(activationSpec, place, ledger);
    this.#pooling =
      convolution === null ? null : new MaxPooling(convolution, outputBits, place, ledger);
    this.#keepsWinners = errorSource !== null && usesLayerAbove(image.rule);
    this.#deltaUnit = new DeltaUnit(
      this.#activationUnit,
      checks.delta,
      rounding.delta,
      place,
      ledger,
    );
    this.#randomLanes = new RandomLanes(image.generator, layer.laneSeeds, place, ledger);
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
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', outputBits);
    this.#predictions = new AccessMeter(ledger, place, 'io.eventOut', image.labelBits);
  }

  get inputCount(): number {
    return this.image.inputCount;
  }

  /**
   * Steps 1 and 2 of §2.6, and the pooling of §2.10: integrates the events and returns what leaves the layer, shape
   * (outputCount). To learn from the events, training keeps them.
   */
  forward(events: readonly AddressEvent[], run: RunKind): readonly bigint[] {
    const moment = forwardMoments[run];
    if (run === 'training' && this.#learningPath !== null) this.#eventBuffer.write(events, moment);
    const biases = this.#biases.read(moment);
    for (let position = 0; position < this.wiring.positionCount; position += 1) {
      this.#neurons.writeSums(position, this.#datapath.load(biases), moment);
    }
    for (const event of events) this.#integrate(event, moment);
    const outputs = this.#neurons
      .readAllSums(moment)
      .map((sum) => this.#activationUnit.lookUp(sum, moment));
    this.#neurons.writeOutputs(outputs, moment);
    this.#outputsRaw = outputs;
    if (this.#pooling === null) return outputs;
    const { valuesRaw, winners } = this.#pooling.pool(outputs, moment);
    if (run === 'training' && this.#keepsWinners) this.#neurons.writeWinners(winners, moment);
    return valuesRaw;
  }

  /** Step 3 of §2.6, if this core has waited for that layer: fetches the error signal of the sample and makes δz of it. */
  fetchErrorAfter(layer: number, label: number): void {
    const source = this.#errorSource;
    if (source?.readyAfterLayer !== layer) return;
    const outputs = this.#neurons.readOutputs(trainingUpdate);
    const signal = this.#atNeurons(source.errorSignal(label, outputs));
    this.#errors = this.#deltaUnit.errorsAtNeurons(signal, outputs);
  }

  deltaZ(): readonly bigint[] {
    return this.#errors.deltaZ;
  }

  readSynapseRow(row: number, moment: Moment): readonly bigint[] {
    return this.#synapses.readRow(row, moment);
  }

  /** Steps 4 to 6 of §2.6, or those of a sample in §2.11, if this core learns and has waited for that layer. */
  learnAfter(layer: number): void {
    if (this.#errorSource?.readyAfterLayer === layer) this.#learningPath?.learn(this.deltaZ());
  }

  /** The step of a batch (§2.11). */
  step(): void {
    this.#learningPath?.step();
  }

  /** Reads y for the prediction, which takes C − 1 comparisons and leaves the chip as one label (§4.2). */
  readOut(): readonly bigint[] {
    const outputs = this.#neurons.readOutputs(inferenceReadout);
    this.#comparisons.add(inferenceReadout, outputs.length - 1);
    this.#predictions.add(inferenceReadout, 1);
    return outputs;
  }

  /** h of the sample in flight before pooling, and its errors: null where the layer makes none. */
  observe(): { readonly outputsRaw: readonly bigint[]; readonly errors: NeuronErrors | null } {
    const errors = this.#errorSource === null ? null : this.#errors;
    return { outputsRaw: this.#outputsRaw, errors };
  }

  tensorHealth(): readonly TensorHealth[] {
    return tensorNames.map((tensor) => this.#checks[tensor].health());
  }

  updateHealth(): UpdateHealth {
    const none = { layer: this.image.layer, nonZeroUpdateCount: 0, deadUpdateCount: 0 };
    return this.#learningPath?.health() ?? none;
  }

  wear(): WearFigure {
    return this.#synapses.wear();
  }

  state(): CoreState {
    return {
      weightsRaw: this.#synapses.weightsRaw(),
      biasesRaw: this.#biases.biasesRaw(),
      laneStates: this.#randomLanes.states(),
      stepState: this.#learningPath?.stepState() ?? null,
    };
  }

  /** Adds what one event brings to the sums of every position it visits. */
  #integrate(event: AddressEvent, moment: Moment): void {
    for (const { row, position } of this.wiring.visits(event.axon)) {
      const weights = this.#synapses.readRow(row, moment);
      const sums = this.#neurons.readSums(position, moment);
      const added = this.#datapath.accumulate(sums, weights, event, moment);
      this.#neurons.writeSums(position, added, moment);
    }
  }

  /** An error of what leaves the layer goes back through the pooling. */
  #atNeurons({ kind, errorRaw, fractionBits }: ErrorSignal): NeuronSignal {
    if (kind !== 'deltaOutput') return { kind, errorRaw, fractionBits };
    if (this.#pooling === null) return { kind: 'deltaH', errorRaw, fractionBits };
    const winners = this.#neurons.readWinners(trainingUpdate);
    const atNeurons = this.#pooling.toWinners(errorRaw, winners);
    return { kind: 'deltaH', errorRaw: atNeurons, fractionBits };
  }
}
