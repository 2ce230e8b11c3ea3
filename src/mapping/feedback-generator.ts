import { feedbackBoundSquared, type FeedbackDraw, feedbackShape } from '../network/feedback.js';
import type { NetworkTopology } from '../network/topology.js';
import { type FixedPointFormat, printFormat } from '../numerics/format.js';
import { type LfsrSpec, nextState } from '../numerics/lfsr.js';
import { distinctSeeds } from './lane-seeds.js';

/** Parameters of a feedback generator. */
interface FeedbackGeneratorSpec {
  readonly generator: LfsrSpec;
  /** Of the feedback weights; signed. */
  readonly format: FixedPointFormat;
  /** The distribution whose range is imitated, and the shape of B. */
  readonly draw: FeedbackDraw;
  readonly seed: number;
  /** Epoch from which on these values hold (docs/spec.md §2.16); absent: from the first on. */
  readonly epoch?: number;
}

/** B of one layer as its generator makes it. */
interface GeneratedFeedback {
  /** Arithmetic right shift after the generator: values lie in ±2^−j. */
  readonly shiftBits: number;
  /** Shape `feedbackShape`. */
  readonly raw: Int32Array;
  /** The same values as real numbers, for the float reference; formats to 24 bits are exact. */
  readonly real: Float32Array;
}

/** The e whose 2^e is nearest to a bound by its ratio: 2^(2e−1) ≤ bound² < 2^(2e+1), in exact arithmetic. */
function nearestExponent(boundSquared: number): number {
  let exponent = 0;
  while (2 ** (2 * exponent + 1) <= boundSquared) exponent += 1;
  while (2 ** (2 * exponent - 1) > boundSquared) exponent -= 1;
  return exponent;
}

/** The shift that brings the format's range ±2^(B−1−F) to ±2^e, as far as shifting right can. */
function feedbackShift(
  { totalBits, fractionBits }: FixedPointFormat,
  boundSquared: number,
): number {
  const wanted = totalBits - 1 - fractionBits - nearestExponent(boundSquared);
  return Math.min(Math.max(wanted, 0), totalBits - 1);
}

/** A word's top bits as a signed number; a word narrower than the format is aligned with its top. */
function topBits(word: number, widthBits: number, totalBits: number): number {
  const aligned = (word << (32 - widthBits)) | 0;
  return aligned >> (32 - totalBits);
}

/**
 * B of layer `index` made by a Galois LFSR per row (docs/spec.md §2.14); null where the layer has no B.
 * @throws RangeError for an unsigned format, a width factor of 0, or more rows than the generator has states.
 */
export function generateFeedback(
  topology: NetworkTopology,
  index: number,
  { generator, format, draw, seed, epoch }: FeedbackGeneratorSpec,
): GeneratedFeedback | null {
  const shape = feedbackShape(topology, index, draw.kind);
  const boundSquared = feedbackBoundSquared(topology, index, draw);
  if (shape === null || boundSquared === null) return null;
  const layer = index + 1;
  if (!format.isSigned) {
    throw new RangeError(
      `feedback: a generator makes values of both signs, format ${printFormat(format)} is unsigned; use a signed one such as s8.8`,
    );
  }
  if (!(boundSquared > 0)) {
    throw new RangeError(
      `feedback: layer ${layer} has a width factor of 0, which no generator makes; use another factor or a feedback memory`,
    );
  }
  const [rowCount, columnCount] = shape;
  const shiftBits = feedbackShift(format, boundSquared);
  const raw = new Int32Array(rowCount * columnCount);
  const suffix = epoch === undefined ? '' : `/epoch${epoch}`;
  const purpose = `${seed}/layer${layer}/feedback${suffix}`;
  const seeds = distinctSeeds(generator, rowCount, purpose, 'rows of B');
  for (const [row, rowSeed] of seeds.entries()) {
    let state = rowSeed;
    for (let column = 0; column < columnCount; column += 1) {
      state = nextState(state, generator);
      raw[row * columnCount + column] =
        topBits(state, generator.widthBits, format.totalBits) >> shiftBits;
    }
  }
  const step = 2 ** -format.fractionBits;
  return { shiftBits, raw, real: Float32Array.from(raw, (value) => value * step) };
}
