import { AccessMeter, trainingForward, trainingUpdate } from '../../../ledger/access-meter.js';
import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { elementAt } from '../../../numerics/integer.js';
import { rescale } from '../../../numerics/rounding.js';
import type { FeedbackUpdate } from '../../engine.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { isGated, isInShapeOfWeights, transportSign } from '../../image/upkeep/feedback-upkeep.js';
import { neuronsOf } from '../../image/layer-parts.js';
import { feedbackOfHome } from '../core/part-parameters.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import { RouterLink } from '../units/router-link.js';
import type { TensorChecks } from '../units/tensor-check.js';
import type { HiddenLayerParts } from './learning-rule.js';

/** B of one home. */
interface HomeFeedback {
  readonly hidden: HiddenLayerParts;
  readonly memory: FeedbackMemory;
  /** h > 0 of its neurons, where they are gated. */
  readonly comparisons: AccessMeter;
}

/** Which units of a gated layer are open, and which had h > 0 in this epoch. */
interface Gate {
  isOpen: boolean[];
  isSeen: boolean[];
  hasSamples: boolean;
}

/**
 * B over the epochs: written anew, set to the product of the weights above, closed where a relu unit is silent.
 *
 * Implements: docs/spec.md §2.16. Not modelled: where redrawn values come from.
 */
export class FeedbackUpkeep {
  readonly #image: ChipImage;
  readonly #checks: readonly TensorChecks[];
  readonly #ledger: AccessLedger;
  /** By layer, 1…k; of each home in the order of the homes. */
  readonly #homes = new Map<number, HomeFeedback[]>();
  readonly #gates = new Map<number, Gate>();

  /** `checks`: of every layer. */
  constructor(image: ChipImage, checks: readonly TensorChecks[], ledger: AccessLedger) {
    this.#image = image;
    this.#checks = checks;
    this.#ledger = ledger;
    for (const layer of image.layers) {
      if (!isGated(image, layer)) continue;
      const isOpen = Array.from({ length: layer.neuronCount }, () => true);
      this.#gates.set(layer.layer, { isOpen, isSeen: isOpen.map(() => false), hasSamples: false });
    }
  }

