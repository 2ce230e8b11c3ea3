import { type ChipArea, learningAreaPercent } from '../../hardware/chip-area.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import {
  costOf,
  energyOverhead,
  overheadPercent,
  type SampleTotals,
} from '../record/energy-record.js';
import type { ResultRecord } from '../record/result-record.js';
import { usedBits } from './memory-record.js';

/** Costs per sample of both runs, and what learning adds to each in percent. */
export function perSampleRecord(
  prepared: PreparedExperiment,
  pricedSamples: SampleTotals,
  area: ChipArea,
): ResultRecord['perSample'] {
  const inference = costOf(pricedSamples, 'inference');
  const training = costOf(pricedSamples, 'training');
  return {
    inference,
    training,
    learningOverheadPercent: {
      ...energyOverhead(pricedSamples),
      latency: overheadPercent(training.latencyCycles, inference.latencyCycles),
      memory: overheadPercent(usedBits(prepared, true), usedBits(prepared, false)),
      area: learningAreaPercent(area),
    },
  };
}
