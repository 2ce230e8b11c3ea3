/*
 * How far the errors that a finite test set shows may be from those of the network, 95 % confidence.
 */

/** Interval of an error, per cent, or of a difference of two, points. */
export interface ErrorInterval {
  readonly low: number;
  readonly high: number;
}

/** Test samples on which one of two errs and the other does not. */
interface Disagreement {
  readonly leftAlone: number;
  readonly rightAlone: number;
}

/** A difference of two errors on the same test samples. */
interface ErrorDifference extends ErrorInterval {
  /** By which the left errs more often; negative: less often. */
  readonly samples: number;
  /** 0 is inside: the test set does not tell the two apart. */
  readonly isWithin: boolean;
  /** Null: it is not known on which samples the two err, and the interval is that of independent errors. */
  readonly paired: Disagreement | null;
}

/** Standard normal deviate of 95 %, two-sided. */
const deviate = 1.959963984540054;

/** Wrong samples of a test set, a whole number. */
function wrongCount(errorPercent: number, sampleCount: number): number {
  return Math.round((errorPercent * sampleCount) / 100);
}

/**
 * Wilson's score interval of an error, per cent.
 * Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212, without correction for continuity.
 */
export function errorInterval(errorPercent: number, sampleCount: number): ErrorInterval {
  const share = wrongCount(errorPercent, sampleCount) / sampleCount;
  const square = deviate ** 2;
  const middle = share + square / (2 * sampleCount);
  const spread =
    deviate * Math.sqrt((share * (1 - share)) / sampleCount + square / (4 * sampleCount ** 2));
  const whole = 1 + square / sampleCount;
  return {
    low: Math.max(0, (100 * (middle - spread)) / whole),
    high: Math.min(100, (100 * (middle + spread)) / whole),
  };
}

/**
 * Interval of left − right, points, as if the two erred on samples independently of each other. Two networks mostly err on the
 * same samples, so the interval is, if anything, too wide.
 * Source: R. G. Newcombe, Stat. Med. 17 (1998) 873–890, method 10.
 */
export function errorDifference(
  leftPercent: number,
  rightPercent: number,
  sampleCount: number,
): ErrorDifference {
  const left = errorInterval(leftPercent, sampleCount);
  const right = errorInterval(rightPercent, sampleCount);
  const points = leftPercent - rightPercent;
  const low = points - Math.hypot(leftPercent - left.low, right.high - rightPercent);
  const high = points + Math.hypot(left.high - leftPercent, rightPercent - right.low);
  return {
    low,
    high,
    samples: wrongCount(leftPercent, sampleCount) - wrongCount(rightPercent, sampleCount),
    isWithin: low <= 0 && high >= 0,
    paired: null,
  };
}

/** Test samples by who errs on them. */
interface PairedCounts extends Disagreement {
  readonly both: number;
  readonly neither: number;
}

function pairedCounts(left: Uint8Array, right: Uint8Array): PairedCounts {
  const counts = { both: 0, leftAlone: 0, rightAlone: 0, neither: 0 };
  for (const [sample, isWrong] of left.entries()) {
    if (right[sample] === 1) counts[isWrong === 1 ? 'both' : 'rightAlone'] += 1;
    else counts[isWrong === 1 ? 'leftAlone' : 'neither'] += 1;
  }
  return counts;
}

/** Correlation φ of the two errors with a correction for continuity where it is positive; 0 where one side never varies. */
function correlation({ both, leftAlone, rightAlone, neither }: PairedCounts): number {
  const margins =
    (both + leftAlone) * (rightAlone + neither) * (both + rightAlone) * (leftAlone + neither);
  if (margins === 0) return 0;
  const product = both * neither - leftAlone * rightAlone;
  const sampleCount = both + leftAlone + rightAlone + neither;
  const corrected = product > 0 ? Math.max(0, product - sampleCount / 2) : product;
  return corrected / Math.sqrt(margins);
}

/**
 * Interval of left − right, points, from the samples on which each errs: two networks mostly err on the same ones, which
 * makes it narrower than that of independent errors.
 * Source: R. G. Newcombe, Stat. Med. 17 (1998) 2635–2650, method 10.
 * @param left 1 for each test sample that it gets wrong, else 0; `right` likewise, of the same samples
 */
export function pairedDifference(left: Uint8Array, right: Uint8Array): ErrorDifference {
  if (left.length !== right.length || left.length === 0) {
    throw new RangeError(
      `${left.length} and ${right.length} samples: errors are compared on the same samples, one at least`,
    );
  }
  const counts = pairedCounts(left, right);
  const { both, leftAlone, rightAlone } = counts;
  const share = (wrong: number): number => (100 * wrong) / left.length;
  const [leftPercent, rightPercent] = [share(both + leftAlone), share(both + rightAlone)];
  const ofLeft = errorInterval(leftPercent, left.length);
  const ofRight = errorInterval(rightPercent, left.length);
  const phi = correlation(counts);
  const spread = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one ** 2 - 2 * phi * one * other + other ** 2));
  const points = leftPercent - rightPercent;
  const low = points - spread(leftPercent - ofLeft.low, ofRight.high - rightPercent);
  const high = points + spread(ofLeft.high - leftPercent, rightPercent - ofRight.low);
  const isWithin = low <= 0 && high >= 0;
  const samples = leftAlone - rightAlone;
  return { low, high, samples, isWithin, paired: { leftAlone, rightAlone } };
}
