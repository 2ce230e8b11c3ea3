/** Samples as their files hold them. */
export interface ReferenceSamples {
  readonly sampleCount: number;
  /** Shape (sampleCount × inputCount); the network sees feature · featureScale. */
  readonly features: Uint8Array | Float32Array;
  readonly featureScale: number;
  /** Shape (sampleCount), classes 0…C−1. */
  readonly labels: Uint8Array;
}

/** The samples `chosen` (numbers of samples), as rows (chosen.length × inputCount) the network can see. */
export function chooseInputs(samples: ReferenceSamples, chosen: Uint32Array): Float32Array {
  const { features, featureScale, sampleCount } = samples;
  const inputCount = features.length / sampleCount;
  const rows = new Float32Array(chosen.length * inputCount);
  chosen.forEach((sample, row) => {
    if (sample >= sampleCount) {
      throw new RangeError(
        `reference: sample ${sample} was asked for; samples are 0..${sampleCount - 1}`,
      );
    }
    const from = sample * inputCount;
    rows.set(features.subarray(from, from + inputCount), row * inputCount);
  });
  if (featureScale === 1) return rows;
  for (let index = 0; index < rows.length; index += 1) {
    rows[index] = (rows[index] ?? NaN) * featureScale;
  }
  return rows;
}

/** The labels of the samples `chosen`. */
export function chooseLabels(samples: ReferenceSamples, chosen: Uint32Array): Uint8Array {
  const labels = new Uint8Array(chosen.length);
  chosen.forEach((sample, row) => {
    labels.set(samples.labels.subarray(sample, sample + 1), row);
  });
  return labels;
}

/** The first `count` samples, or all where there are fewer; not copied. */
export function firstSamples(samples: ReferenceSamples, count: number): ReferenceSamples {
  const sampleCount = Math.min(count, samples.sampleCount);
  const inputCount = samples.features.length / samples.sampleCount;
  return {
    sampleCount,
    features: samples.features.subarray(0, sampleCount * inputCount),
    featureScale: samples.featureScale,
    labels: samples.labels.subarray(0, sampleCount),
  };
}
