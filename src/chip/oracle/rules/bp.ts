import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { RouterLink } from '../units/router-link.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';
import type { LayerAbove } from './learning-rule.js';
import { projectBack } from './projection.js';

interface BpSpec {
  /** Of the product of a weight and δz. */
  readonly productFractionBits: number;
}

/**
 * Back-propagation: δh_i[n] = Σ_m w_{i+1}[n][m]·δz_{i+1}[m], through a CONV layer over its visits. Rows of the synapse array are axons, so the transposed
 * product reads the rows of layer i + 1 as they lie; it is made there and δh sent down. The controller lets all layers
 * fetch their errors before any updates, so the weights are those before the sample.
 *
 * Implements: docs/spec.md §2.9, §2.10 (bp). Waits for: δz of layer i + 1, so for the whole forward pass.
 */
export class Bp implements ErrorSource {
  readonly #spec: BpSpec;
  readonly #above: LayerAbove;
  readonly #eventLink: RouterLink;
  readonly #multiplyAccumulates: AccessMeter;

  constructor(
    spec: BpSpec,
    above: LayerAbove,
    eventLink: RouterLink,
    multiplyAccumulates: AccessMeter,
  ) {
    this.#spec = spec;
    this.#above = above;
    this.#eventLink = eventLink;
    this.#multiplyAccumulates = multiplyAccumulates;
  }

  errorSignal(): ErrorSignal {
    const readRow = (row: number) => this.#above.readSynapseRow(row, trainingFeedback);
    const errorRaw = projectBack(this.#above, readRow, this.#multiplyAccumulates);
    this.#eventLink.carry(errorRaw.length, trainingFeedback);
    return { kind: 'deltaOutput', errorRaw, fractionBits: this.#spec.productFractionBits };
  }
}
