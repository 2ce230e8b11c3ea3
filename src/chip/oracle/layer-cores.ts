import type { AccessLedger } from '../../ledger/access-ledger.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { Moment } from '../../ledger/access-meter.js';
import type { AddressEvent } from './units/address-event.js';
import {
  type ChipImage,
  type LayerImage,
  type LayerPart,
  tensorNames,
} from '../image/chip-image.js';
import { Core, type CoreState } from './core/core.js';
import type { NeuronErrors } from './units/delta-unit.js';
import type { TensorHealth, UpdateHealth, WearFigure } from '../engine.js';
import {
  firstRowOf,
  homesOf,
  hopsOfOutputs,
  isHome,
  isInside,
  outputsOf,
  partsOf,
  type Range,
  satellitesOf,
  withInputs,
} from '../image/layer-parts.js';
import type { StepState } from './learning/learning-path.js';
import type { RateScale } from './learning/rate-multiplier.js';
import { NeuronPart } from './core/neuron-part.js';
import {
  concatenated,
  joinWeights,
  joinWeightsAndBiases,
  partWithParameters,
  valuesOfParts,
} from './core/part-parameters.js';
import type { ErrorSource } from './rules/error-source.js';
import type { LayerAbove } from './rules/learning-rule.js';
import { type SampleInFlight, TensorCheck, type TensorChecks } from './units/tensor-check.js';
import { makeWiring, type Wiring } from './core/wiring.js';

/** The error source of one home; `layer`: its part as a layer of its own. Null: the layer makes no δz. */
export type ErrorSourceOfHome = (layer: LayerImage, home: LayerPart) => ErrorSource | null;

const unseen: SampleInFlight = { trainingOrdinal: null };

/**
 * All cores of one layer: its neuron parts, and through them what the layer as a whole gives and has learned.
 *
 * Implements: docs/spec.md §7. A layer on one core is one neuron part of one core.
 */
export class LayerCores {
  readonly image: LayerImage;
  readonly #checks: TensorChecks;
  readonly #neuronParts: readonly NeuronPart[];
  /** In the order of the parts. */
  readonly #cores: readonly Core[];

