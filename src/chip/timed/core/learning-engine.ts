import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import type { Place } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { columnCount, rowCount } from '../../image/layer-geometry.js';
import { type RowWords, rowWords } from '../../image/row-words.js';
import { synapseRewriteCycles } from '../../image/update-order.js';
import { countDeltaWork, countErrorWork } from './delta-work.js';
import { countStepWork, factorBits } from './step-work.js';
import { type WorkCounter, WorkTally } from './work-tally.js';

/** Biases rewritten by a sample, of a layer that learns event by event. Implements: docs/spec.md §4.2. */
function countBiasWork(
  image: ChipImage,
  { organisation, neuronCount }: LayerImage,
  words: RowWords,
  count: WorkCounter,
): void {
  const { formats, rounding } = image.numerics;
  count('update', 'bias.read', organisation.wordBits.bias, words.biases);
  count('update', 'bias.write', organisation.wordBits.bias, words.biases);
  count('update', 'datapath.add', formats.bias.totalBits, neuronCount);
  if (rounding.bias !== 'stochastic') return;
  count('update', 'random.draw', image.generator.widthBits, neuronCount);
}

/**
 * Lanes of one core's learning engine: how long each piece of its work takes, and what those count that are the same for every
 * sample.
 *
 * Implements: docs/spec.md §8 (learning engine), §5 (update, a step), §4.2, §4.5.
 */
export class TimedLearningEngine {
  /** ⌈N/Ll⌉: δz of all neurons. */
  readonly deltaCycles: number;
  /** ⌈κ/Ll⌉: one row of weights, or of gradients. */
  readonly rowCycles: number;
  /** Cycles of reading and writing all biases, a row of gradients, and the gradients of the biases; 0 where there are none. */
  readonly biasCycles: number;
  readonly gradientCycles: number;
  readonly biasGradientCycles: number;
  /** A step of the core (docs/spec.md §2.11). */
  readonly stepCycles: number;
  /** Gradient words of a row, and of all biases; 0 without a gradient memory. */
  readonly gradientWords: number;
  readonly #error: WorkTally;
  readonly #delta: WorkTally;
  readonly #rate: WorkTally;
  readonly #biases: WorkTally;
  readonly #step: WorkTally;

  /** `layer`: the part as a layer of its own; `isHome`: it has biases and makes δz. */
  constructor(
    image: ChipImage,
    layer: LayerImage,
    isHome: boolean,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { organisation, neuronCount } = layer;
    const { learningLaneCount, pipelineDepthCycles } = organisation;
    const rewriteCycles = organisation.portCount === 1 ? 2 : 1;
    const words = rowWords(image, layer);
    // A core without lanes holds a layer that does not learn.
    const passes = (values: number): number =>
      learningLaneCount === 0 ? 0 : ceilDiv(values, learningLaneCount);
    this.deltaCycles = passes(neuronCount);
    this.rowCycles = passes(columnCount(layer));
    this.biasCycles = isHome ? words.biases * rewriteCycles : 0;
    this.gradientCycles = words.gradients * rewriteCycles;
    this.biasGradientCycles = isHome ? this.gradientCycles : 0;
    this.gradientWords = words.gradients;
    const stepRowCycles = Math.max(
      words.synapses * synapseRewriteCycles(layer),
      this.gradientCycles,
      words.states * rewriteCycles,
      this.rowCycles,
    );
    this.stepCycles = rowCount(layer) * stepRowCycles + this.biasCycles + pipelineDepthCycles;
    this.#error = new WorkTally(ledger, 'training', (countAt) => {
      countErrorWork(image, layer, countAt(place));
    });
    this.#delta = new WorkTally(ledger, 'training', (countAt) => {
      countDeltaWork(image, layer, countAt(place));
    });
    this.#rate = new WorkTally(ledger, 'training', (countAt) => {
      if (layer.learningRate.kind === 'shift') return;
      const bits = Math.max(image.numerics.formats.delta.totalBits, factorBits);
      countAt(place)('update', 'datapath.multiply', bits, neuronCount);
    });
    this.#biases = new WorkTally(ledger, 'training', (countAt) => {
      countBiasWork(image, layer, words, countAt(place));
    });
    this.#step = new WorkTally(ledger, 'training', (countAt) => {
      countStepWork(image, layer, isHome, countAt(place));
    });
  }

  /** e of a sample, in the output layer. */
  makeError(): void {
    this.#error.book();
  }

  /** δz of a sample, e included. */
  makeDelta(): void {
    this.makeError();
    this.#delta.book();
  }

  /** η times δz, where η is no power of two. */
  scale(): void {
    this.#rate.book();
  }

  /** New biases of a layer that learns event by event. */
  updateBiases(): void {
    this.#biases.book();
  }

  step(): void {
    this.#step.book();
  }
}
