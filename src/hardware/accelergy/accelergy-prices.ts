import { type ComponentAction, componentActions } from '../../ledger/components.js';
import type { InputError } from '../../units/input-error.js';
import type { KeyPath, StrictYaml } from '../../units/strict-yaml.js';
import type { AccelergyImport, AccelergyMapping } from './accelergy-schema.js';
import { type AccelergyTable, findEnergy, readAccelergyTable } from './accelergy-table.js';
import { besideModel, type ModelFile } from '../model-files.js';
import { allowedWidths } from '../price-book.js';
import { type StatedPrice } from '../price-schema.js';
import type { TechnologyFile } from '../technology-schema.js';

/** What a technology file takes from its energy-reference table. */
export interface AccelergyPrices {
  readonly prices: Readonly<Partial<Record<ComponentAction, StatedPrice>>>;
  /** Text of the table: part of the hash. Empty where the file names none. */
  readonly tableText: string;
}

/** Keys that hold for all mappings of a file, beside `map`. */
const sharedKeys: readonly PropertyKey[] = ['low', 'high', 'kind', 'source'];

/** Where a file states `key` of a price that it takes from the table. */
export function mappedPath(componentAction: PropertyKey, key: PropertyKey | undefined): KeyPath {
  if (key !== undefined && sharedKeys.includes(key)) return ['accelergy', key];
  return ['accelergy', 'map', componentAction, ...(key === undefined ? [] : [key])];
}

/** A table knows no width: the mapping states the one it holds for, or how the energy follows the width. */
function checkWidth(
  componentAction: ComponentAction,
  { bits, energy }: AccelergyMapping,
  refuse: (key: string, sentence: string) => InputError,
): void {
  const mostBits = allowedWidths(componentAction).at(-1) ?? null;
  if (mostBits === null) {
    if (bits === undefined) return;
    throw refuse(
      'bits',
      `${bits} bits are stated, but ${componentAction} has no width; leave it out`,
    );
  }
  if (bits === undefined && energy === undefined) {
    throw refuse(
      'bits',
      'missing; state the width that the energy of the table is for (bits: 32 bit), or a formula for all widths (energy: tableEnergy * bits / 32)',
    );
  }
  if (bits !== undefined && bits > mostBits) {
    throw refuse('bits', `${bits} bits never occur; ${componentAction} has at most ${mostBits}`);
  }
}

function takePrice(
  componentAction: ComponentAction,
  mapping: AccelergyMapping,
  { low, high, kind, source }: AccelergyImport,
  table: AccelergyTable,
  refuse: (key: string, sentence: string) => InputError,
): StatedPrice {
  checkWidth(componentAction, mapping, refuse);
  const { energyPj, label } = findEnergy(table, mapping, refuse);
  const entry = { energy: mapping.energy ?? 'tableEnergy', low, high, kind };
  const imported = { tableEnergyPj: energyPj, onlyBits: mapping.bits ?? null };
  return { ...entry, source: `${source} (${label})`, imported };
}

/**
 * The prices that a technology file takes from the table beside it.
 * @param readTable reads that file; its errors are complaints about the key `accelergy.table`.
 * @throws InputError: in the table, or in the technology file at the mapping that is wrong
 */
export function readAccelergyPrices(
  found: ModelFile,
  file: StrictYaml<TechnologyFile>,
  readTable: (table: ModelFile) => string,
): AccelergyPrices {
  const { accelergy, prices: ownPrices } = file.value;
  if (accelergy === undefined) return { prices: {}, tableText: '' };
  const tableFile = besideModel(found, accelergy.table);
  const tableText = readTable(tableFile);
  const table = readAccelergyTable(tableFile.shownPath, tableText);
  const prices: Partial<Record<ComponentAction, StatedPrice>> = {};
  for (const componentAction of componentActions) {
    const mapping = accelergy.map[componentAction];
    if (mapping === undefined) continue;
    const refuse = (key: string, sentence: string): InputError =>
      file.problem(mappedPath(componentAction, key), sentence);
    if (ownPrices?.[componentAction] !== undefined) {
      throw file.problem(
        mappedPath(componentAction, undefined),
        'is also in prices of this file; keep one of the two',
      );
    }
    prices[componentAction] = takePrice(componentAction, mapping, accelergy, table, refuse);
  }
  return { prices, tableText };
}
