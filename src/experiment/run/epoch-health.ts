import type { TensorHealth, UpdateHealth } from '../../chip/engine.js';
import type { ChipEpoch } from './training-state.js';
import type { ResultRecord } from '../record/result-record.js';

type EpochHealth = ResultRecord['epochs'][number]['health'][number];

/** What was counted at the end of an epoch; nothing before the first. */
type Reading = Pick<ChipEpoch, 'tensorHealth' | 'updateHealth'>;

const nothing: Reading = { tensorHealth: [], updateHealth: [] };

function deadFraction(earlier: UpdateHealth | undefined, later: UpdateHealth): number | null {
  const updates = later.nonZeroUpdateCount - (earlier?.nonZeroUpdateCount ?? 0);
  const dead = later.deadUpdateCount - (earlier?.deadUpdateCount ?? 0);
  return updates > 0 ? dead / updates : null;
}

/** What one tensor did between two readings. */
function tensorBetween(earlier: Reading, later: Reading, health: TensorHealth): EpochHealth {
  const { layer, tensor, saturationCount, wrapCount } = health;
  const before = earlier.tensorHealth.find(
    (candidate) => candidate.layer === layer && candidate.tensor === tensor,
  );
  const ofLayer = (candidate: UpdateHealth): boolean => candidate.layer === layer;
  const updates = tensor === 'weight' ? later.updateHealth.find(ofLayer) : undefined;
  return {
    layer,
    tensor,
    saturations: saturationCount - (before?.saturationCount ?? 0),
    wraps: wrapCount - (before?.wrapCount ?? 0),
    deadUpdateFraction:
      updates === undefined ? null : deadFraction(earlier.updateHealth.find(ofLayer), updates),
  };
}

/**
 * Fixed-point health epoch by epoch: overflows by tensor and updates that rounding lost. Tensors without overflow and
 * without updates are left out. A measuring pass of rule defp belongs to the first epoch.
 */
export function healthByEpoch(epochs: readonly Reading[]): readonly (readonly EpochHealth[])[] {
  return epochs.map((later, index) => {
    const earlier = index === 0 ? nothing : (epochs[index - 1] ?? nothing);
    return later.tensorHealth
      .map((health) => tensorBetween(earlier, later, health))
      .filter(
        ({ saturations, wraps, deadUpdateFraction }) =>
          saturations + wraps > 0 || deadUpdateFraction !== null,
      );
  });
}
