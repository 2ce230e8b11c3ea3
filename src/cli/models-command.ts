import { coreMemories } from '../ledger/components.js';
import {
  type ChipModel,
  type ComponentArea,
  type CoreKind,
  coreKinds,
  memoryCapacityBits,
} from '../hardware/chip-model.js';
import { chipArea, learningAreaPercent } from '../hardware/chip-area.js';
import { checkModel, checkModels } from '../hardware/check-models.js';
import { describeChip, listChips, loadChip } from '../hardware/load-chip.js';
import { describeTechnology, listTechnologies } from '../hardware/load-technology.js';
import { priceTable } from '../hardware/price-table.js';
import { printFormat } from '../numerics/format.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

/** `spikeledger models list`: the shipped chips and technologies. */
export function listModels(): void {
  const technologies = new Map(listTechnologies().map((name) => [name, describeTechnology(name)]));
  printTable(
    ['name', 'node', 'voltage', 'clock', 'cores', 'description'],
    listChips().map((name) => {
      const { nodeNm, voltageV, clockMhz, coreCount, description } = describeChip(
        name,
        technologies,
      );
      const place = [`${nodeNm} nm`, `${voltageV} V`, `${clockMhz} MHz`];
      return [name, ...place, String(coreCount), description];
    }),
  );
  printLine('');
  printTable(
    ['technology', 'node', 'lowest', 'highest', 'description'],
    [...technologies].map(([name, { nodeNm, lowestV, highestV, description }]) => [
      name,
      `${nodeNm} nm`,
      `${lowestV} V`,
      `${highestV} V`,
      description,
    ]),
  );
}

function priceRows(chip: ChipModel): readonly (readonly string[])[] {
  return priceTable(chip).map(({ componentAction, coreKind, bits, statedBy, price }) => {
    const width = bits === null ? '' : `${bits} bit`;
    const name = coreKind === null ? componentAction : `${componentAction} (${coreKind})`;
    if (price === null) return [name, width, 'unpriced', '', '', 'unknown', statedBy, ''];
    const { energyPj, lowPj, highPj, kind, source } = price;
    const numbers = [energyPj, lowPj, highPj].map((value) => value.toPrecision(4));
    return [name, width, ...numbers, kind, statedBy, source];
  });
}

function printMm2(value: number | null): string {
  return value === null ? 'unknown' : value.toPrecision(4);
}

function areaRow(name: string, area: ComponentArea): readonly string[] {
  const { bits, areaMm2, lowMm2, highMm2, kind, source } = area;
  const figures = [areaMm2, lowMm2, highMm2].map(printMm2);
  return [name, bits === null ? '' : String(bits), ...figures, kind, source];
}

/** `synapses`, or `synapses (conv)` where cores differ. */
function ofKind(component: string, { name }: CoreKind): string {
  return name === null ? component : `${component} (${name})`;
}

/** Area of one core of each kind and of what all cores share, with the total of the chip. */
function printArea(chip: ChipModel): void {
  printTable(
    ['area of', 'bits', 'mm²', 'low mm²', 'high mm²', 'kind', 'source'],
    [
      ...coreKinds(chip).flatMap((kind) =>
        kind.areas.map((area) => areaRow(ofKind(area.component, kind), area)),
      ),
      ...chip.areas.shared.map((area) => areaRow(`${area.component} (shared)`, area)),
    ],
  );
  printLine(areaLine(chip));
}

/** Cores and lanes of each kind, where cores differ. */
function printKinds(chip: ChipModel): void {
  if (chip.kinds === undefined) return;
  printTable(
    ['kind of core', 'cores', 'axons', 'neurons', 'lanes forward', 'learning', 'activation'],
    chip.kinds.map(({ name, count, core: { axonCount, neuronCount, laneCounts } }) => {
      const { forward, learning, activation } = laneCounts;
      const figures = [count, axonCount, neuronCount, forward, learning, activation];
      return [name, ...figures.map(String)];
    }),
  );
  printLine('');
}

function printMemories(chip: ChipModel): void {
  printTable(
    ['memory of a core', 'banks', 'words a bank', 'word', 'capacity'],
    coreKinds(chip).flatMap((kind) =>
      coreMemories.map((component) => {
        const memory = kind.core.memories[component];
        const { bankCount, wordsPerBank, wordBits } = memory;
        const capacity = `${memoryCapacityBits(memory)} bit`;
        const name = ofKind(component, kind);
        return [name, String(bankCount), String(wordsPerBank), `${wordBits} bit`, capacity];
      }),
    ),
  );
  printLine('');
}

/** `3 cores and what they share: 2.6 mm², …`: the last line of `models show`. */
export function areaLine(chip: ChipModel): string {
  const area = chipArea(chip);
  const learning = learningAreaPercent(area);
  const { totalMm2, lowMm2, highMm2 } = area;
  return `${chip.coreCount} cores and what they share: ${printMm2(totalMm2)} mm², ${printMm2(lowMm2)} to ${printMm2(highMm2)} mm²; learning adds ${learning === null ? 'unknown' : learning.toFixed(1)} % to the chip without it`;
}

/** `spikeledger models show`: one chip with its memories, formats and prices. */
export function showModel(nameOrPath: string): void {
  const chip = loadChip(nameOrPath);
  printLine(`${chip.name}: ${chip.description}`);
  printLine(
    `${chip.technology.name}, ${chip.technology.nodeNm} nm, ${chip.voltageV} V, ${chip.clockMhz} MHz, ${chip.coreCount} cores, sha256 ${chip.hash}\n`,
  );
  printKinds(chip);
  printMemories(chip);
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
