import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';

/** Operations of the learning engine on one row of weights. Implements: docs/spec.md §4.2 (phase update). */
export class RowChange {
  readonly #neuronCount: number;
  readonly #products: AccessMeter;
  readonly #draws: AccessMeter;
  readonly #isStochastic: boolean;

  /** `layer`: the part as a layer of its own. */
  constructor(image: ChipImage, layer: LayerImage, place: Place, ledger: AccessLedger) {
    const { formats, rounding } = image.numerics;
    const rate = layer.learningRate.kind === 'shift' ? formats.delta : formats.update;
    const productBits = Math.max(rate.totalBits, layer.inputFormat.totalBits);
    this.#neuronCount = layer.neuronCount;
    this.#products = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', productBits);
    this.#draws = new AccessMeter(ledger, place, 'random.draw', image.generator.widthBits);
    this.#isStochastic = rounding.weight === 'stochastic';
  }

  /** An event of value 0 (dense) draws nothing. */
  book(hasValue: boolean): void {
    this.#products.add(trainingUpdate, this.#neuronCount);
    if (this.#isStochastic && hasValue) this.#draws.add(trainingUpdate, this.#neuronCount);
  }
}
