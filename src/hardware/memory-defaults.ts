import { componentNames, isMemory, ledgerActions } from '../ledger/components.js';
import type { KeyPath } from '../units/strict-yaml.js';
import type { Technology, TechnologyFile } from './technology-schema.js';

/** Key of `memories` that prices an access. */
function accessKey(action: string): 'read' | 'write' {
  return action === 'read' ? 'read' : 'write';
}

/**
 * Prices and areas that a file states of all memories at once, as if it stated them of each. What a file states of one
 * memory itself goes before them (`hardware-models/README.md`, "Technologies").
 */
export function pricesOfMemories({
  memories = {},
}: TechnologyFile): Pick<Technology, 'prices' | 'areas'> {
  const accesses = ledgerActions.filter(({ width }) => width === 'word');
  const prices = accesses.flatMap(({ componentAction, action }) => {
    const price = memories[accessKey(action)];
    return price === undefined ? [] : [[componentAction, price] as const];
  });
  const { area } = memories;
  const areas = componentNames
    .filter(isMemory)
    .flatMap((component) => (area === undefined ? [] : [[component, area] as const]));
  return { prices: Object.fromEntries(prices), areas: Object.fromEntries(areas) };
}

/** Where a file states of all memories what lies at this path of `prices` or `areas`; null: it does not. */
export function placeInMemories(
  file: TechnologyFile,
  [section, entry, ...rest]: KeyPath,
): KeyPath | null {
  const { prices, areas } = pricesOfMemories(file);
  if (section === 'areas') {
    return entry !== undefined && Object.hasOwn(areas, entry)
      ? ['memories', 'area', ...rest]
      : null;
  }
  const known = ledgerActions.find(({ componentAction }) => componentAction === entry);
  return section === 'prices' && known !== undefined && Object.hasOwn(prices, known.componentAction)
    ? ['memories', accessKey(known.action), ...rest]
    : null;
}
