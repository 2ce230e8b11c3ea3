import {
  type MetricSummary,
  type PointGroup,
  summariseValues,
} from '../../../experiment/study/summarise.js';
import type { PointFigures } from '../../../experiment/study/point-record.js';

/**
 * Energy of training, µJ, up to the end of the first epoch after which the chip's test error is at most `errorPercent`.
 * @returns null where no epoch gets there, or an epoch before has no price
 */
export function energyToReach({ epochs }: PointFigures, errorPercent: number): number | null {
  let energyUj = 0;
  for (const { chipTestErrorPercent, trainingEnergyUj } of epochs) {
    if (trainingEnergyUj === null || chipTestErrorPercent === null) return null;
    energyUj += trainingEnergyUj;
    if (chipTestErrorPercent <= errorPercent) return energyUj;
  }
  return null;
}

/** What the seeds of a group needed; null where one of them did not get there. */
export function energyOfGroup({ done }: PointGroup, errorPercent: number): MetricSummary | null {
  const energies = [...done.values()].map(({ figures }) => energyToReach(figures, errorPercent));
  const reached = energies.filter((energy) => energy !== null);
  return reached.length < energies.length ? null : summariseValues(reached);
}