  /** A home has got its memory. */
  add(hidden: HiddenLayerParts, memory: FeedbackMemory): void {
    const { layer, place } = hidden;
    const { totalBits } = layer.outputFormat;
    const comparisons = new AccessMeter(this.#ledger, place, 'datapath.compare', totalBits);
    const homes = this.#homes.get(layer.layer) ?? [];
    this.#homes.set(layer.layer, [...homes, { hidden, memory, comparisons }]);
  }

  /** h of a layer (1…k) in a training sample, before pooling. */
  observe(layer: number, outputsRaw: readonly bigint[]): void {
    const gate = this.#gates.get(layer);
    if (gate === undefined) return;
    gate.hasSamples = true;
    outputsRaw.forEach((h, neuron) => {
      if (h > 0n) gate.isSeen[neuron] = true;
    });
    for (const { hidden, comparisons } of this.#homes.get(layer) ?? []) {
      comparisons.add(trainingForward, hidden.layer.neuronCount);
    }
  }

  /** Silent units close, the others open unless they are closed for good; an epoch without samples changes nothing. */
  endEpoch(): void {
    for (const [layer, gate] of this.#gates) {
      if (!gate.hasSamples) continue;
      const isPermanent = this.#image.dyingReluGate === 'permanent';
      gate.isOpen = gate.isSeen.map((isSeen, neuron) => {
        return isSeen && (!isPermanent || gate.isOpen[neuron] === true);
      });
      gate.isSeen = gate.isSeen.map(() => false);
      gate.hasSamples = false;
      const whole = this.#layer(layer);
      for (const { hidden, memory } of this.#homes.get(layer) ?? []) {
        const { first, count } = neuronsOf(whole, hidden.home);
        memory.gate(gate.isOpen.slice(first, first + count));
      }
    }
  }

  update(update: FeedbackUpdate): void {
    if (update.kind === 'redrawn') this.#redraw(update.feedbackRaw, update.overflowCounts);
    else if (isInShapeOfWeights(this.#image)) this.#copyWeights();
    else this.#multiplyWeights();
  }

  /** B of a layer as errors meet it; null: it has none. */
  contents(layer: number): Int32Array | null {
    const homes = this.#homes.get(layer);
    const [first] = homes ?? [];
    if (homes === undefined || first === undefined) return null;
    if (isInShapeOfWeights(this.#image)) {
      const ofHomes = homes.flatMap(({ memory }) =>
        Array.from({ length: memory.rowCount }, (_, row) => memory.rowAsMet(row)),
      );
      return Int32Array.from(ofHomes.flat(), Number);
    }
    const rows = Array.from({ length: first.memory.rowCount }, (_, row) =>
      homes.flatMap(({ memory }) => Array.from(memory.rowAsMet(row), Number)),
    );
    return Int32Array.from(rows.flat());
  }

  #layer(layer: number): LayerImage {
    return elementAt(this.#image.layers, layer - 1, 'layers');
  }

  #redraw(feedbackRaw: readonly (Int32Array | null)[], overflowCounts: readonly number[]): void {
    for (const [layer, homes] of this.#homes) {
      const raw = feedbackRaw[layer - 1] ?? new Int32Array();
      elementAt(this.#checks, layer - 1, 'checks').feedback.add(overflowCounts[layer - 1] ?? 0);
      for (const home of homes) this.#writeShare(layer, home, raw);
    }
  }

  /** Writes what a home has of B. */
  #writeShare(layer: number, { hidden, memory }: HomeFeedback, feedbackRaw: Int32Array): void {
    const whole = { ...this.#layer(layer), feedbackRaw };
    const share = feedbackOfHome(this.#image, whole, hidden.home) ?? new Int32Array();
    const { rowCount, columnCount } = memory;
    for (let row = 0; row < rowCount; row += 1) {
      const values = share.subarray(row * columnCount, (row + 1) * columnCount);
      memory.writeRow(row, Array.from(values, BigInt), trainingUpdate);
    }
  }

  /** `fa`: B_i ← W_{i+1}, row by row. */
  #copyWeights(): void {
    for (const [layer, [home]] of this.#fromTheTop()) {
      const { above } = home.hidden;
      const link = this.#link(home);
      for (let row = 0; row < above.wiring.rowCount; row += 1) {
        const weights = above.readSynapseRow(row, trainingUpdate);
        link.carry(weights.length, trainingUpdate);
        const values = weights.map((weight) => this.#toFeedback(layer, weight, 'weight'));
        home.memory.writeRow(row, values, trainingUpdate);
      }
    }
  }

  /** All other rules: row c of B_i is the backward pass of row c of B_{i+1}, at the top of class c alone. */
  #multiplyWeights(): void {
    const { classCount, numerics } = this.#image;
    const { weight, feedback } = numerics.formats;
    let above: HomeFeedback | null = null;
    for (const [layer, [home]] of this.#fromTheTop()) {
      const bits = Math.max(weight.totalBits, feedback.totalBits);
      const { place, above: next } = home.hidden;
      const products = new AccessMeter(this.#ledger, place, 'datapath.multiplyAccumulate', bits);
      const link = this.#link(home);
      for (let row = 0; row < classCount; row += 1) {
        const factors = above?.memory.readStoredRow(row, trainingUpdate) ?? null;
        const values: bigint[] = [];
        for (let neuron = 0; neuron < home.hidden.layer.neuronCount; neuron += 1) {
          const weights = next.readSynapseRow(neuron, trainingUpdate);
          if (factors === null) {
            const own = BigInt(transportSign(this.#image)) * elementAt(weights, row, 'weights');
            values.push(this.#toFeedback(layer, own, 'weight'));
            continue;
          }
          products.add(trainingUpdate, weights.length);
          const sum = weights.reduce(
            (total, value, place) => total + value * elementAt(factors, place, 'row of B'),
            0n,
          );
          values.push(this.#toFeedback(layer, sum, 'product'));
        }
        link.carry(values.length, trainingUpdate);
        home.memory.writeRow(row, values, trainingUpdate);
      }
      above = home;
    }
  }

  /** The one home of each layer with a B, the last layer first. */
  #fromTheTop(): readonly (readonly [layer: number, homes: readonly [HomeFeedback]])[] {
    return [...this.#homes.entries()]
      .toSorted(([left], [right]) => right - left)
      .map(([layer, homes]) => [layer, [elementAt(homes, 0, 'homes')]] as const);
  }

  #link({ hidden }: HomeFeedback): RouterLink {
    const hops = elementAt(hidden.home.outputHops, 0, 'hops of a home');
    return new RouterLink(hops, this.#image.eventBits, hidden.place, this.#ledger);
  }

  /** A weight, or a sum of products of weights and values of B, → feedback. */
  #toFeedback(layer: number, raw: bigint, of: 'weight' | 'product'): bigint {
    const { formats, rounding } = this.#image.numerics;
    const { fractionBits } = formats.feedback;
    const have = formats.weight.fractionBits + (of === 'product' ? fractionBits : 0);
    const rounded = rescale(raw, have, fractionBits, rounding.feedback);
    return elementAt(this.#checks, layer - 1, 'checks').feedback.confine(rounded);
  }
}
