import { actionOf, isCoreMemory } from '../../ledger/components.js';
import { type ChipModel } from '../../hardware/chip-model.js';
import type { EnergyBand } from '../../ledger/priced-ledger.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { type Predicted, type Refuse, withoutBand } from './predicted.js';
import type { CountedAction, Prediction, Workload } from './validation-schema.js';

/** The width an action is priced at: a memory's word, the operand that the file states, none for cycles. @throws InputError */
function widthOf(
  { action, bits }: CountedAction,
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): number | null {
  const { component, width } = actionOf(action);
  const memory = width === 'word' && isCoreMemory(component) ? component : null;
  const hasNone = width === 'none';
  if (bits !== undefined && (memory !== null || hasNone)) {
    throw refuse(
      [...path, 'bits'],
      `${action} takes ${hasNone ? 'no width' : "the width of the memory's word"}; leave bits out`,
    );
  }
  if (hasNone) return null;
  if (memory !== null) return chip.core.memories[memory].wordBits;
  if (bits === undefined) {
    throw refuse(
      path,
      `bits: missing; ${action} is priced by the width of its operand, as in bits: 8 bit`,
    );
  }
  return bits;
}

function energyOf({ energyPj, lowPj, highPj }: EnergyBand): Predicted {
  return { quantity: 'energy', value: energyPj, low: lowPj, high: highPj };
}

/** Σ count × price. @throws InputError where an action has no price on this chip */
function sumActions(
  actions: readonly CountedAction[],
  chip: ChipModel,
  path: KeyPath,
  refuse: Refuse,
): EnergyBand {
  const total = { energyPj: 0, lowPj: 0, highPj: 0 };
  for (const [index, counted] of actions.entries()) {
    const { action: componentAction, count } = counted;
    const bits = widthOf(counted, chip, [...path, index], refuse);
    const price = chip.unitPrice({ componentAction, bits });
    if (price === null) {
      throw refuse(
        [...path, index, 'action'],
        `${componentAction} has no price on ${chip.name}; predict with actions that have one`,
      );
    }
    total.energyPj += count * price.energyPj;
    total.lowPj += count * price.lowPj;
    total.highPj += count * price.highPj;
  }
  return total;
}

/** A workload with its name in the file. */
export interface NamedWorkload {
  readonly name: string;
  readonly workload: Workload;
}

/** Power P = r·ΣE(operation) + f·ΣE(cycle), µW, as pJ times MHz are. @throws InputError at an action that has no price */
function powerOf(
  { name, workload: { perOperation, perCycle } }: NamedWorkload,
  rate: number,
  chip: ChipModel,
  refuse: Refuse,
): EnergyBand {
  const operation = sumActions(perOperation, chip, ['workloads', name, 'perOperation'], refuse);
  const cycle = sumActions(perCycle, chip, ['workloads', name, 'perCycle'], refuse);
  const powerUw = (end: keyof EnergyBand): number =>
    rate * operation[end] + chip.clockMhz * cycle[end];
  return {
    energyPj: powerUw('energyPj'),
    lowPj: powerUw('lowPj'),
    highPj: powerUw('highPj'),
  };
}

/**
 * Power of a workload, or energy of an operation, which is the power divided by the rate. The bands add up as if all prices
 * erred in the same direction.
 * @param keys of the prediction in its file.
 * @throws InputError at the action that cannot be priced, or where the rate is missing.
 */
export function predictActions(
  { figure, rate }: Prediction & { readonly kind: 'actions' },
  named: NamedWorkload,
  chip: ChipModel,
  keys: KeyPath,
  refuse: Refuse,
): Predicted {
  const { perOperation, perCycle } = named.workload;
  if (rate === undefined) {
    if (figure === 'energyPerOperation' && perCycle.length === 0) {
      return energyOf(
        sumActions(perOperation, chip, ['workloads', named.name, 'perOperation'], refuse),
      );
    }
    throw refuse(
      keys,
      'rate: missing; a power, and a share of what happens every cycle, need the operations a second, as in rate: 37.5 MHz',
    );
  }
  const { energyPj: value, lowPj: low, highPj: high } = powerOf(named, rate, chip, refuse);
  if (figure === 'power') return { quantity: 'power', value, low, high };
  return energyOf({ energyPj: value / rate, lowPj: low / rate, highPj: high / rate });
}

/**
 * Power of a workload above that of another, per cent. Without a band: the ends of both have causes in common.
 * @throws InputError at an action that cannot be priced.
 */
export function predictIncrease(
  { rate, overRate }: Prediction & { readonly kind: 'increase' },
  workload: NamedWorkload,
  over: NamedWorkload,
  chip: ChipModel,
  refuse: Refuse,
): Predicted {
  const more = powerOf(workload, rate, chip, refuse).energyPj;
  const less = powerOf(over, overRate, chip, refuse).energyPj;
  return withoutBand({ quantity: 'percent', value: 100 * (more / less - 1) });
}
