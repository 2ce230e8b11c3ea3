import type { ResultRecord } from '../../experiment/record/result-record.js';
import { renderCsv } from '../kit/csv.js';
import { phaseCosts } from './four-phases.js';

const header = [
  'layer',
  'phase',
  'neuroSim',
  'energyLowPj',
  'energyPj',
  'energyHighPj',
  'complete',
  'latencyCycles',
  'memoryAccesses',
  'operations',
];

/**
 * A training sample by layer and the four phases of training accelerators, as CSV (RFC 4180); `layer` is empty for what
 * belongs to none. The energies add up to perSample.training.energyNj × 1000.
 */
export function renderPhasesCsv(result: ResultRecord): string {
  return renderCsv(
    header,
    phaseCosts(result).map((cost) => [
      cost.layer,
      cost.phase.name,
      cost.phase.neuroSim,
      cost.energyLowPj,
      cost.energyPj,
      cost.energyHighPj,
      cost.complete,
      cost.latencyCycles,
      cost.memoryAccesses,
      cost.operations,
    ]),
  );
}
