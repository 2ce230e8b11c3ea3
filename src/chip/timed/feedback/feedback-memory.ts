import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Place, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';

/**
 * B of one layer, row by row: read from a memory, or made anew by a generator on every learning lane.
 *
 * Implements: docs/spec.md §8 (feedback memory, generator), §4.2, §4.5 (feedback.read, feedback.generate), §5.
 */
export class TimedFeedbackMemory {
  /** Cycles until a row is at hand. */
  readonly rowCycles: number;
  readonly #meter: AccessMeter;
  readonly #countPerRow: number;

  /** `valueCount`: values of a row. */
  constructor(
    { feedbackSource, numerics }: ChipImage,
    { organisation }: LayerImage,
    valueCount: number,
    place: Place,
    ledger: AccessLedger,
  ) {
    const words = ceilDiv(valueCount, organisation.feedbacksPerWord);
    if (feedbackSource === 'generator') {
      const { totalBits } = numerics.formats.feedback;
      this.rowCycles = ceilDiv(valueCount, organisation.learningLaneCount);
      this.#countPerRow = valueCount;
      this.#meter = new AccessMeter(ledger, place, 'feedback.generate', totalBits);
    } else {
      this.rowCycles = words;
      this.#countPerRow = words;
      this.#meter = new AccessMeter(ledger, place, 'feedback.read', organisation.wordBits.feedback);
    }
  }

  read(rowCount: number): void {
    this.#meter.add(trainingFeedback, rowCount * this.#countPerRow);
  }
}
