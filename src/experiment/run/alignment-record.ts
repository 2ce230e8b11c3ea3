import type { LayerAlignment } from '../../reference/reference-job.js';
import type { ResultRecord } from '../record/result-record.js';

/** Angles of chip and reference side by side, one entry per hidden layer. */
export function alignmentRecord(
  hiddenCount: number,
  chip: readonly LayerAlignment[],
  reference: readonly LayerAlignment[],
): ResultRecord['epochs'][number]['alignment'] {
  return Array.from({ length: hiddenCount }, (_, index) => {
    const layer = index + 1;
    const of = (side: readonly LayerAlignment[]): LayerAlignment | undefined =>
      side.find((candidate) => candidate.layer === layer);
    return {
      layer,
      chipDegrees: of(chip)?.degrees ?? null,
      chipSamples: of(chip)?.sampleCount ?? 0,
      referenceDegrees: of(reference)?.degrees ?? null,
      referenceSamples: of(reference)?.sampleCount ?? 0,
    };
  });
}
