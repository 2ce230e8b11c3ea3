import {
  type ComponentAction,
  isCoreMemory,
  type LedgerAction,
  ledgerActions,
} from '../ledger/components.js';
import type { UnitPrice } from '../ledger/priced-ledger.js';
import { type ChipModel, eventBits } from './chip-model.js';

/** What one action costs on a chip at one width. */
export interface PriceTableRow {
  readonly componentAction: ComponentAction;
  /** Null where width has no meaning. */
  readonly bits: number | null;
  /** Whose file states the price. */
  readonly statedBy: 'chip' | 'technology';
  /** Null: unpriced. */
  readonly price: UnitPrice | null;
}

/** The widths an action has on this chip, in bits; [null] where width has no meaning. */
function widthsOn(chip: ChipModel, { component, width }: LedgerAction): readonly (number | null)[] {
  const { weight, accumulator, activation, feedback } = chip.tensors;
  if (isCoreMemory(component)) {
    const { wordBits } = chip.core.memories[component];
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

/** Every action that can be counted on a chip, at the widths it has there, with its price. */
export function priceTable(chip: ChipModel): readonly PriceTableRow[] {
  return ledgerActions.flatMap((action) =>
    widthsOn(chip, action).map((bits): PriceTableRow => {
      const { componentAction } = action;
      const statedBy = chip.ownPrices.has(componentAction) ? 'chip' : 'technology';
      return { componentAction, bits, statedBy, price: chip.unitPrice({ componentAction, bits }) };
    }),
  );
}
