/*
 * How far the errors that a finite test set shows may be from those of the network, 95 % confidence.
 */

/** Interval of an error, per cent, or of a difference of two, points. */
export interface ErrorInterval {
  readonly low: number;
  readonly high: number;
}

/** A difference of two errors on the same test samples. */
interface ErrorDifference extends ErrorInterval {
  /** By which the left errs more often; negative: less often. */
  readonly samples: number;
  /** 0 is inside: the test set does not tell the two apart. */
  readonly isWithin: boolean;
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
  };
}
