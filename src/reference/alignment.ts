import { gradientRule } from '../network/rule-facts.js';
import { errorSignals, type ObservedNetwork } from './training/error-signals.js';
import { rowOf } from './loss.js';
import type { LayerAlignment } from './reference-job.js';
import type { ReferenceSamples } from './samples.js';

/**
 * The angle between two vectors of equal length in degrees, 0…180; null where either is 0 or not finite.
 * 2·atan2(‖u/‖u‖ − v/‖v‖‖, ‖u/‖u‖ + v/‖v‖‖), which unlike the arc cosine is exact near 0 (Kahan 2006, "How futile are
 * mindless assessments of roundoff", §12).
 */
export function angleDegrees(u: Float32Array, v: Float32Array): number | null {
  const uNorm = Math.sqrt(u.reduce((sum, value) => sum + value * value, 0));
  const vNorm = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
  if (!(uNorm > 0 && vNorm > 0 && Number.isFinite(uNorm) && Number.isFinite(vNorm))) return null;
  let difference = 0;
  let sum = 0;
  u.forEach((value, index) => {
    const a = value / uNorm;
    const b = (v[index] ?? NaN) / vNorm;
    difference += (a - b) ** 2;
    sum += (a + b) ** 2;
  });
  return (360 / Math.PI) * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}

/** The mean over samples of the angles between the rows of two (samples × neurons) arrays. */
export function meanAngle(
  u: Float32Array,
  v: Float32Array,
  sampleCount: number,
): Pick<LayerAlignment, 'degrees' | 'sampleCount'> {
  const neuronCount = u.length / sampleCount;
  const angles = Array.from({ length: sampleCount }, (_, row) =>
    angleDegrees(rowOf(u, row, neuronCount), rowOf(v, row, neuronCount)),
  ).filter((angle) => angle !== null);
  const sum = angles.reduce((total, angle) => total + angle, 0);
  return {
    degrees: angles.length === 0 ? null : sum / angles.length,
    sampleCount: angles.length,
  };
}

/**
 * For each hidden layer the angle between the rule's δh and BP's on the same weights, B, samples and loss (rules, last
 * line), δh before pooling: below 90° an update goes downhill to first order, 0° is back-propagation. Rule `defp` uses
 * the delayed error of these very weights (`errorSignals`). A layer that does not learn (rule `shallow`, frozen) has none.
 */
export async function measureAlignment(
  network: ObservedNetwork,
  samples: ReferenceSamples,
): Promise<LayerAlignment[]> {
  const own = await errorSignals(network, samples, null);
  const bp = await errorSignals({ ...network, rule: { name: gradientRule } }, samples, null);
  return network.layers.slice(0, -1).map(({ isTrainable }, index) => {
    const [u, v] = [own[index]?.deltaH ?? null, bp[index]?.deltaH ?? null];
    const angle =
      isTrainable && u !== null && v !== null
        ? meanAngle(u, v, samples.sampleCount)
        : { degrees: null, sampleCount: 0 };
    return { layer: index + 1, ...angle };
  });
}
