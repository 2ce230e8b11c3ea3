import type { PowerBand } from '../experiment/cost-schema.js';
import { formatPower, unpriced } from './quantity.js';

/** An average power; null: the chip is too slow for the rate. */
export function powerText(power: PowerBand | null): string {
  if (power === null) return 'not possible';
  if (power.powerUw === 0 && !power.complete) return unpriced;
  return `${formatPower(power.powerUw)}${power.complete ? '' : ', incomplete'}`;
}
