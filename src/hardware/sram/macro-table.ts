import {
  actionOf,
  type ComponentAction,
  isCoreMemory,
  ledgerActions,
  type Memory,
} from '../../ledger/components.js';
import type { KeyPath, StrictYaml } from '../../units/strict-yaml.js';
import { wordList } from '../../units/word-list.js';
import type { MemoryModel } from '../chip-model.js';
import type { ChipFile } from '../chip-schema.js';
import type { StatedKind } from '../core-kinds.js';
import type { AreaEntry, StatedPrice } from '../price-schema.js';
import type { StatedEntry } from '../stated-entry.js';

type Table = NonNullable<ChipFile['table']>;
type Macro = Table['macros'][number];

/** What a chip's table of macros says of its memories. */
export interface MacroPrices {
  readonly prices: ReadonlyMap<ComponentAction, StatedEntry<StatedPrice>>;
  readonly areas: ReadonlyMap<Memory, StatedEntry<AreaEntry>>;
  /** Of one bank, at the chip's supply, in µW. */
  readonly bankLeakagesUw: ReadonlyMap<Memory, number>;
}

function placeOf(memory: Memory, { at }: StatedKind): KeyPath {
  return isCoreMemory(memory) ? at(['memories', memory]) : ['delayedErrorMemory'];
}

function memoryOf(chip: ChipFile, memory: Memory, { core }: StatedKind): MemoryModel {
  return isCoreMemory(memory) ? core.memories[memory] : chip.delayedErrorMemory;
}

function numbers(values: readonly number[]): string {
  return wordList([...new Set(values)].toSorted((left, right) => left - right).map(String), 'and');
}

/** Each name and each macro once. @throws InputError */
function checkTable(file: StrictYaml<ChipFile>, { memories, macros }: Table): void {
  for (const [index, memory] of memories.entries()) {
    if (memories.indexOf(memory) < index) {
      throw file.problem(['table', 'memories', index], `${memory} stands here twice; delete one`);
    }
  }
  for (const [index, { bits, words }] of macros.entries()) {
    if (macros.findIndex((one) => one.bits === bits && one.words === words) < index) {
      throw file.problem(
        ['table', 'macros', index],
        `is the second macro of ${words} words of ${bits} bits; a table has one of each`,
      );
    }
  }
}

/** Number of the row that a memory's banks are. @throws InputError where the table has none */
function rowOf(
  file: StrictYaml<ChipFile>,
  { memories, macros }: Table,
  memory: Memory,
  kind: StatedKind,
): number {
  const { bankCount, wordsPerBank, wordBits } = memoryOf(file.value, memory, kind);
  const place = placeOf(memory, kind);
  const isOffChip = !isCoreMemory(memory) && file.value.delayedErrorMemory.placement === 'offChip';
  if (bankCount === 0 || isOffChip) {
    throw file.problem(
      ['table', 'memories', memories.indexOf(memory)],
      `${memory} ${isOffChip ? 'lies off the chip' : 'has no banks'}, so that no macro prices it; leave it out here`,
    );
  }
  const ofWidth = macros.filter(({ bits }) => bits === wordBits);
  if (ofWidth.length === 0) {
    throw file.problem(
      [...place, 'wordBits'],
      `the table of macros has no words of ${wordBits} bits; it has ${numbers(macros.map(({ bits }) => bits))}: use one of these, add a row to table.macros, or leave ${memory} out of table.memories`,
    );
  }
  const row = macros.findIndex(({ bits, words }) => bits === wordBits && words === wordsPerBank);
  if (row < 0) {
    throw file.problem(
      [...place, 'wordsPerBank'],
      `the table of macros has none of ${wordsPerBank} words of ${wordBits} bits; with words of ${wordBits} bits it has ${numbers(ofWidth.map(({ words }) => words))}: build the memory of banks of these, add a row to table.macros, or leave ${memory} out of table.memories`,
    );
  }
  return row;
}

function bandOf({ low, high, kind, source }: Table, name: 'energy' | 'area') {
  return { low: `${low} * ${name}`, high: `${high} * ${name}`, kind, source };
}

/** An entry made from a figure of a row: errors point to it. */
function entryOf<Entry>(
  file: StrictYaml<ChipFile>,
  row: number,
  figure: keyof Macro,
  entry: Entry,
): StatedEntry<Entry> {
  return {
    entry,
    problem: (key, sentence) =>
      file.problem(
        key === 'low' || key === 'high' ? ['table', key] : ['table', 'macros', row, figure],
        sentence,
      ),
  };
}

/** @throws InputError where the file states the price beside the table, too */
function checkAlone(
  file: StrictYaml<ChipFile>,
  section: 'prices' | 'areas',
  name: string,
  isStated: boolean,
): void {
  if (!isStated) return;
  throw file.problem(
    [section, name],
    'stands here and comes from table.macros; delete one of them',
  );
}

/**
 * Prices, areas and leakages of the memories that a chip's cores of this kind build of macros of its table; empty without a table.
 * @throws InputError where a memory is no macro of the table, or is priced twice.
 */
export function macroPrices(file: StrictYaml<ChipFile>, kind: StatedKind): MacroPrices {
  const prices = new Map<ComponentAction, StatedEntry<StatedPrice>>();
  const areas = new Map<Memory, StatedEntry<AreaEntry>>();
  const bankLeakagesUw = new Map<Memory, number>();
  const { table, voltage } = file.value;
  if (table === undefined) return { prices, areas, bankLeakagesUw };
  checkTable(file, table);
  for (const memory of table.memories) {
    // One of several kinds may do without a memory that others have.
    if (kind.name !== null && memoryOf(file.value, memory, kind).bankCount === 0) continue;
    const row = rowOf(file, table, memory, kind);
    const macro = table.macros[row];
    if (macro === undefined) continue;
    for (const { componentAction, component, width } of ledgerActions) {
      if (component !== memory || width !== 'word') continue;
      checkAlone(
        file,
        'prices',
        componentAction,
        file.value.prices?.[componentAction] !== undefined,
      );
      const figure = actionOf(componentAction).action === 'read' ? 'read' : 'write';
      const entry: StatedPrice = {
        energy: `tableEnergy * (voltage / ${table.voltage} V)^2`,
        ...bandOf(table, 'energy'),
        imported: { tableEnergyPj: macro[figure], onlyBits: macro.bits },
      };
      prices.set(componentAction, entryOf(file, row, figure, entry));
    }
    checkAlone(file, 'areas', memory, file.value.areas?.[memory] !== undefined);
    const area: AreaEntry = { area: `${macro.area.toFixed(12)} mm^2`, ...bandOf(table, 'area') };
    areas.set(memory, entryOf(file, row, 'area', area));
    bankLeakagesUw.set(memory, (macro.leakage * voltage) / table.voltage);
  }
  return { prices, areas, bankLeakagesUw };
}
