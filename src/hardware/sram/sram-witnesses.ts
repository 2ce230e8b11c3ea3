import { z } from 'zod';
import { InputError } from '../../units/input-error.js';
import { quantitySchema } from '../../units/quantity-schema.js';
import { readStrictYaml } from '../../units/strict-yaml.js';
import {
  type BandedQuantity,
  type BandedValue,
  type StatedBand,
  statedFormula,
} from '../formula/banded-formula.js';
import type { FormulaFunction } from '../formula/formula.js';
import { physical, plain } from '../formula/physical-value.js';
import { provenance } from '../price-schema.js';
import { loadTechnology } from '../load-technology.js';
import { type ModelFile, readModelText, shippedModel, sramWitnessFile } from '../model-files.js';
import { technologyFunctions, type TechnologyModel } from '../technology-model.js';

/* Published SRAM macros against what the technologies' table says of the same macro: nothing in the table is fitted to them. */

/** How a figure of a macro came about. */
export const witnessBases = {
  silicon: 'measured on a chip',
  library: 'from a foundry library or a generator, characterised by simulation',
  survey: 'from a published table of typical energies',
} as const;

const nodeKey = quantitySchema('length', 'Process node.');
const wordBits = z.int().min(1).max(256);

const witness = z.strictObject({
  name: z.string().min(3).describe('The macro, in a few words.'),
  node: nodeKey,
  scaledFrom: z
    .strictObject({
      node: nodeKey,
      factor: z.number().positive().describe('Energy of an access there, times this.'),
    })
    .optional()
    .describe(
      'For a node that the table lacks: the nearest that it has. An area goes with the square of the factor.',
    ),
  voltage: quantitySchema('voltage', 'Supply at which it was measured.'),
  capacity: quantitySchema('information', 'All of the macro.'),
  word: z
    .strictObject({
      from: wordBits.describe('Narrowest word it may have.'),
      to: wordBits.describe('Widest.'),
    })
    .describe('Both the same where the source states it.'),
  basis: z.enum(['silicon', 'library', 'survey']).describe('How the figures came about.'),
  per: z.enum(['word', 'bit']).optional().describe('Of what an energy is.'),
  access: quantitySchema('energy', 'Reads and writes together.').optional(),
  read: quantitySchema('energy', 'One read.').optional(),
  write: quantitySchema('energy', 'One write.').optional(),
  leakage: quantitySchema('power', 'Of the macro.').optional(),
  area: quantitySchema('area', 'Of the macro.').optional(),
  provenance: provenance.unwrap(),
  source: z.string().min(10).describe('Where it stands.'),
  reading: z.string().min(10).describe('What was read as what.'),
});

/** Schema of `sram-witnesses.yaml`. */
export const sramWitnessSchema = z.strictObject({
  description: z.string().min(10),
  technology: z.string().describe('The technology whose memories are held against them.'),
  witnesses: z.array(witness).min(1),
});

/** A published macro: pJ, µW, mm², bits, V, nm. */
export type SramWitness = z.output<typeof witness>;

/** What can be compared, and the quantity that it is. */
export const witnessFigures = {
  access: 'energy',
  read: 'energy',
  write: 'energy',
  leakage: 'power',
  area: 'area',
} as const;
export type WitnessFigure = keyof typeof witnessFigures;

/** One published figure against the technology's, for one width of the word. */
export interface SramComparison {
  readonly witness: SramWitness;
  readonly figure: WitnessFigure;
  readonly wordBits: number;
  /** pJ per word, µW, or mm². */
  readonly published: number;
  /** In the same unit, with the band of the price; a leakage has none. */
  readonly model: BandedValue;
}

/** The technology at the node and supply of a witness. */
interface Bench {
  readonly technology: TechnologyModel;
  readonly functions: ReadonlyMap<string, FormulaFunction>;
  readonly witness: SramWitness;
  readonly wordBits: number;
}

interface Stated {
  readonly quantity: BandedQuantity;
  readonly keys: readonly [key: 'prices' | 'areas', entry: string];
  readonly value: string | null;
  readonly band: StatedBand;
}

