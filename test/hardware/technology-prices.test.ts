import { type ComponentAction, componentActions } from '../../src/ledger/components.js';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ChipModel } from '../../src/hardware/chip-model.js';
import { statedFormula } from '../../src/hardware/formula/banded-formula.js';
import { variablesFor } from '../../src/hardware/formula/formula-variables.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { listTechnologies, loadTechnology } from '../../src/hardware/load-technology.js';
import { allowedWidths } from '../../src/hardware/price-book.js';
import { type PriceEntry } from '../../src/hardware/price-schema.js';
import { technologyFunctions, type TechnologyModel } from '../../src/hardware/technology-model.js';
import type { LedgerRow } from '../../src/ledger/ledger-row.js';
import type { PriceList } from '../../src/ledger/priced-ledger.js';
import { priceLedger } from '../../src/ledger/pricing.js';
import { edit, makeFolder, shippedChipText } from './model-folder.js';

/** A chip with every memory. */
const allMemories = loadChip('large-28nm');

/** Its text at a supply that the technology has. */
function chipTextAt({ lowest, highest }: { readonly lowest: number; readonly highest: number }) {
  const supply = Math.min(Math.max(lowest, allMemories.voltageV), highest);
  return edit(shippedChipText('large-28nm'), 'voltage: 0.8 V', `voltage: ${supply} V`);
}

type Prices = Readonly<Partial<Record<ComponentAction, PriceEntry>>>;

/** One row for each priced action; counts are powers of two, so that count × price has no rounding. */
function oneRowEach(chip: ChipModel, prices: Prices): readonly LedgerRow[] {
  return componentActions
    .filter((action) => prices[action] !== undefined)
    .map((componentAction, index) => ({
      run: 'training' as const,
      phase: 'update' as const,
      layer: 1,
      core: 0,
      componentAction,
      bits: allowedWidths(componentAction)[0] === null ? null : 16,
      count: 2 ** (index % 20),
    }))
    .filter((row) => chip.unitPrice(row) !== null);
}

/** Exact: the energies here are multiples of 2^-90 pJ. */
function exactly(energyPj: number): bigint {
  return BigInt(energyPj * 2 ** 90);
}

/** The prices of `section` again, the n-th raised by n/64 pJ. */
function raised(section: string, prices: Prices): string {
  const known = Object.entries(prices).filter(([, { energy }]) => energy !== null);
  if (known.length === 0) return '';
  const entries = known.map(([action, entry], index) => {
    const { energy, low, high, kind } = entry;
    const raisedEnergy = `${energy ?? ''} + ${index + 1} * 0.015625 pJ`;
    return `  ${action}: { energy: "${raisedEnergy}", low: "${low ?? ''}", high: "${high ?? ''} + 1 pJ", kind: ${kind}, source: edited for a test }\n`;
  });
  return `${section}:\n${entries.join('')}`;
}

/** The chip on a technology that extends a shipped one and restates every price a little higher. */
function editedChip(t: ExecutionContext, chipText: string, name: string): ChipModel {
  const { prices, offChipPrices } = loadTechnology(name).text.value;
  const technology = `name: edited\ndescription: d\nextends: ${name}\n${raised('prices', prices)}${raised('offChipPrices', offChipPrices)}`;
  const chip = edit(chipText, 'technology: generic-28nm', 'technology: ./edited.yaml');
  const folder = makeFolder(t, { 'chip.yaml': chip, 'edited.yaml': technology });
  return loadChip(path.join(folder, 'chip.yaml'));
}

function originalChip(t: ExecutionContext, chipText: string, name: string): ChipModel {
  const text = edit(chipText, 'technology: generic-28nm', `technology: ${name}`);
  return loadChip(path.join(makeFolder(t, { 'chip.yaml': text }), 'chip.yaml'));
}

