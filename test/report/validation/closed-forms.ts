import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { models } from './expected-validation.js';

/* Cycles and accesses of a fully-connected layer, from the keys of a chip file by the formulas of docs/spec.md §4.1, §4.2, §5, §5.1. */

interface MemoryText {
  readonly banks: number;
  readonly wordsPerBank: number;
  readonly wordBits: string;
}
interface CoreText {
  readonly ports: number;
  readonly update: { readonly schedule: string; readonly writeBanks: string };
  readonly accumulate: string;
  readonly neuronsPerWord: number | 'packed';
  readonly lanes: Readonly<Record<'forward' | 'learning' | 'activation', number>>;
  readonly pipelineDepthCycles: number;
  readonly eventOverheadCycles: number;
  readonly memories: Readonly<Record<string, MemoryText>>;
}
type KindText = Partial<Omit<CoreText, 'lanes'>> & {
  readonly name: string;
  readonly lanes?: Partial<CoreText['lanes']>;
};

/** A chip file as it is written. */
interface ChipText {
  readonly clock: string;
  readonly cores: number | readonly KindText[];
  readonly core: CoreText;
  readonly tensors: Readonly<Record<string, { readonly format: string }>>;
}

export function chipText(name: string): ChipText {
  return parse(readFileSync(path.join(models, 'chips', `${name}.yaml`), 'utf8')) as ChipText;
}

/** A core of a kind: what the kind does not state is that of `core`. @param kind undefined: all cores are alike */
export function coreText({ cores, core }: ChipText, kind: string | undefined): CoreText {
  const own = typeof cores === 'number' ? undefined : cores.find(({ name }) => name === kind);
  if (own === undefined) return core;
  return {
    ...core,
    ...own,
    lanes: { ...core.lanes, ...own.lanes },
    memories: { ...core.memories, ...own.memories },
  };
}

/** Bits that a memory holds. */
export function bitsOf({ banks, wordsPerBank, wordBits }: MemoryText): number {
  return banks * wordsPerBank * Number.parseFloat(wordBits);
}

const up = Math.ceil;

/** The symbols of §4 and §5 for a layer of N neurons. */
export function symbolsOf({ tensors }: ChipText, core: CoreText, N: number) {
  const bits = (tensor: string): number =>
    Number(/^[su](\d+)\./.exec(tensors[tensor]?.format ?? '')?.[1]);
  const word = (memory: string): number => Number.parseFloat(core.memories[memory]?.wordBits ?? '');
  const each = (memory: string, tensor: string): number => Math.floor(word(memory) / bits(tensor));
  const { neuronsPerWord: whole } = core;
  // A word holds all of a few neurons, or whole values of one tensor.
  const perWord = (tensor: string): number =>
    whole === 'packed' ? each('neurons', tensor) : whole;
  const R = up(N / each('synapses', 'weight'));
  const { ports: p, lanes } = core;
  return {
    R,
    E: core.eventOverheadCycles,
    D: core.pipelineDepthCycles,
    /** Accesses of sums per event and direction, and their cycles. */
    sumWords: up(N / perWord('accumulator')),
    M: core.accumulate === 'memory' ? up(N / perWord('accumulator')) * (2 / p) : 0,
    forward: up(N / lanes.forward),
    learning: up(N / lanes.learning),
    activation: up(N / lanes.activation),
    biasWords: up(N / each('bias', 'bias')),
    outputWords: up(N / perWord('output')),
    feedbackWords: up(N / each('feedback', 'feedback')),
    write: 2 / p,
    c: p === 1 && core.update.writeBanks === 'shared' ? 2 : 1,
    isFused: core.update.schedule === 'fused',
  };
}
type Symbols = ReturnType<typeof symbolsOf>;

/** A visit of the forward pass, §5. */
export function visit({ E, R, forward, M }: Symbols): number {
  return E + Math.max(R, forward, M);
}

/** A row of the update, §5. */
export function row({ R, c, learning }: Symbols): number {
  return Math.max(R * c, learning);
}

/** One event more of a layer; where it learns, of a row that the sample before had too (§5.1). */
export function eventCycles(own: Symbols, learns: boolean): number {
  if (!learns) return visit(own);
  return own.isFused
    ? own.E + Math.max(own.R * own.c, own.forward, own.learning, own.M)
    : visit(own) + row(own);
}

/** The update of a sample with this number of events, serial. */
export function updateCycles(own: Symbols, events: number): number {
  return own.learning + events * row(own) + own.biasWords * own.write + own.D;
}

/** Accesses of one event more, §4.2. */
export function eventAccesses(own: Symbols, action: string, learns: boolean): number {
  switch (action) {
    case 'synapses.read':
      return learns && !own.isFused ? 2 * own.R : own.R;
    case 'synapses.write':
      return learns ? own.R : 0;
    case 'neurons.read':
    case 'neurons.write':
      return own.M === 0 ? 0 : own.sumWords;
    default:
      throw new RangeError(`${action} is no access of an event`);
  }
}
