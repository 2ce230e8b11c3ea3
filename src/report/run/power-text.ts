import type { PowerBand } from '../../experiment/record/cost-schema.js';
import { formatPower, unpriced } from '../kit/quantity.js';

/** An average power; null: the chip is too slow for the rate. */
export function powerText(power: PowerBand | null): string {
  if (power === null) return 'not possible';
  if (power.powerUw === 0 && !power.complete) return unpriced;
  return `${formatPower(power.powerUw)}${power.complete ? '' : ', incomplete'}`;
}
