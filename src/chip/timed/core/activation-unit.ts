import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';
import { outputCount } from '../../image/layer-geometry.js';

/** The largest of four is found in three comparisons. */
const comparisonsPerWindow = 3;

/**
 * f of all neurons of a core, and pooling, which runs along with it.
 *
 * Implements: docs/spec.md §8 (activation unit), §4.2, §4.5 (activation.lookup, datapath.compare).
 */
export class TimedActivationUnit {
  /** ⌈N/La⌉: cycles of a pass. */
  readonly passCycles: number;
  readonly #lookups: AccessMeter;
  readonly #comparisons: AccessMeter;
  readonly #neuronCount: number;
  readonly #comparisonCount: number;

  constructor(layer: LayerImage, place: Place, ledger: AccessLedger) {
    const { neuronCount, organisation, outputFormat } = layer;
    this.passCycles = ceilDiv(neuronCount, organisation.activationLaneCount);
    this.#neuronCount = neuronCount;
    this.#comparisonCount =
      layer.convolution === null ? 0 : comparisonsPerWindow * outputCount(layer);
    const bits = outputFormat.totalBits;
    this.#lookups = new AccessMeter(ledger, place, 'activation.lookup', bits);
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', bits);
  }

  pass(moment: Moment): void {
    this.#lookups.add(moment, this.#neuronCount);
    this.#comparisons.add(moment, this.#comparisonCount);
  }
}
