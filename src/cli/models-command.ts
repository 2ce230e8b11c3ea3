import {
  type ComponentAction,
  coreMemories,
  isCoreMemory,
  type LedgerAction,
  ledgerActions,
} from '../ledger/components.js';
import { type ChipModel, eventBits, memoryCapacityBits } from '../hardware/chip-model.js';
import { chipArea, learningAreaPercent } from '../hardware/chip-area.js';
import { checkModel, checkModels } from '../hardware/check-models.js';
import { listChips, loadChip } from '../hardware/load-chip.js';
import { listTechnologies, loadTechnology } from '../hardware/load-technology.js';
import { printFormat } from '../numerics/format.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

/** `spikeledger models list`: the shipped chips and technologies. */
export function listModels(): void {
  printTable(
    ['name', 'node', 'voltage', 'clock', 'cores', 'description'],
    listChips().map((name) => {
      const chip = loadChip(name);
      return [
        name,
        `${chip.technology.nodeNm} nm`,
        `${chip.voltageV} V`,
        `${chip.clockMhz} MHz`,
        String(chip.coreCount),
        chip.description,
      ];
    }),
  );
  printLine('');
  printTable(
    ['technology', 'node', 'lowest', 'highest', 'description'],
    listTechnologies().map((name) => {
      const { node, voltage, description } = loadTechnology(name).text.value;
      return [name, `${node} nm`, `${voltage.lowest} V`, `${voltage.highest} V`, description];
    }),
  );
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

/** Whether the chip's own file states the price, or the technology. */
function statedBy(chip: ChipModel, componentAction: ComponentAction): string {
  return chip.ownPrices.has(componentAction) ? 'chip' : 'technology';
}

function priceRows(chip: ChipModel): readonly (readonly string[])[] {
  return ledgerActions.flatMap((action) =>
    widthsOn(chip, action).map((bits) => {
      const { componentAction } = action;
      const price = chip.unitPrice({ componentAction, bits });
      const width = bits === null ? '' : `${bits} bit`;
      const by = statedBy(chip, componentAction);
      if (price === null) return [componentAction, width, 'unpriced', '', '', 'unknown', by, ''];
      const { energyPj, lowPj, highPj, kind, source } = price;
      const numbers = [energyPj, lowPj, highPj].map((value) => value.toPrecision(4));
      return [componentAction, width, ...numbers, kind, by, source];
    }),
  );
}

function printMm2(value: number | null): string {
  return value === null ? 'unknown' : value.toPrecision(4);
}

/** Area of one core and of what all cores share, with the total of the chip. */
function printArea(chip: ChipModel): void {
  const { core, shared } = chip.areas;
  printTable(
    ['area of', 'bits', 'mm²', 'low mm²', 'high mm²', 'kind', 'source'],
    [...core, ...shared].map(({ component, bits, areaMm2, lowMm2, highMm2, kind, source }) => [
      shared.some((area) => area.component === component) ? `${component} (shared)` : component,
      bits === null ? '' : String(bits),
      ...[areaMm2, lowMm2, highMm2].map(printMm2),
      kind,
      source,
    ]),
  );
  const area = chipArea(chip);
  const learning = learningAreaPercent(area);
  const { totalMm2, lowMm2, highMm2 } = area;
  printLine(
    `${chip.coreCount} cores and what they share: ${printMm2(totalMm2)} mm², ${printMm2(lowMm2)} to ${printMm2(highMm2)} mm²; learning adds ${learning === null ? 'unknown' : learning.toFixed(1)} % to the chip without it`,
  );
}

/** `spikeledger models show`: one chip with its memories, formats and prices. */
export function showModel(nameOrPath: string): void {
  const chip = loadChip(nameOrPath);
  printLine(`${chip.name}: ${chip.description}`);
  printLine(
    `${chip.technology.name}, ${chip.technology.nodeNm} nm, ${chip.voltageV} V, ${chip.clockMhz} MHz, ${chip.coreCount} cores, sha256 ${chip.hash}\n`,
  );
  printTable(
    ['memory of a core', 'banks', 'words a bank', 'word', 'capacity'],
    coreMemories.map((component) => {
      const memory = chip.core.memories[component];
      const { bankCount, wordsPerBank, wordBits } = memory;
      const capacity = `${memoryCapacityBits(memory)} bit`;
      return [component, String(bankCount), String(wordsPerBank), `${wordBits} bit`, capacity];
    }),
  );
  printLine('');
  printTable(
    ['tensor', 'format', 'rounding', 'overflow'],
    Object.entries(chip.tensors).map(([tensor, { format, rounding, overflow }]) => [
      tensor,
      printFormat(format),
      rounding,
      overflow,
    ]),
  );
  printLine('');
  printTable(
    ['price of', 'width', 'pJ', 'low pJ', 'high pJ', 'kind', 'stated by', 'source'],
    priceRows(chip),
  );
  printLine('');
  printArea(chip);
}

/** `spikeledger models check`: every shipped file, or those given. @throws CheckFailed when one has a problem. */
export function checkModelsCommand(models: readonly string[]): void {
  const checks = models.length > 0 ? models.flatMap(checkModel) : checkModels();
  for (const { path, problem } of checks) printLine(problem ?? `${path}: right`);
  if (checks.some(({ problem }) => problem !== null)) throw new CheckFailed();
}
