import { argumentsOf, generalFunctions } from './formula/formula-functions.js';
import type { FormulaFunction } from './formula/formula.js';
import { logicAreaFactor, logicEnergyFactor } from './logic-scaling.js';
import {
  type Dimension,
  dimensionless,
  physical,
  type PhysicalValue,
  plain,
} from './formula/physical-value.js';
import { readSramModel, type SramModel, type SramQuantity } from './sram/sram-model.js';
import type { Technology } from './technology-schema.js';
import { Kept } from '../units/kept.js';
import type { StrictYaml } from '../units/strict-yaml.js';

/** A technology with all that it extends; errors point to the file that wrote what is wrong. */
export type TechnologyText = Pick<StrictYaml<Technology>, 'value' | 'problem'>;

/** A technology as read: its text, with positions for later errors, and its SRAM table. */
export interface TechnologyModel {
  readonly text: TechnologyText;
  /** Null where the file names no table. */
  readonly sram: SramModel | null;
  /** Text of the tables of SRAM and energies, one after the other: part of the hash. */
  readonly tableTexts: string;
}

/** Node and supply for which a formula is computed. */
interface OperatingPoint {
  readonly nodeNm: number;
  readonly voltageV: number;
}

const lengthDimension: Dimension = [0, 0, 1, 0];
const voltageDimension: Dimension = [0, 1, 0, 0];

/** Quantity of each figure of a macro. */
const sramUnits = { read: 'energy', write: 'energy', leakage: 'power', area: 'area' } as const;

function sramFunction(
  name: string,
  quantity: SramQuantity,
  sram: SramModel,
  point: OperatingPoint,
): [string, FormulaFunction] {
  // Reading and writing a memory, and the ends of their bands, ask for the same macros.
  const known = new Map<number, Map<number, PhysicalValue>>();
  return [
    name,
    (values) => {
      const [bankBits = NaN, wordBits = NaN] = argumentsOf(name, values, [
        dimensionless,
        dimensionless,
      ]);
      const ofBank = known.get(bankBits) ?? new Map<number, PhysicalValue>();
      const found = ofBank.get(wordBits);
      if (found !== undefined) return found;
      const amount = sram.lookUp(quantity, bankBits, wordBits, point.nodeNm, point.voltageV);
      const figure = physical(amount, sramUnits[quantity]);
      known.set(bankBits, ofBank.set(wordBits, figure));
      return figure;
    },
  ];
}

/**
 * The functions that formulas of this technology may call at this operating point: the general ones,
 * `sramReadEnergy(bankBits, wordBits)` and its sisters, `logicScale(sourceNode, sourceVoltage)` and
 * `logicAreaScale(sourceNode)`: how much less (or more) energy and area the same logic takes here than where the figure
 * was published.
 */
export function technologyFunctions(
  technology: TechnologyModel,
  point: OperatingPoint,
): ReadonlyMap<string, FormulaFunction> {
  const { sram, text } = technology;
  const functions = new Map<string, FormulaFunction>(generalFunctions);
  if (sram !== null) {
    const entries = [
      sramFunction('sramReadEnergy', 'read', sram, point),
      sramFunction('sramWriteEnergy', 'write', sram, point),
      sramFunction('sramLeakage', 'leakage', sram, point),
      sramFunction('sramArea', 'area', sram, point),
    ];
    for (const [name, implementation] of entries) functions.set(name, implementation);
  }
  const factors = text.value.logicScaling?.nodes.map(({ node, ...factor }) => ({
    nodeNm: node,
    ...factor,
  }));
  if (factors !== undefined) {
    // Every width of a word asks for the same logic.
    const scales = new Map<number, Map<number, PhysicalValue>>();
    functions.set('logicScale', (values) => {
      const [sourceNm = NaN, sourceV = NaN] = argumentsOf('logicScale', values, [
        lengthDimension,
        voltageDimension,
      ]);
      const ofNode = scales.get(sourceNm) ?? new Map<number, PhysicalValue>();
      const found = ofNode.get(sourceV);
      if (found !== undefined) return found;
      const here = logicEnergyFactor(factors, point.nodeNm, point.voltageV);
      const scale = plain(here / logicEnergyFactor(factors, sourceNm, sourceV));
      scales.set(sourceNm, ofNode.set(sourceV, scale));
      return scale;
    });
    functions.set('logicAreaScale', (values) => {
      const [sourceNm = NaN] = argumentsOf('logicAreaScale', values, [lengthDimension]);
      const here = logicAreaFactor(factors, point.nodeNm);
      return plain(here / logicAreaFactor(factors, sourceNm));
    });
  }
  return functions;
}

/**
 * Assembles a technology from its text and that of its SRAM table.
 * @param energyTexts of the energy-reference tables whose prices `text` holds.
 * @throws InputError
 */
export function buildTechnology(
  text: TechnologyText,
  sramText: string,
  energyTexts: string,
): TechnologyModel {
  const { sram: selection, node, voltage } = text.value;
  if (voltage.lowest > voltage.highest) {
    throw text.problem(['voltage', 'lowest'], 'the lowest supply is above the highest');
  }
  if (selection === undefined) return { text, sram: null, tableTexts: energyTexts };
  const sram = readSelected(text, selection, sramText);
  const lowest = Math.min(...sram.nodesNm);
  const highest = Math.max(...sram.nodesNm);
  if (node < lowest || node > highest) {
    throw text.problem(
      ['node'],
      `${node} nm is outside the ${lowest} to ${highest} nm of the SRAM table ${selection.table}; its nodes are ${sram.nodesNm.join(', ')} nm`,
    );
  }
  return { text, sram, tableTexts: `${sramText}${energyTexts}` };
}

/** Tables as they were read last. */
const keptTables = new Kept<SramModel>(4);

/** The rows that the file selects. @throws InputError where the table lacks some. */
function readSelected(
  text: TechnologyText,
  { cell, objective, supplies, table }: NonNullable<Technology['sram']>,
  sramText: string,
): SramModel {
  const stated = supplies.map((supply) => ({ nodeNm: supply.node, voltageV: supply.voltage }));
  try {
    const selection = { cell, objective, supplies: stated };
    return keptTables.get(`${JSON.stringify([selection, table])}\n${sramText}`, () =>
      readSramModel(sramText, selection, table),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw text.problem(['sram'], error.message);
  }
}
