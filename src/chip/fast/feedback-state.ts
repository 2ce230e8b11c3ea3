import { elementAt } from '../../numerics/integer.js';
import type { FeedbackUpdate } from '../engine.js';
import type { FeedbackUpdateCounts } from '../image/activity.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { checkFeedbackUpdate } from '../checks/feedback-check.js';
import { isGated, usesFeedback } from '../image/upkeep/feedback-upkeep.js';
import { type MadeFeedback, transportedFeedback } from '../image/upkeep/transported-feedback.js';
import type { LayerState } from './layer-state.js';

/** B of a layer as it is kept, and its gate: 1 for each unit that is open, and for each that had h > 0 in this epoch. */
interface LayerFeedback {
  storedRaw: Int32Array;
  readonly gate: { readonly isOpen: Uint8Array; readonly isSeen: Uint8Array } | null;
}

/** What became of B so far: restored into an engine of the same image, it goes on alike. */
export interface FeedbackCheckpoint {
  readonly updates: FeedbackUpdateCounts;
  /** Training samples since the last end of an epoch: without any, no gate moves. */
  readonly hasSamples: boolean;
  /** Null where a layer uses no B. */
  readonly layers: readonly ({
    readonly storedRaw: Int32Array;
    readonly isOpen: Uint8Array | null;
    readonly isSeen: Uint8Array | null;
  } | null)[];
}

/**
 * B over the epochs. The compiled engine only ever sees B with its closed columns 0; whatever changes is computed here and
 * written to its memory, between two epochs.
 *
 * Implements: docs/spec.md §2.16.
 */
export class FeedbackState {
  readonly #image: ChipImage;
  readonly #layers: readonly LayerState[];
  readonly #feedbacks: readonly (LayerFeedback | null)[];
  /** Whether any column may close. */
  readonly hasGates: boolean;
  #updates: FeedbackUpdateCounts = { redrawn: 0, transported: 0 };
  #hasSamples = false;

  constructor(image: ChipImage, layers: readonly LayerState[]) {
    this.#image = image;
    this.#layers = layers;
    this.#feedbacks = image.layers.map((layer) => {
      if (!usesFeedback(image, layer) || layer.feedbackRaw === null) return null;
      const isOpen = new Uint8Array(layer.neuronCount).fill(1);
      const gate = isGated(image, layer)
        ? { isOpen, isSeen: new Uint8Array(layer.neuronCount) }
        : null;
      return { storedRaw: layer.feedbackRaw, gate };
    });
    this.hasGates = image.layers.some((layer) => isGated(image, layer));
  }

  get updates(): FeedbackUpdateCounts {
    return this.#updates;
  }

  /** B as errors meet it, by layer. */
  contents(): readonly (Int32Array | null)[] {
    return this.#feedbacks.map((feedback, index) =>
      feedback === null ? null : this.#gated(index, feedback).slice(),
    );
  }

  /** After the forward pass of a training sample, layer from 0: which units were not silent. */
  observe(index: number): void {
    const gate = this.#feedbacks[index]?.gate ?? null;
    if (gate === null) return;
    this.#hasSamples = true;
    elementAt(this.#layers, index, 'layers').markActive(gate.isSeen);
  }

  /** The same for every layer of a sample that has just been trained on. */
  observeAll(): void {
    for (const index of this.#layers.keys()) this.observe(index);
  }

  endEpoch(): void {
    if (!this.#hasSamples) return;
    this.#hasSamples = false;
    const isPermanent = this.#image.dyingReluGate === 'permanent';
    for (const [index, feedback] of this.#feedbacks.entries()) {
      if (feedback === null || feedback.gate === null) continue;
      const { isOpen, isSeen } = feedback.gate;
      isOpen.forEach((wasOpen, neuron) => {
        isOpen[neuron] = isPermanent && wasOpen === 0 ? 0 : elementAt(isSeen, neuron, 'units');
      });
      isSeen.fill(0);
      this.#write(index, feedback);
    }
  }

  update(update: FeedbackUpdate): void {
    checkFeedbackUpdate(this.#image, update);
    if (update.kind === 'redrawn') {
      this.#store((index) => ({
        raw: update.feedbackRaw[index] ?? new Int32Array(),
        overflowCount: update.overflowCounts[index] ?? 0,
      }));
      this.#updates = { ...this.#updates, redrawn: this.#updates.redrawn + 1 };
      return;
    }
    this.#store((index) => this.#product(index));
    this.#updates = { ...this.#updates, transported: this.#updates.transported + 1 };
  }

  checkpoint(): FeedbackCheckpoint {
    return {
      updates: this.#updates,
      hasSamples: this.#hasSamples,
      layers: this.#feedbacks.map(
        (feedback) =>
          feedback && {
            storedRaw: feedback.storedRaw.slice(),
            isOpen: feedback.gate?.isOpen.slice() ?? null,
            isSeen: feedback.gate?.isSeen.slice() ?? null,
          },
      ),
    };
  }

  /** @throws RangeError when the checkpoint is of an image of another shape. */
  restore({ updates, hasSamples, layers }: FeedbackCheckpoint): void {
    for (const [index, feedback] of this.#feedbacks.entries()) {
      const kept = layers[index] ?? null;
      if (kept?.storedRaw.length !== feedback?.storedRaw.length) {
        throw new RangeError(
          `checkpoint: B of layer ${index + 1} does not have this image's shape; restore into an engine of the image it was taken from`,
        );
      }
      if (feedback === null || kept === null) continue;
      feedback.storedRaw = kept.storedRaw.slice();
      if (kept.isOpen !== null) feedback.gate?.isOpen.set(kept.isOpen);
      if (kept.isSeen !== null) feedback.gate?.isSeen.set(kept.isSeen);
      this.#write(index, feedback);
    }
    this.#updates = updates;
    this.#hasSamples = hasSamples;
  }

  /** New values for every layer with a B, the last one first: each may be made of the one above. */
  #store(valuesOf: (index: number) => MadeFeedback): void {
    for (const [index, feedback] of [...this.#feedbacks.entries()].toReversed()) {
      if (feedback === null) continue;
      const { raw, overflowCount } = valuesOf(index);
      feedback.storedRaw = raw.slice();
      elementAt(this.#layers, index, 'layers').addFeedbackOverflows(overflowCount);
      this.#write(index, feedback);
    }
  }

  #write(index: number, feedback: LayerFeedback): void {
    elementAt(this.#layers, index, 'layers').setFeedback(this.#gated(index, feedback));
  }

  #gated(index: number, { storedRaw, gate }: LayerFeedback): Int32Array {
    if (gate === null) return storedRaw;
    const { neuronCount } = this.#layerAt(index);
    return storedRaw.map((raw, place) => (gate.isOpen[place % neuronCount] === 1 ? raw : 0));
  }

  #layerAt(index: number): LayerImage {
    return elementAt(this.#image.layers, index, 'layers');
  }

  /** B as transport makes it of the weights above and their B. */
  #product(index: number): MadeFeedback {
    const weightsRaw = elementAt(this.#layers, index + 1, 'layers').weightsRaw();
    const feedbackRaw = this.#feedbacks[index + 1]?.storedRaw ?? null;
    return transportedFeedback(this.#image, index, { weightsRaw, feedbackRaw });
  }
}