function evaluate(
  { technology, functions, witness, wordBits: bits }: Bench,
  { quantity, keys, value, band }: Stated,
): BandedValue {
  const problem = (part: string, sentence: string): InputError =>
    technology.text.problem([...keys, part], sentence);
  const formula = statedFormula(quantity, value, band, problem);
  if (formula === null) throw problem(quantity, 'is unknown: no witness can be held against it');
  const variables = new Map([
    ['bankBits', plain(witness.capacity)],
    ['capacityBits', plain(witness.capacity)],
    ['wordBits', plain(bits)],
    ['bits', plain(bits)],
    ['voltage', physical(witness.voltage, 'voltage')],
  ]);
  return formula.evaluate(variables, functions, () => `for ${witness.name}, ${bits} bits: `);
}

/** Price of an access to one word, in pJ. */
function accessPrice(bench: Bench, action: 'read' | 'write'): BandedValue {
  const entry = `synapses.${action}` as const;
  const price = bench.technology.text.value.prices[entry];
  if (price === undefined) {
    throw bench.technology.text.problem(['prices'], `has no ${entry} to hold witnesses against`);
  }
  const { energy, ...band } = price;
  return evaluate(bench, { quantity: 'energy', keys: ['prices', entry], value: energy, band });
}

function bankArea(bench: Bench): BandedValue {
  const stated = bench.technology.text.value.areas.synapses;
  if (stated === undefined) {
    throw bench.technology.text.problem(['areas'], 'has no synapses to hold witnesses against');
  }
  const { area, ...band } = stated;
  return evaluate(bench, { quantity: 'area', keys: ['areas', 'synapses'], value: area, band });
}

function mean(one: BandedValue, other: BandedValue): BandedValue {
  const half = (key: keyof BandedValue): number => (one[key] + other[key]) / 2;
  return { value: half('value'), low: half('low'), high: half('high') };
}

function scaled({ value, low, high }: BandedValue, factor: number): BandedValue {
  return { value: value * factor, low: low * factor, high: high * factor };
}

function modelOf(figure: WitnessFigure, bench: Bench): BandedValue {
  const { witness, technology, wordBits: bits } = bench;
  const factor = witness.scaledFrom?.factor ?? 1;
  switch (figure) {
    case 'access':
      return scaled(mean(accessPrice(bench, 'read'), accessPrice(bench, 'write')), factor);
    case 'read':
    case 'write':
      return scaled(accessPrice(bench, figure), factor);
    case 'area':
      return scaled(bankArea(bench), factor * factor);
    case 'leakage': {
      const node = witness.scaledFrom?.node ?? witness.node;
      const { sram } = technology;
      if (sram === null) throw technology.text.problem(['sram'], 'is needed for a leakage');
      try {
        const value = sram.lookUp('leakage', witness.capacity, bits, node, witness.voltage);
        return { value, low: value, high: value };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new InputError(`${witness.name}: leakage: ${error.message}`);
      }
    }
  }
}

function compare(technology: TechnologyModel, witness: SramWitness): readonly SramComparison[] {
  const node = witness.scaledFrom?.node ?? witness.node;
  const functions = technologyFunctions(technology, { nodeNm: node, voltageV: witness.voltage });
  const widths = [...new Set([witness.word.from, witness.word.to])];
  return (Object.keys(witnessFigures) as WitnessFigure[]).flatMap((figure) => {
    const stated = witness[figure];
    if (stated === undefined) return [];
    const isPerBit = witnessFigures[figure] === 'energy' && witness.per === 'bit';
    return widths.map((bits) => ({
      witness,
      figure,
      wordBits: bits,
      published: isPerBit ? stated * bits : stated,
      model: modelOf(figure, { technology, functions, witness, wordBits: bits }),
    }));
  });
}

/**
 * Every published figure against the technology's, once per end of a range of words.
 * @param found the table of macros; the shipped one where it is left out
 * @throws InputError where the file is wrong, or the technology states no such price.
 */
export function compareSramWitnesses(
  found: ModelFile = shippedModel('technologies', sramWitnessFile),
): readonly SramComparison[] {
  const { value } = readStrictYaml(found.shownPath, readModelText(found), sramWitnessSchema);
  const technology = loadTechnology(value.technology);
  return value.witnesses.flatMap((one) => compare(technology, one));
}
