import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../../../src/package-root.js';
import { sramFigure } from './sram-law.js';

/*
 * Prices of a chip, worked out again from its YAML files and hardware-models/README.md, by no code of src. Energies in pJ,
 * powers in µW, times in µs, capacities in pF.
 */

/** A price in pJ with its band; null: unknown. */
export type WitnessPrice = Readonly<Record<'energy' | 'low' | 'high', number>> | null;

const price = z.object({
  energy: z.string().nullable(),
  low: z.string().optional(),
  high: z.string().optional(),
});
const band = { low: z.string(), high: z.string() };
const technologySchema = z.object({
  extends: z.string().optional(),
  node: z.string().optional(),
  logicScaling: z
    .object({
      nodes: z.array(
        z.object({ node: z.string(), b2: z.number(), b1: z.number(), b0: z.number() }),
      ),
    })
    .optional(),
  memories: z.object({ read: price, write: price }).optional(),
  prices: z.record(z.string(), price).default({}),
  offChipPrices: z.record(z.string(), price).default({}),
  accelergy: z
    .object({
      ...band,
      table: z.string(),
      map: z.record(
        z.string(),
        z.object({
          component: z.string(),
          action: z.string(),
          arguments: z.record(z.string(), z.number()).optional(),
          bits: z.string().optional(),
          energy: z.string().optional(),
        }),
      ),
    })
    .optional(),
});
const ertSchema = z.object({
  ERT: z.object({
    tables: z.array(
      z.object({
        name: z.string(),
        actions: z.array(
          z.object({
            name: z.string(),
            arguments: z.record(z.string(), z.number()).nullable(),
            energy: z.number(),
          }),
        ),
      }),
    ),
  }),
});
const memory = z.object({ banks: z.number(), wordsPerBank: z.number(), wordBits: z.string() });
const chipSchema = z.object({
  technology: z.string(),
  voltage: z.string(),
  clock: z.string(),
  core: z.object({
    accumulate: z.string(),
    lanes: z.object({ forward: z.number(), learning: z.number(), activation: z.number() }),
    activationTable: z.object({
      input: z.string(),
      indexBits: z.number(),
      interpolation: z.string(),
    }),
    randomGenerator: z.object({ width: z.string() }),
    memories: z.record(z.string(), memory),
  }),
  delayedErrorMemory: memory.extend({ placement: z.string() }),
  prices: z.record(z.string(), price).default({}),
  tensors: z.record(z.string(), z.object({ format: z.string() })),
});
type Chip = z.infer<typeof chipSchema>;
type Technology = z.infer<typeof technologySchema>;

/** Units as factors of pJ, V, nm, pF, µW and µs. */
const units: Readonly<Record<string, number>> = {
  fJ: 1e-3,
  pJ: 1,
  nJ: 1e3,
  V: 1,
  nm: 1,
  pF: 1,
  nW: 1e-3,
  uW: 1,
  µW: 1,
  mW: 1e3,
  MHz: 1,
  kHz: 1e-3,
  bit: 1,
};

function quantity(text: string): number {
  const [, number, unit = ''] = /^([\d.]+) ?(\S+)$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? NaN);
}

function bitsOf(format: string): number {
  return Number(/^[su](\d+)\./.exec(format)?.[1]);
}

type Known = Readonly<Record<string, number | ((...values: readonly number[]) => number)>>;

/** The value of a formula: a unit belongs to the number before it. */
function valueOf(formula: string, known: Known): number {
  const numbers = formula
    .replace(/([\d.]+) ?([fpnuµm]?[JVFW]|nm)\b/g, (_, number: string, unit: string) =>
      String(Number(number) * (units[unit] ?? NaN)),
    )
    .replaceAll('^', '**');
  const names = Object.keys(known);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a second calculator for formulas of this repository's own files
  const calculate = new Function(...names, `return ${numbers};`) as (
    ...values: readonly unknown[]
  ) => number;
  return calculate(...names.map((name) => known[name]));
}

function readYaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}

/** A technology with what it extends, each entry the nearest. */
function technologyAt(
  file: string,
): Technology & { readonly ownPrices: ReadonlyMap<string, { file: string; of: Technology }> } {
  const own = technologySchema.parse(readYaml(file));
  const origins = new Map<string, { file: string; of: Technology }>();
  if (own.extends === undefined) {
    return { ...own, ownPrices: origins };
  }
  const base = technologyAt(
    path.join(packageRoot, `hardware-models/technologies/${own.extends}.yaml`),
  );
  const mapped = new Map(base.ownPrices);
  for (const action of Object.keys(own.accelergy?.map ?? {})) mapped.set(action, { file, of: own });
  return {
    ...base,
    ...own,
    logicScaling: own.logicScaling ?? base.logicScaling,
    memories: own.memories ?? base.memories,
    node: own.node ?? base.node,
    prices: { ...base.prices, ...own.prices },
    offChipPrices: { ...base.offChipPrices, ...own.offChipPrices },
    ownPrices: mapped,
  };
}

/** b2·V² + b1·V + b0, log-linear between nodes. */
function logicFactor(technology: Technology, node: number, voltage: number): number {
  const nodes = (technology.logicScaling?.nodes ?? [])
    .map(({ node: text, b2, b1, b0 }) => ({
      node: quantity(text),
      factor: b2 * voltage ** 2 + b1 * voltage + b0,
    }))
    .sort((a, b) => a.node - b.node);
  const exact = nodes.find((one) => one.node === node);
  if (exact !== undefined) return exact.factor;
  const next = nodes.findIndex((one) => one.node > node);
  const [below, above] = [nodes[next - 1], nodes[next]];
  if (below === undefined || above === undefined) return NaN;
  const share = Math.log(node / below.node) / Math.log(above.node / below.node);
  return below.factor ** (1 - share) * above.factor ** share;
}

