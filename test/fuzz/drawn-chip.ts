import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { areaComponents } from '../../src/hardware/chip-model.js';
import { componentActions } from '../../src/ledger/components.js';
import { packageRoot } from '../../src/package-root.js';
import { updateSchedules, writeBankings } from '../../src/time/update-schedule.js';
import type { Draws } from './mutations.js';

/* Own chips that can be built: shipped ones with a few keys otherwise. */

/** A chip file as plain data. */
type ChipTree = Record<string, unknown> & {
  cores: number;
  core: Record<string, unknown> & { memories: Record<string, Record<string, unknown>> };
  events: Record<string, unknown>;
  delayedErrorMemory: Record<string, unknown>;
};

const shipped = new Map<string, ChipTree>();

/** A shipped chip; each is parsed once. */
export function shippedChip(name: string): ChipTree {
  const file = path.join(packageRoot, 'hardware-models', 'chips', `${name}.yaml`);
  const chip = shipped.get(name) ?? (parse(readFileSync(file, 'utf8')) as ChipTree);
  shipped.set(name, chip);
  return structuredClone(chip);
}

/** A price or an area of the chip's own: none, nothing, small, large. */
function ownEntry(draws: Draws, key: 'energy' | 'area', unit: string): Record<string, unknown> {
  if (draws.hits(0.3)) return { [key]: null, kind: 'unknown', source: 'a drawn chip' };
  const value = draws.pick(['0', '0.25', '3', '1e-6', '1e6']);
  const [low, high] = draws.pick([
    [`0.5 * ${key}`, `2 * ${key}`],
    [key, key],
    [`0 ${unit}`, `10 * ${key}`],
  ] as const);
  return { [key]: `${value} ${unit}`, low, high, kind: 'assumed', source: 'a drawn chip' };
}

function ownEntries(
  draws: Draws,
  names: readonly string[],
  ...entry: ['energy' | 'area', string]
): Record<string, unknown> {
  const chosen = Array.from({ length: 1 + draws.below(3) }, () => draws.pick(names));
  return Object.fromEntries(chosen.map((name) => [name, ownEntry(draws, ...entry)]));
}

/** Memories that a batch, an optimizer and every variant of DEFP need. */
export function withAllMemories(chip: ChipTree): ChipTree {
  const { gradient, optimizerState } = chip.core.memories;
  if (gradient !== undefined) gradient['banks'] = 1;
  if (optimizerState !== undefined) optimizerState['banks'] = 2;
  chip.delayedErrorMemory['wordBits'] = '16 bit';
  return chip;
}

/** One to four keys of a chip otherwise, so that most are chips still. */
export function drawChip(draws: Draws, name: string): ChipTree {
  const chip = withAllMemories(shippedChip(name));
  const { core } = chip;
  for (let left = 1 + draws.below(4); left > 0; left -= 1) {
    draws.pick<() => void>([
      () => (chip['voltage'] = draws.pick(['0.6 V', '0.75 V', '0.9 V', '1 V'])),
      () => (chip['clock'] = draws.pick(['1 kHz', '20 MHz', '333 MHz', '1 GHz'])),
      () => (chip.cores = draws.pick([2, 3, 16, 64])),
      () => (chip['router'] = { kind: 'mesh', columns: draws.pick([1, 2, 8]) }),
      () => (chip.events['dense'] = draws.hits(0.5)),
      () => (chip.events['threshold'] = draws.pick([0, 0.125, 0.5])),
      () =>
        (core['update'] = {
          schedule: draws.pick(updateSchedules),
          writeBanks: draws.pick(writeBankings),
        }),
      () => (core['ports'] = draws.pick([1, 2])),
      () => (core['writeGating'] = draws.pick(['none', 'word'])),
      () => (core['accumulate'] = draws.pick(['registers', 'memory'])),
      () => (core['pipelineDepthCycles'] = draws.below(9)),
      () => (core['eventOverheadCycles'] = draws.below(4)),
      () => {
        const lanes = (): number => draws.pick([1, 4, 16]);
        core['lanes'] = { forward: lanes(), learning: lanes(), activation: lanes() };
      },
      () => (chip.delayedErrorMemory['placement'] = draws.pick(['onChip', 'offChip'])),
      () => (chip['prices'] = ownEntries(draws, componentActions, 'energy', 'pJ')),
      () => (chip['areas'] = ownEntries(draws, areaComponents, 'area', 'mm^2')),
    ])();
  }
  return chip;
}
