import { interpolateLog, locateOnLogAxis } from './interpolation.js';

/** Energy factor of one node, b2·V² + b1·V + b0 (Stillmaker & Baas 2017, eq. for energy), dimensionless. */
export interface NodeEnergyFactor {
  readonly nodeNm: number;
  readonly b2: number;
  readonly b1: number;
  readonly b0: number;
}

/**
 * Energy of logic at (`nodeNm`, `voltageV`) relative to the inverter chain of the paper. Between two nodes log-linear
 * in the node.
 * @throws RangeError, a sentence, outside the nodes, or where the polynomial is not positive (voltage out of its range).
 */
export function logicEnergyFactor(
  factors: readonly NodeEnergyFactor[],
  nodeNm: number,
  voltageV: number,
): number {
  const sorted = [...factors].sort((left, right) => left.nodeNm - right.nodeNm);
  const nodesNm = sorted.map((factor) => factor.nodeNm);
  const { lower, upper, fraction } = locateOnLogAxis(nodesNm, nodeNm);
  const from = sorted[lower];
  const to = sorted[upper];
  if (from === undefined || to === undefined || fraction < 0 || fraction > 1) {
    throw new RangeError(
      `logicScale: node ${nodeNm} nm is outside ${nodesNm.join(', ')} nm, for which coefficients are stated`,
    );
  }
  const energyOf = ({ b2, b1, b0 }: NodeEnergyFactor): number =>
    b2 * voltageV * voltageV + b1 * voltageV + b0;
  const energy = interpolateLog(energyOf(from), energyOf(to), fraction);
  if (!(energy > 0)) {
    throw new RangeError(`logicScale: ${voltageV} V is outside the range of the coefficients`);
  }
  return energy;
}