/** What formulas of a chip may name. */
function variablesOf(chip: Chip, technology: Technology): Known {
  const node = quantity(technology.node ?? '');
  const voltage = quantity(chip.voltage);
  const sram = (figure: 'read' | 'write' | 'leakage') => (bits: number, width: number) =>
    sramFigure(figure, { bits, width }, { node, voltage });
  const { core, tensors, delayedErrorMemory: shared } = chip;
  const width = (tensor: string) => bitsOf(tensors[tensor]?.format ?? '');
  const leakageOf = ({ banks, wordsPerBank, wordBits }: z.infer<typeof memory>) =>
    banks === 0
      ? 0
      : banks * sram('leakage')(wordsPerBank * quantity(wordBits), quantity(wordBits));
  const tableEntries = 2 ** core.activationTable.indexBits;
  const tableBits = Math.max(width('activation'), width('output'));
  const tables = core.lanes.activation * sram('leakage')(tableEntries * tableBits, tableBits);
  const hasSram = technology.memories !== undefined;
  return {
    node,
    voltage,
    clockPeriod: 1 / quantity(chip.clock),
    tableEntries,
    tableReads: core.activationTable.interpolation === 'linear' ? 2 : 1,
    accumulatorBits: width('accumulator'),
    accumulatorRegisterBits: core.accumulate === 'registers' ? width('accumulator') : 0,
    generatorBits: quantity(core.randomGenerator.width),
    forwardLanes: core.lanes.forward,
    learningLanes: core.lanes.learning,
    weightBits: width('weight'),
    deltaBits: width('delta'),
    valueBits: Math.max(width('input'), width('activation')),
    coreSramLeakage: hasSram
      ? Object.values(core.memories).reduce((sum, one) => sum + leakageOf(one), tables)
      : NaN,
    sharedSramLeakage: hasSram && shared.placement === 'onChip' ? leakageOf(shared) : 0,
    sramReadEnergy: sram('read'),
    sramWriteEnergy: sram('write'),
    logicScale: (from: number, supply: number) =>
      logicFactor(technology, node, voltage) / logicFactor(technology, from, supply),
    max: Math.max,
    min: Math.min,
    sqrt: Math.sqrt,
    ceil: Math.ceil,
    log2: Math.log2,
  };
}

function priceOf({ energy, low, high }: z.infer<typeof price>, known: Known): WitnessPrice {
  if (energy === null) return null;
  const value = valueOf(energy, known);
  const named = { ...known, energy: value };
  return { energy: value, low: valueOf(low ?? '', named), high: valueOf(high ?? '', named) };
}

/** The price in an energy-reference table that a technology maps an action to. */
function ertPrice(
  { file, of }: { readonly file: string; readonly of: Technology },
  action: string,
  bits: number,
  known: Known,
): WitnessPrice {
  const entry = of.accelergy?.map[action];
  if (entry === undefined || of.accelergy === undefined) return null;
  if (entry.bits !== undefined && quantity(entry.bits) !== bits) return null;
  const table = ertSchema.parse(readYaml(path.join(path.dirname(file), of.accelergy.table)));
  const { actions = [] } =
    table.ERT.tables.find(({ name }) => name.replaceAll(/\[[^\]]*\]/g, '') === entry.component) ??
    {};
  const { arguments: wanted } = entry;
  const row = actions.find(
    ({ name, arguments: given }) =>
      name === entry.action &&
      (wanted === undefined || JSON.stringify(given) === JSON.stringify(wanted)),
  );
  const named = { ...known, tableEnergy: row?.energy ?? NaN };
  return priceOf({ ...of.accelergy, energy: entry.energy ?? 'tableEnergy' }, named);
}

/** What one action of a chip takes, by `component.action` and width in bits; null: it has no price. */
export function modelPrices(chipFile: string): (action: string, bits: number) => WitnessPrice {
  const isPath = chipFile.includes('/');
  const file = isPath
    ? path.join(packageRoot, chipFile)
    : path.join(packageRoot, `hardware-models/chips/${chipFile}.yaml`);
  const chip = chipSchema.parse(readYaml(file));
  const technology = technologyAt(
    chip.technology.endsWith('.yaml')
      ? path.join(path.dirname(file), chip.technology)
      : path.join(packageRoot, `hardware-models/technologies/${chip.technology}.yaml`),
  );
  const variables = variablesOf(chip, technology);
  return (action, bits) => {
    const [component = '', verb = ''] = action.split('.');
    const isShared = component === 'delayedError';
    const bank = isShared ? chip.delayedErrorMemory : chip.core.memories[component];
    const bankBits = bank === undefined ? NaN : bank.wordsPerBank * quantity(bank.wordBits);
    const known = { ...variables, bits, bankBits };
    if (isShared && chip.delayedErrorMemory.placement === 'offChip') {
      const beside = technology.offChipPrices[action];
      return beside === undefined ? null : priceOf(beside, known);
    }
    const own = chip.prices[action];
    if (own !== undefined) return priceOf(own, known);
    const origin = technology.ownPrices.get(action);
    if (origin !== undefined) return ertPrice(origin, action, bits, known);
    const stated = technology.prices[action];
    if (stated !== undefined) return priceOf(stated, known);
    const ofMemory = verb === 'read' || verb === 'write' ? technology.memories?.[verb] : undefined;
    return bank === undefined || ofMemory === undefined ? null : priceOf(ofMemory, known);
  };
}
