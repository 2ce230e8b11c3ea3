import {
  actionOf,
  type ComponentAction,
  componentActions,
  componentFacts,
} from '../ledger/components.js';
import type { StrictYaml } from '../units/strict-yaml.js';
import { type AreaComponent, areaComponents, isLogicPart } from './chip-model.js';
import type { ChipFile } from './chip-schema.js';
import type { MacroPrices } from './sram/macro-table.js';
import { type AreaEntry, type StatedPrice } from './price-schema.js';
import type { StatedEntry } from './stated-entry.js';
import type { TechnologyModel } from './technology-model.js';

type Writer = Pick<StrictYaml<unknown>, 'problem'>;

function stated<Entry>(
  entry: Entry,
  writer: Writer,
  section: string,
  name: string,
): StatedEntry<Entry> {
  return { entry, problem: (key, sentence) => writer.problem([section, name, key], sentence) };
}

/**
 * The chip's own prices, those of its table of macros among them, and those of its technology for all other actions. A memory off the chip has the technology's
 * off-chip prices or none: never those of a memory on the chip.
 */
export function statedPrices(
  file: StrictYaml<ChipFile>,
  { text }: TechnologyModel,
  macros: Pick<MacroPrices, 'prices'>,
): ReadonlyMap<ComponentAction, StatedEntry<StatedPrice>> {
  const own = file.value.prices ?? {};
  const sections: Readonly<
    Record<string, Readonly<Partial<Record<ComponentAction, StatedPrice>>>>
  > = { prices: text.value.prices, offChipPrices: text.value.offChipPrices };
  const isOffChip = file.value.delayedErrorMemory.placement === 'offChip';
  const entries = new Map<ComponentAction, StatedEntry<StatedPrice>>();
  for (const action of componentActions) {
    const section =
      isOffChip && componentFacts[actionOf(action).component].kind === 'sharedMemory'
        ? 'offChipPrices'
        : 'prices';
    const ownEntry = own[action];
    const entry = sections[section]?.[action];
    const macro = macros.prices.get(action);
    if (ownEntry !== undefined) entries.set(action, stated(ownEntry, file, 'prices', action));
    else if (macro !== undefined) entries.set(action, macro);
    else if (entry !== undefined) entries.set(action, stated(entry, text, section, action));
  }
  return entries;
}

/** Actions whose price the chip file states itself, alone or in its table of macros. */
export function ownPrices(
  file: StrictYaml<ChipFile>,
  macros: Pick<MacroPrices, 'prices'>,
): ReadonlySet<ComponentAction> {
  const own = file.value.prices ?? {};
  return new Set(
    componentActions.filter((action) => own[action] !== undefined || macros.prices.has(action)),
  );
}

/** The chip's own areas, and those of its technology for all other components. */
export function statedAreas(
  file: StrictYaml<ChipFile>,
  { text }: TechnologyModel,
  macros: Pick<MacroPrices, 'areas'>,
): ReadonlyMap<AreaComponent, StatedEntry<AreaEntry>> {
  const own = file.value.areas ?? {};
  const entries = new Map<AreaComponent, StatedEntry<AreaEntry>>();
  for (const component of areaComponents) {
    const ownEntry = own[component];
    const macro = isLogicPart(component) ? undefined : macros.areas.get(component);
    if (macro !== undefined) entries.set(component, macro);
    const entry = ownEntry ?? text.value.areas[component];
    if (entry === undefined || macro !== undefined) continue;
    const writer = ownEntry === undefined ? text : file;
    entries.set(component, stated(entry, writer, 'areas', component));
  }
  return entries;
}
