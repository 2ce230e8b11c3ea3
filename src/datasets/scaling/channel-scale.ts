import { elementAt } from '../../numerics/integer.js';
import type { ChannelStatistics, Dataset } from '../dataset.js';

type Features = Pick<Dataset, 'features' | 'featureScale' | 'inputShape'>;

/** Calls `visit` with the first and the last place + 1 of every stretch of one channel of one sample, in order. */
function everyPlane(
  { features, inputShape: [channelCount, height, width] }: Features,
  visit: (from: number, to: number, channel: number) => void,
): void {
  const planeLength = height * width;
  for (let from = 0, plane = 0; from < features.length; from += planeLength, plane += 1) {
    visit(from, from + planeLength, plane % channelCount);
  }
}

/** Sum over the stored values of each channel of `term`. */
function channelSums(
  data: Features,
  term: (value: number, channel: number) => number,
): Float64Array {
  const { features, inputShape } = data;
  const sums = new Float64Array(inputShape[0]);
  everyPlane(data, (from, to, channel) => {
    let sum = 0;
    for (let place = from; place < to; place += 1) sum += term(features[place] ?? NaN, channel);
    sums[channel] = elementAt(sums, channel, 'sums') + sum;
  });
  return sums;
}

/**
 * Mean μ = Σx/n and deviation σ = √(Σ(x − μ)²/n) of the real values of each channel, over all samples, rows and columns. A plain
 * vector is one channel.
 */
export function channelStatistics(data: Features): readonly ChannelStatistics[] {
  const {
    features,
    featureScale,
    inputShape: [channelCount, height, width],
  } = data;
  const count = features.length / channelCount;
  // Differences to the first value: of a constant channel they are 0, and so is its deviation, whatever rounding does.
  const first = (channel: number): number => features[channel * height * width] ?? NaN;
  const means = channelSums(data, (value, channel) => value - first(channel)).map(
    (sum, channel) => first(channel) + sum / count,
  );
  const squares = channelSums(data, (value, channel) => (value - (means[channel] ?? NaN)) ** 2);
  return Array.from(means, (mean, channel) => ({
    mean: mean * featureScale,
    deviation: Math.sqrt(elementAt(squares, channel, 'squares') / count) * featureScale,
  }));
}

/** (x − μ)/σ of every real value x by the statistics of its channel, rounded once to float32; 0 where σ is 0. */
export function scaleByChannel(
  data: Features,
  statistics: readonly ChannelStatistics[],
): Float32Array {
  const { features, featureScale } = data;
  const scaled = new Float32Array(features.length);
  everyPlane(data, (from, to, channel) => {
    const { mean, deviation } = elementAt(statistics, channel, 'channels');
    if (deviation === 0) return;
    for (let place = from; place < to; place += 1) {
      scaled[place] = ((features[place] ?? NaN) * featureScale - mean) / deviation;
    }
  });
  return scaled;
}