for (const name of listTechnologies()) {
  test(`editing any price of ${name} changes the total by exactly count × difference`, (t) => {
    const { prices, offChipPrices, voltage } = loadTechnology(name).text.value;
    const priced = Object.values(prices).filter(({ energy }) => energy !== null).length;
    const onChipText = chipTextAt(voltage);
    const offChipText = edit(onChipText, 'placement: onChip', 'placement: offChip');
    const variants: readonly (readonly [string, Prices])[] = [
      [onChipText, prices],
      ...(Object.keys(offChipPrices).length > 0 ? [[offChipText, offChipPrices] as const] : []),
    ];
    let editedCount = 0;
    // Off the chip only the two prices of the delayed errors are others.
    for (const [chipText, stated] of variants) {
      const before = originalChip(t, chipText, name);
      const after = editedChip(t, chipText, name);
      const rows = oneRowEach(before, prices);
      t.is(rows.length, priced);
      const first = priceLedger(rows, before);
      const order = Object.entries(stated)
        .filter(([, { energy }]) => energy !== null)
        .map(([action]) => action);
      for (const edited of rows.filter((row) => stated[row.componentAction])) {
        const list: PriceList = {
          unitPrice: (key) =>
            (key.componentAction === edited.componentAction ? after : before).unitPrice(key),
        };
        const second = priceLedger(rows, list);
        const sum = (of: typeof first): bigint =>
          of.rows.reduce((total, row) => total + exactly(row.energy?.energyPj ?? 0), 0n);
        const difference =
          exactly(list.unitPrice(edited)?.energyPj ?? 0) -
          exactly(before.unitPrice(edited)?.energyPj ?? 0);
        t.is(sum(second) - sum(first), BigInt(edited.count) * difference);
        t.is(
          second.total.energyPj,
          second.rows.reduce((total, row) => total + (row.energy?.energyPj ?? 0), 0),
        );
        // All other prices of `after` were edited too: this one moved by its own edit alone (12 digits are kept).
        const meantPj = (order.indexOf(edited.componentAction) + 1) / 64;
        const movedPj = Number(difference) / 2 ** 90;
        const priceAfter = after.unitPrice(edited)?.energyPj ?? 0;
        t.true(Math.abs(movedPj - meantPj) <= 1e-11 * priceAfter, edited.componentAction);
        editedCount += 1;
      }
    }
    t.is(editedCount, priced + Object.keys(offChipPrices).length);
  });
}

/** Price by one entry alone, without the loader's checks. */
function energyPj(
  technology: TechnologyModel,
  action: ComponentAction,
  entry: PriceEntry,
  bits: number | null,
  chip: ChipModel,
): number {
  const { node } = technology.text.value;
  const functions = technologyFunctions(technology, { nodeNm: node, voltageV: chip.voltageV });
  const { energy, ...band } = entry;
  const formula = statedFormula('energy', energy, band, (_, sentence) => {
    throw new Error(sentence);
  });
  const variables = variablesFor(
    action,
    bits,
    { ...chip, bankLeakagesUw: new Map() },
    technology,
    functions,
  );
  return formula?.evaluate(variables, functions, () => '').value ?? NaN;
}

/** The chip at this supply, with `words` words in every bank. */
function withBanksOf(words: number, voltageV: number): ChipModel {
  const shrink = <Memory extends { wordsPerBank: number }>(memory: Memory): Memory => ({
    ...memory,
    wordsPerBank: words,
  });
  const { core, delayedErrorMemory } = allMemories;
  const { synapses, neurons, bias, feedback, eventBuffer, gradient, optimizerState } =
    core.memories;
  const memories = {
    synapses: shrink(synapses),
    neurons: shrink(neurons),
    bias: shrink(bias),
    feedback: shrink(feedback),
    eventBuffer: shrink(eventBuffer),
    gradient: shrink(gradient),
    optimizerState: shrink(optimizerState),
  };
  return {
    ...allMemories,
    voltageV,
    core: { ...core, memories },
    delayedErrorMemory: shrink(delayedErrorMemory),
  };
}

/** Prices of one action along each axis, the others held; each list is in rising order of its axis. */
function alongAxes(
  technology: TechnologyModel,
  action: ComponentAction,
  entry: PriceEntry,
): Readonly<Record<'width' | 'capacity' | 'supply', readonly number[]>> {
  const { lowest, highest } = technology.text.value.voltage;
  const hasWidth = allowedWidths(action)[0] !== null;
  const price = (bits: number, words: number, voltageV: number): number =>
    energyPj(technology, action, entry, hasWidth ? bits : null, withBanksOf(words, voltageV));
  const supplies = Array.from(
    { length: 17 },
    (_, step) => lowest + ((highest - lowest) * step) / 16,
  );
  return {
    width: [1, 3, 8, 11, 16].map((bits) => price(bits, 4096, lowest)),
    capacity: [8, 256, 700, 4096, 16384].map((words) => price(16, words, lowest)),
    supply: supplies.map((voltageV) => price(16, 4096, voltageV)),
  };
}

for (const name of listTechnologies()) {
  test(`every price of ${name} rises or stays with width, capacity and supply, and is above 0 unless it states 0`, (t) => {
    const technology = loadTechnology(name);
    const { prices, offChipPrices } = technology.text.value;
    const sections: readonly Prices[] = [prices, offChipPrices];
    const entries = sections.flatMap((section) =>
      componentActions.flatMap((action) => {
        const entry = section[action];
        return entry === undefined || entry.energy === null ? [] : [{ action, entry }];
      }),
    );
    t.true(entries.length > 0);
    for (const { action, entry } of entries) {
      for (const [axis, values] of Object.entries(alongAxes(technology, action, entry))) {
        values.reduce((previous, price) => {
          t.true(
            (price > 0 || entry.energy === '0 pJ') && price >= previous * (1 - 1e-11),
            `${action} along ${axis}: ${values.join(', ')}`,
          );
          return price;
        }, 0);
      }
    }
  });
}
