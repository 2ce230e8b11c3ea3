import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { shapeCount } from '../../../network/convolution.js';
import { elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { ConvolutionImage } from '../../image/chip-image.js';

/** What leaves a pooling unit: the largest h of every window, and which of its neurons it was (0…3, row-major). */
interface Pooled {
  readonly valuesRaw: readonly bigint[];
  readonly winners: readonly number[];
}

/** Comparisons that find the largest of four. */
const comparisonsPerWindow = 3;

/** The four neurons of every window, row-major; an odd last row or column is in none. */
function windowsOf({ mapShape, pooledShape }: ConvolutionImage): readonly (readonly number[])[] {
  const [, mapHeight, mapWidth] = mapShape;
  const [channels, height, width] = pooledShape;
  const windows: (readonly number[])[] = [];
  for (let channel = 0; channel < channels; channel += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const first = (channel * mapHeight + 2 * y) * mapWidth + 2 * x;
        windows.push([first, first + 1, first + mapWidth, first + mapWidth + 1]);
      }
    }
  }
  return windows;
}

/**
 * 2×2 max pooling with stride 2, and its way back: an error goes to the winner of its window.
 *
 * Implements: docs/spec.md §2.10 (pooling, error signal), §4.5 (datapath.compare).
 */
export class MaxPooling {
  readonly #windows: readonly (readonly number[])[];
  readonly #neuronCount: number;
  readonly #comparisons: AccessMeter;

  /** `outputBits`: of h. */
  constructor(
    convolution: ConvolutionImage,
    outputBits: number,
    place: Place,
    ledger: AccessLedger,
  ) {
    this.#windows = windowsOf(convolution);
    this.#neuronCount = shapeCount(convolution.mapShape);
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', outputBits);
  }

  /** Of equal values the first in row-major order wins. */
  pool(outputsRaw: readonly bigint[], moment: Moment): Pooled {
    this.#comparisons.add(moment, comparisonsPerWindow * this.#windows.length);
    const winners = this.#windows.map((window) => {
      const values = window.map((neuron) => elementAt(outputsRaw, neuron, 'outputs'));
      const largest = values.reduce((most, value) => (value > most ? value : most));
      return values.indexOf(largest);
    });
    const valuesRaw = this.#winningNeurons(winners).map((neuron) =>
      elementAt(outputsRaw, neuron, 'outputs'),
    );
    return { valuesRaw, winners };
  }

  /** Errors of the pooled values, brought to the winners; all other neurons have 0. Shape (neuronCount). */
  toWinners(errorsRaw: readonly bigint[], winners: readonly number[]): readonly bigint[] {
    const atNeurons = Array.from({ length: this.#neuronCount }, () => 0n);
    for (const [window, neuron] of this.#winningNeurons(winners).entries()) {
      atNeurons[neuron] = elementAt(errorsRaw, window, 'errors');
    }
    return atNeurons;
  }

  #winningNeurons(winners: readonly number[]): readonly number[] {
    return this.#windows.map((window, index) =>
      elementAt(window, elementAt(winners, index, 'winners'), 'window'),
    );
  }
}
