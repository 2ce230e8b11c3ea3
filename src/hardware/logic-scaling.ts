import { interpolateLog, locateOnLogAxis } from './formula/interpolation.js';

/** Factors of one node (Stillmaker & Baas 2017), dimensionless: energy b2·V² + b1·V + b0, and area. */
interface NodeFactors {
  readonly nodeNm: number;
  readonly b2: number;
  readonly b1: number;
  readonly b0: number;
  /** Relative to the same node as those of the other nodes. */
  readonly areaFactor: number;
}

/** The two neighbours of a node, and how far between them it lies. @throws RangeError, a sentence, outside the nodes. */
function neighbours(
  name: string,
  factors: readonly NodeFactors[],
  nodeNm: number,
): readonly [from: NodeFactors, to: NodeFactors, fraction: number] {
  const sorted = [...factors].sort((left, right) => left.nodeNm - right.nodeNm);
  const nodesNm = sorted.map((factor) => factor.nodeNm);
  const { lower, upper, fraction } = locateOnLogAxis(nodesNm, nodeNm);
  const from = sorted[lower];
  const to = sorted[upper];
  if (from === undefined || to === undefined || fraction < 0 || fraction > 1) {
    throw new RangeError(
      `${name}: node ${nodeNm} nm is outside ${nodesNm.join(', ')} nm, for which coefficients are stated`,
    );
  }
  return [from, to, fraction];
}

/**
 * Energy of logic at (`nodeNm`, `voltageV`) relative to the inverter chain of the paper. Between two nodes log-linear
 * in the node.
 * @throws RangeError, a sentence, outside the nodes, or where the polynomial is not positive (voltage out of its range).
 */
export function logicEnergyFactor(
  factors: readonly NodeFactors[],
  nodeNm: number,
  voltageV: number,
): number {
  const [from, to, fraction] = neighbours('logicScale', factors, nodeNm);
  const energyOf = ({ b2, b1, b0 }: NodeFactors): number =>
    b2 * voltageV * voltageV + b1 * voltageV + b0;
  const energy = interpolateLog(energyOf(from), energyOf(to), fraction);
  if (!(energy > 0)) {
    throw new RangeError(`logicScale: ${voltageV} V is outside the range of the coefficients`);
  }
  return energy;
}

/**
 * Area of logic at `nodeNm` relative to the node that the factors refer to. Between two nodes log-linear in the node.
 * @throws RangeError, a sentence, outside the nodes.
 */
export function logicAreaFactor(factors: readonly NodeFactors[], nodeNm: number): number {
  const [from, to, fraction] = neighbours('logicAreaScale', factors, nodeNm);
  return interpolateLog(from.areaFactor, to.areaFactor, fraction);
}
