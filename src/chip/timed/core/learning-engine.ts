import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import type { Place } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { countDelta } from '../../counts/delta.js';
import { countSteps, mantissaBits, stepWords } from '../../counts/steps.js';
import { columnCount, rowCount } from '../../image/layer-geometry.js';
import { WorkTally } from './work-tally.js';

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
    const words = stepWords(image, layer);
    this.deltaCycles = ceilDiv(neuronCount, learningLaneCount);
    this.rowCycles = ceilDiv(columnCount(layer), learningLaneCount);
    this.biasCycles = isHome ? words.biases * rewriteCycles : 0;
    this.gradientCycles = words.gradientsPerRow * rewriteCycles;
    this.biasGradientCycles = isHome ? this.gradientCycles : 0;
    this.gradientWords = words.gradientsPerRow;
    const stepRowCycles = Math.max(
      words.synapsesPerRow * rewriteCycles,
      this.gradientCycles,
      words.statesPerRow * rewriteCycles,
      this.rowCycles,
    );
    this.stepCycles = rowCount(layer) * stepRowCycles + this.biasCycles + pipelineDepthCycles;
    this.#delta = new WorkTally(ledger, 'training', (countAt) => {
      countDelta(image, layer, 1, countAt(place));
    });
    this.#rate = new WorkTally(ledger, 'training', (countAt) => {
      if (layer.learningRate.kind === 'shift') return;
      const bits = Math.max(image.numerics.formats.delta.totalBits, mantissaBits);
      countAt(place)('update', 'datapath.multiply', bits, neuronCount);
    });
    this.#biases = new WorkTally(ledger, 'training', (countAt) => {
      const count = countAt(place);
      const { formats, rounding } = image.numerics;
      count('update', 'bias.read', organisation.wordBits.bias, words.biases);
      count('update', 'bias.write', organisation.wordBits.bias, words.biases);
      count('update', 'datapath.add', formats.bias.totalBits, neuronCount);
      if (rounding.bias !== 'stochastic') return;
      count('update', 'random.draw', image.generator.widthBits, neuronCount);
    });
    // With write gating the words that a step writes are counted when it is taken.
    const writtenWordCount = organisation.hasWordWriteGating
      ? 0
      : rowCount(layer) * words.synapsesPerRow;
    this.#step = new WorkTally(ledger, 'training', (countAt) => {
      const totals = { stepCount: 1, writtenWordCount };
      countSteps(image, layer, totals, countAt(place), isHome);
    });
  }

  /** δz of a sample. */
  makeDelta(): void {
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
