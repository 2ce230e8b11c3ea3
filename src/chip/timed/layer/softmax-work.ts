import { factsOf } from '../../../network/rule-facts.js';
import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { comparesErrors, keepsDelayedErrors, needsDelta } from '../../image/learning-layers.js';
import { keepsLoss } from '../../../network/defp-variants.js';
import type { TimedCore } from '../core/core.js';
import { type WorkCounterAt, WorkTally } from '../core/work-tally.js';

/** Passes that learn, or keep what is learned from. */
type LearningPass = 'training' | 'measuring';

/** Bits of an entry of the table of e^(−j/256), and of what is calculated from them (docs/spec.md §2.13). */
const tableBits = 16;
const probabilityBits = 32;

/** Whether a sample of this pass needs p (docs/spec.md §4.5, loss ce). */
function needsProbabilities(image: ChipImage, output: LayerImage, pass: LearningPass): boolean {
  const { rule, loss } = image;
  if (loss !== 'ce') return false;
  const isKept = keepsDelayedErrors(rule) && keepsLoss(rule.variant);
  if (isKept || pass === 'measuring') return isKept;
  const { activationUnit } = output;
  const isPlain = activationUnit.kind === 'linear' && activationUnit.function === 'none';
  const isHandedDown = isPlain && factsOf(rule.kind).waitsFor === 'outputs';
  return isHandedDown || makesErrors(image, output);
}

/** Whether e of every training sample is made in the homes: for δz, or to compare it (docs/spec.md §2.15). */
function makesErrors(image: ChipImage, output: LayerImage): boolean {
  return comparesErrors(image) || needsDelta(image, output);
}

/** What the softmax unit in the first home calculates: the largest y, E of every distance to it, their sum, p. */
function countSoftmaxUnit(
  { classCount }: ChipImage,
  { part, layer }: TimedCore,
  countAt: WorkCounterAt,
): void {
  const count = countAt({ layer: layer.layer, core: part.core });
  const outputBits = layer.outputFormat.totalBits;
  count('update', 'datapath.compare', outputBits, classCount - 1);
  count('update', 'datapath.add', outputBits, classCount);
  count('update', 'activation.lookup', tableBits, classCount);
  count('update', 'datapath.add', probabilityBits, classCount - 1);
  count('update', 'datapath.reciprocal', probabilityBits, 1);
  count('update', 'datapath.multiply', probabilityBits, classCount);
}

/** y of the other homes on its way to the first, and p − t on its way back where δz is made. */
function countWays(
  { eventBits }: ChipImage,
  homes: readonly TimedCore[],
  isSentBack: boolean,
  countAt: WorkCounterAt,
): void {
  const [first] = homes;
  if (first === undefined) return;
  for (const { part, layer } of homes) {
    const hops = part.homeHops * layer.neuronCount;
    countAt({ layer: layer.layer, core: part.core })('update', 'router.hop', eventBits, hops);
    if (!isSentBack) continue;
    const back = countAt({ layer: layer.layer, core: first.part.core });
    back('update', 'router.hop', eventBits, hops);
  }
}

/**
 * p of loss ce in the output layer: booked when the outputs of a sample are there.
 *
 * Implements: docs/spec.md §4.5 (loss ce), §7 (output layer of several homes). Not modelled: its time, which §5 does not count.
 */
export class SoftmaxWork {
  readonly #tallies: Readonly<Record<LearningPass, WorkTally>>;

  /** `homes`: those of the output layer. */
  constructor(
    image: ChipImage,
    output: LayerImage,
    homes: readonly TimedCore[],
    ledger: AccessLedger,
  ) {
    const tally = (pass: LearningPass) =>
      new WorkTally(ledger, 'training', (countAt) => {
        const [first] = homes;
        if (first === undefined || !needsProbabilities(image, output, pass)) return;
        countSoftmaxUnit(image, first, countAt);
        countWays(image, homes, pass === 'training' && makesErrors(image, output), countAt);
      });
    this.#tallies = { training: tally('training'), measuring: tally('measuring') };
  }

  book(pass: LearningPass): void {
    this.#tallies[pass].book();
  }
}