  constructor(
    layer: LayerImage,
    image: ChipImage,
    makeErrorSource: ErrorSourceOfHome,
    checks: TensorChecks,
    ledger: AccessLedger,
  ) {
    this.image = layer;
    this.#checks = checks;
    // g is the same in every core of a neuron; that it did not fit is counted at home.
    const update = new TensorCheck(layer.layer, 'update', image.numerics, unseen);
    const checksOf = (part: LayerPart) => (isHome(part) ? checks : { ...checks, update });
    const makeCore = (part: LayerPart): Core =>
      new Core({
        layer: partWithParameters(image, layer, part),
        part,
        image,
        checks: checksOf(part),
        ledger,
      });
    const above = image.layers[layer.layer];
    this.#neuronParts = homesOf(layer).map((home) => {
      const homeLayer = partWithParameters(image, layer, home);
      const spec = {
        layer: homeLayer,
        image,
        errorSource: makeErrorSource(homeLayer, home),
        outputHops: above === undefined ? [] : hopsOfOutputs(layer, home, above),
      };
      const satellites = satellitesOf(layer, home).map(makeCore);
      return new NeuronPart(makeCore(home), satellites, spec, checks, ledger);
    });
    this.#cores = this.#neuronParts.flatMap(({ cores }) => cores);
  }

  /** Steps 1 and 2 of §2.6, and the pooling of §2.10; returns what leaves the layer, shape (outputCount). */
  forward(events: readonly AddressEvent[], run: RunKind): readonly bigint[] {
    return this.#neuronParts.flatMap((neurons) => neurons.forward(events, run));
  }

  /** Carries the events that leave the layer to the cores of the next one. */
  send(events: readonly AddressEvent[], moment: Moment): void {
    for (const neurons of this.#neuronParts) {
      const outputs = outputsOf(this.image, neurons.home.part);
      for (const { axon } of events) {
        if (isInside(axon, outputs)) neurons.sendOutput(axon - outputs.first, moment);
      }
    }
  }

  /** Step 3 of §2.6, if the layer has waited for that layer. */
  fetchErrorAfter(layer: number, label: number): void {
    for (const neurons of this.#neuronParts) neurons.fetchErrorAfter(layer, label);
  }

  /** Steps 4 to 6 of §2.6, or those of a sample in §2.11, if this layer learns and has waited for that layer. */
  learnAfter(layer: number): void {
    for (const neurons of this.#neuronParts) neurons.learnAfter(layer);
  }

  /** η of the training sample that comes (§2.9, movingRate). */
  scaleRate(scale: RateScale): void {
    for (const core of this.#cores) core.scaleRate(scale);
  }

  /** The step of a batch (§2.11). */
  step(): void {
    for (const core of this.#cores) core.step();
  }

  /** Changes all rows whose update waits (§5.1). */
  finishRows(): void {
    for (const core of this.#cores) core.finishRows();
  }

  /** δz of all neurons, shape (neuronCount). */
  deltaZ(): readonly bigint[] {
    return this.#neuronParts.flatMap((neurons) => neurons.deltaZ());
  }

  /** This layer as the home of its inputs in the layer below sees it: with these inputs only. */
  seenFrom(inputs: Range): LayerAbove {
    const wiring: Wiring = makeWiring(withInputs(this.image, inputs));
    const firstRow = firstRowOf(this.image, inputs.first);
    return {
      wiring,
      inputCount: inputs.count,
      deltaZ: () => this.deltaZ(),
      readSynapseRow: (row, moment) => this.#readSynapseRow(firstRow + row, moment),
    };
  }

  /** Reads y of the sample out of all homes; the first one predicts. */
  readOut(): readonly bigint[] {
    const outputs = this.#neuronParts.flatMap((neurons) => neurons.readOut());
    elementAt(this.#neuronParts, 0, 'neuron parts').predict(outputs.length);
    return outputs;
  }

  /** h of the sample in flight before pooling, and its errors: null where the layer makes none. */
  observe(): { readonly outputsRaw: readonly bigint[]; readonly errors: NeuronErrors | null } {
    const seen = this.#neuronParts.map((neurons) => neurons.observe());
    const errors = seen.flatMap((neurons) => neurons.errors ?? []);
    const deltaH = errors.flatMap((ofPart) => ofPart.deltaH ?? []);
    const deltaZ = errors.flatMap((ofPart) => ofPart.deltaZ);
    const outputsRaw = seen.flatMap((neurons) => neurons.outputsRaw);
    if (errors.length === 0) return { outputsRaw, errors: null };
    return { outputsRaw, errors: { deltaH: deltaH.length === 0 ? null : deltaH, deltaZ } };
  }

  tensorHealth(): readonly TensorHealth[] {
    return tensorNames.map((tensor) => this.#checks[tensor].health());
  }

  updateHealth(): UpdateHealth {
    const { layer } = this.image;
    const healths = this.#cores.map((core) => core.updateHealth(layer));
    return {
      layer,
      nonZeroUpdateCount: healths.reduce((sum, health) => sum + health.nonZeroUpdateCount, 0),
      deadUpdateCount: healths.reduce((sum, health) => sum + health.deadUpdateCount, 0),
    };
  }

  wear(): WearFigure {
    const figures = this.#cores.map((core) => core.wear());
    return {
      layer: this.image.layer,
      largestWritesPerWord: figures.reduce(
        (most, { largestWritesPerWord }) => Math.max(most, largestWritesPerWord),
        0,
      ),
      totalWrites: figures.reduce((sum, { totalWrites }) => sum + totalWrites, 0),
      wordCount: figures.reduce((sum, { wordCount }) => sum + wordCount, 0),
    };
  }

  /** In the shapes of the layer; the registers of all its cores one after the other. */
  state(): CoreState {
    const parts = partsOf(this.image);
    const states = this.#cores.map((core) => core.state());
    const weights = valuesOfParts(
      parts,
      states.map(({ weightsRaw }) => weightsRaw),
    );
    return {
      weightsRaw: joinWeights(this.image, weights ?? []),
      biasesRaw: concatenated(states.map(({ biasesRaw }) => biasesRaw)),
      laneStates: Uint32Array.from(states.flatMap(({ laneStates }) => [...laneStates])),
      stepState: this.#stepState(states.map(({ stepState }) => stepState)),
    };
  }

  #stepState(states: readonly (StepState | null)[]): StepState | null {
    const parts = partsOf(this.image);
    const joined = (valuesOf: (state: StepState) => Int32Array | null): Int32Array | null => {
      const values = valuesOfParts(
        parts,
        states.map((state) => state && valuesOf(state)),
      );
      return values && joinWeightsAndBiases(this.image, values);
    };
    const gradientsRaw = joined((state) => state.gradientsRaw);
    if (gradientsRaw === null) return null;
    return {
      gradientsRaw,
      momentaRaw: joined(({ momentaRaw }) => momentaRaw),
      secondMomentsRaw: joined(({ secondMomentsRaw }) => secondMomentsRaw),
    };
  }

  /** A row of the whole layer: every core that has it reads its columns. */
  #readSynapseRow(row: number, moment: Moment): readonly bigint[] {
    return this.#cores.flatMap((core) => {
      const first = firstRowOf(this.image, core.part.firstAxon);
      const rows = { first, count: core.wiring.rowCount };
      return isInside(row, rows) ? core.readSynapseRow(row - first, moment) : [];
    });
  }
}
