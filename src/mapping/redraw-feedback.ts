import type { FeedbackUpdate } from '../chip/engine.js';
import type { ChipImage } from '../chip/image/chip-image.js';
import { transportedFeedback } from '../chip/image/upkeep/transported-feedback.js';
import { usesFeedback } from '../chip/image/upkeep/feedback-upkeep.js';
import { drawFeedback, type FeedbackDraw } from '../network/feedback.js';
import type { NetworkTopology } from '../network/topology.js';
import { elementAt } from '../numerics/integer.js';
import { generateFeedback } from './feedback-generator.js';
import { quantiseAll, type Quantised, type QuantiserSpec } from './quantise.js';

/** How B is drawn again. */
interface RedrawRequest {
  readonly topology: NetworkTopology;
  readonly draw: FeedbackDraw;
  readonly quantiser: QuantiserSpec;
  /** Of the training. */
  readonly seed: number;
}

/**
 * Other values of every B for an epoch, 2, 3, …: drawn as the first ones were, of another seed, or what the generator
 * makes of another seed. Implements: docs/spec.md §2.16 (redrawn).
 */
export function redrawFeedback(
  image: ChipImage,
  { topology, draw, quantiser, seed }: RedrawRequest,
  epoch: number,
): FeedbackUpdate {
  const made = image.layers.map((layer, index): Quantised | null => {
    if (!usesFeedback(image, layer)) return null;
    if (image.feedbackSource === 'generator') {
      const { generator } = image;
      const { format } = quantiser;
      const spec = { generator, format, draw, seed, epoch };
      const values = generateFeedback(topology, index, spec);
      return values && { raw: values.raw, overflowCount: 0 };
    }
    const text = `${seed}/layer${index + 1}/feedback/epoch${epoch}`;
    const real = drawFeedback(topology, index, draw, text);
    return real && quantiseAll(real, quantiser);
  });
  return {
    kind: 'redrawn',
    feedbackRaw: made.map((values) => values?.raw ?? null),
    overflowCounts: made.map((values) => values?.overflowCount ?? 0),
  };
}

/**
 * The image with every B set to the product of the initial weights above, as a chip is set up that transports them, and how
 * many values did not fit, by layer. Implements: docs/spec.md §2.16 (transported).
 */
export function withTransportedFeedback(image: ChipImage): {
  readonly image: ChipImage;
  readonly overflowCounts: readonly number[];
} {
  const layers = [...image.layers];
  const overflowCounts = layers.map(() => 0);
  for (const [index, layer] of [...layers.entries()].toReversed()) {
    if (!usesFeedback(image, layer)) continue;
    const { weightsRaw, feedbackRaw } = elementAt(layers, index + 1, 'layers');
    const made = transportedFeedback(image, index, { weightsRaw, feedbackRaw });
    layers[index] = { ...layer, feedbackRaw: made.raw };
    overflowCounts[index] = made.overflowCount;
  }
  return { image: { ...image, layers }, overflowCounts };
}
