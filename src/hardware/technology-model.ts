import { argumentsOf, generalFunctions } from './formula-functions.js';
import type { FormulaFunction } from './formula.js';
import { logicEnergyFactor } from './logic-scaling.js';
import { type Dimension, dimensionless, physical, plain } from './physical-value.js';
import { readSramModel, type SramModel, type SramQuantity } from './sram-model.js';
import type { TechnologyFile } from './technology-schema.js';
import type { StrictYaml } from '../units/strict-yaml.js';

/** A technology as read: its file, with positions for later errors, and its SRAM table. */
export interface TechnologyModel {
  readonly file: StrictYaml<TechnologyFile>;
  /** Null where the file names no table. */
  readonly sram: SramModel | null;
  /** Text of the SRAM table: part of the hash. */
  readonly sramText: string;
}

/** Node and supply for which a formula is computed. */
export interface OperatingPoint {
  readonly nodeNm: number;
  readonly voltageV: number;
}

const lengthDimension: Dimension = [0, 0, 1, 0];
const voltageDimension: Dimension = [0, 1, 0, 0];

function sramFunction(
  name: string,
  quantity: SramQuantity,
  sram: SramModel,
  point: OperatingPoint,
): [string, FormulaFunction] {
  return [
    name,
    (values) => {
      const [bankBits = NaN, wordBits = NaN] = argumentsOf(name, values, [
        dimensionless,
        dimensionless,
      ]);
      const value = sram.lookUp(quantity, bankBits, wordBits, point.nodeNm, point.voltageV);
      return physical(value, quantity === 'leakage' ? 'power' : 'energy');
    },
  ];
}

/**
 * The functions that formulas of this technology may call at this operating point: the general ones,
 * `sramReadEnergy(bankBits, wordBits)` and its sisters, and `logicScale(sourceNode, sourceVoltage)`: how much less (or
 * more) energy the same logic takes here than where the figure was published.
 */
export function technologyFunctions(
  technology: TechnologyModel,
  point: OperatingPoint,
): ReadonlyMap<string, FormulaFunction> {
  const { sram, file } = technology;
  const functions = new Map<string, FormulaFunction>(generalFunctions);
  if (sram !== null) {
    const entries = [
      sramFunction('sramReadEnergy', 'read', sram, point),
      sramFunction('sramWriteEnergy', 'write', sram, point),
      sramFunction('sramLeakage', 'leakage', sram, point),
    ];
    for (const [name, implementation] of entries) functions.set(name, implementation);
  }
  const factors = file.value.logicScaling?.nodes.map(({ node, b2, b1, b0 }) => ({
    nodeNm: node,
    b2,
    b1,
    b0,
  }));
  if (factors !== undefined) {
    functions.set('logicScale', (values) => {
      const [sourceNm = NaN, sourceV = NaN] = argumentsOf('logicScale', values, [
        lengthDimension,
        voltageDimension,
      ]);
      const here = logicEnergyFactor(factors, point.nodeNm, point.voltageV);
      return plain(here / logicEnergyFactor(factors, sourceNm, sourceV));
    });
  }
  return functions;
}

/** Assembles a technology from its file and the text of its SRAM table. @throws InputError */
export function buildTechnology(
  file: StrictYaml<TechnologyFile>,
  sramText: string,
): TechnologyModel {
  const { sram: selection, node, voltage } = file.value;
  if (voltage.lowest > voltage.highest) {
    throw file.problem(['voltage', 'lowest'], 'the lowest supply is above the highest');
  }
  if (selection === undefined) return { file, sram: null, sramText: '' };
  try {
    const sram = readSramModel(
      sramText,
      {
        cell: selection.cell,
        objective: selection.objective,
        supplies: selection.supplies.map((supply) => ({
          nodeNm: supply.node,
          voltageV: supply.voltage,
        })),
      },
      selection.table,
    );
    const lowest = Math.min(...sram.nodesNm);
    const highest = Math.max(...sram.nodesNm);
    if (node < lowest || node > highest) {
      throw new RangeError(
        `node ${node} nm is outside the ${lowest} to ${highest} nm for which supplies are stated`,
      );
    }
    return { file, sram, sramText };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw file.problem(['sram'], error.message);
  }
}
