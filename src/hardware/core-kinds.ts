import type { KeyPath, StrictYaml } from '../units/strict-yaml.js';
import { mostCores } from '../units/limits.js';
import { besideRewriteCycles } from '../time/update-schedule.js';
import type { ChipFile } from './chip-schema.js';

/* The kinds of cores that a chip's file states (docs/spec.md §7), and whether each can be built. */

/** Cores of one kind as their file states them, with what it leaves to `core` filled in. */
export interface StatedKind {
  /** Null: all cores are alike. */
  readonly name: string | null;
  readonly count: number;
  readonly core: ChipFile['core'];
  /** Where the file states this key of the kind: in the list of kinds, or in `core`. */
  readonly at: (key: KeyPath) => KeyPath;
}

type ListedKind = Exclude<ChipFile['cores'], number>[number];

/** Depth of the keys that a kind may state for itself: `memories.synapses`, whose own keys stand together. */
const ownDepth = 2;

function isStated(kind: ListedKind, key: KeyPath): boolean {
  let node: unknown = kind;
  for (const part of key.slice(0, ownDepth)) {
    if (typeof node !== 'object' || node === null) return false;
    node = Reflect.get(node, part);
    if (node === undefined) return false;
  }
  return true;
}

/** What the kind states, in place of what is not undefined in `common`. */
function filledIn<Entry extends object>(
  common: Entry,
  own: { readonly [Key in keyof Entry]?: Entry[Key] | undefined } = {},
): Entry {
  const stated = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...common, ...Object.fromEntries(stated) };
}

function coreOf(common: ChipFile['core'], kind: ListedKind): ChipFile['core'] {
  const { axons = common.axons, neurons = common.neurons } = kind;
  return {
    ...common,
    axons,
    neurons,
    lanes: filledIn(common.lanes, kind.lanes),
    memories: filledIn(common.memories, kind.memories),
  };
}

/** Cores of all kinds. */
export function statedCoreCount(cores: ChipFile['cores']): number {
  return typeof cores === 'number' ? cores : cores.reduce((sum, { count }) => sum + count, 0);
}

/** Kinds of cores, one without a name where all are alike. @throws InputError at a name that stands twice, or too many cores */
export function statedKinds(file: StrictYaml<ChipFile>): readonly StatedKind[] {
  const { cores, core } = file.value;
  if (typeof cores === 'number') {
    return [{ name: null, count: cores, core, at: (key) => ['core', ...key] }];
  }
  let coreCount = 0;
  return cores.map((kind, index) => {
    const { name, count } = kind;
    const first = cores.findIndex((other) => other.name === name);
    if (first < index) {
      throw file.problem(
        ['cores', index, 'name'],
        `${name} is the name of cores[${first}] too; give this kind a name of its own, or cores[${first}] a larger count`,
      );
    }
    coreCount += count;
    if (coreCount > mostCores) {
      throw file.problem(
        ['cores', index, 'count'],
        `up to this kind the chip has ${coreCount} cores, a chip has at most ${mostCores}; use a smaller count`,
      );
    }
    const at = (key: KeyPath): KeyPath =>
      isStated(kind, key) ? ['cores', index, ...key] : ['core', ...key];
    return { name, count, core: coreOf(core, kind), at };
  });
}

/** Whether cores have what their schedule of the update needs (docs/spec.md §5.1). @throws InputError */
function checkUpdate(file: StrictYaml<ChipFile>, { core, at }: StatedKind): void {
  const { synapses } = core.memories;
  if (core.update.writeBanks === 'interleaved' && synapses.bankCount < 2) {
    const isOwn = at(['memories', 'synapses'])[0] === 'cores';
    throw file.problem(
      isOwn ? at(['memories', 'synapses', 'banks']) : ['core', 'update', 'writeBanks'],
      `interleaved needs two macros that hold the words of a row by turns, the synapse memory has ${synapses.bankCount}; give it 2 banks or more, or use shared`,
    );
  }
  if (
    core.update.schedule === 'beside' &&
    besideRewriteCycles(core.ports, core.update.writeBanks) === null
  ) {
    throw file.problem(
      ['core', 'update', 'schedule'],
      'beside needs two ports or interleaved banks, for the forward pass takes one way to the synapses and the update another; set ports: 2, or writeBanks: interleaved, or use serial or fused',
    );
  }
}

function checkEventBuffer(file: StrictYaml<ChipFile>, { core, at }: StatedKind): void {
  const { events } = file.value;
  const { bankCount, wordBits } = core.memories.eventBuffer;
  if ((bankCount === 0) !== (core.lanes.learning === 0)) {
    throw file.problem(
      at(['lanes', 'learning']),
      `${core.lanes.learning} lanes do not fit an event buffer of ${bankCount} banks; a chip learns with both, or has neither`,
    );
  }
  if (bankCount > 0 && wordBits < events.address + events.value) {
    throw file.problem(
      at(['memories', 'eventBuffer', 'wordBits']),
      `an event has ${events.address + events.value} bits, a word of the event buffer holds ${wordBits}; a word holds a whole event`,
    );
  }
}

/**
 * What the schema cannot say of one key of a core alone. A kind that does not learn needs nothing for the schedule of
 * those that do.
 * @throws InputError
 */
export function checkKinds(file: StrictYaml<ChipFile>, kinds: readonly StatedKind[]): void {
  for (const kind of kinds) checkEventBuffer(file, kind);
  const learning = kinds.filter(({ core }) => core.lanes.learning > 0);
  for (const kind of kinds.length === 1 ? kinds : learning) checkUpdate(file, kind);
  const { schedule } = file.value.core.update;
  if (schedule !== 'serial' && learning.length === 0) {
    throw file.problem(
      ['core', 'update', 'schedule'],
      `${schedule} is a schedule of learning, and the chip has no learning lanes; use serial`,
    );
  }
}
