import {
  type ComponentAction,
  isCoreMemory,
  type LedgerAction,
  ledgerActions,
} from '../ledger/components.js';
import type { UnitPrice } from '../ledger/priced-ledger.js';
import { type ChipModel, type CoreKind, coreKinds, eventBits } from './chip-model.js';

/** What one action costs on a chip at one width. */
export interface PriceTableRow {
  readonly componentAction: ComponentAction;
  /** Kind of core in which it costs that; null: in all cores, or it belongs to none. */
  readonly coreKind: string | null;
  /** Null where width has no meaning. */
  readonly bits: number | null;
  /** Whose file states the price. */
  readonly statedBy: 'chip' | 'technology';
  /** Null: unpriced. */
  readonly price: UnitPrice | null;
}

/** The widths an action has in a core of this chip, in bits; [null] where width has no meaning. */
function widthsOn(
  chip: ChipModel,
  { core }: Pick<CoreKind, 'core'>,
  { component, width }: LedgerAction,
): readonly (number | null)[] {
  const { weight, accumulator, activation, feedback } = chip.tensors;
  if (isCoreMemory(component)) {
    const { wordBits } = core.memories[component];
    return [width === 'word' ? wordBits : feedback.format.totalBits];
  }
  switch (component) {
    case 'delayedError':
      return [chip.delayedErrorMemory.wordBits];
    case 'controller':
      return [32];
    case 'datapath':
      return [...new Set([weight.format.totalBits, 16, accumulator.format.totalBits])];
    case 'activation':
      return [activation.format.totalBits];
    case 'random':
      return [chip.core.randomGenerator.widthBits];
    case 'router':
    case 'io':
      return [eventBits(chip)];
    case 'clock':
    case 'leakage':
      return [null];
  }
}

/** The rows of an action in the cores of one kind. */
function rowsOn(chip: ChipModel, kind: CoreKind, action: LedgerAction): readonly PriceTableRow[] {
  const { componentAction } = action;
  const statedBy = chip.ownPrices.has(componentAction) ? 'chip' : 'technology';
  return widthsOn(chip, kind, action).map((bits) => {
    const price = chip.unitPrice({ componentAction, bits, core: kind.firstCore });
    return { componentAction, coreKind: kind.name, bits, statedBy, price };
  });
}

function isSame(left: readonly PriceTableRow[], right: readonly PriceTableRow[]): boolean {
  return right.every(({ bits, price }, index) => {
    const other = left[index];
    return other?.bits === bits && other.price?.energyPj === price?.energyPj;
  });
}

/**
 * Every action that can be counted on a chip, at the widths it has there, with its price; where kinds of cores differ in it,
 * in each of them that has it.
 */
export function priceTable(chip: ChipModel): readonly PriceTableRow[] {
  const kinds = coreKinds(chip);
  return ledgerActions.flatMap((action) => {
    const [first = [], ...others] = kinds.map((kind) => rowsOn(chip, kind, action));
    if (others.every((rows) => isSame(first, rows))) {
      return first.map((row) => ({ ...row, coreKind: null }));
    }
    return [first, ...others].flatMap((rows) => rows.filter(({ price }) => price !== null));
  });
}
