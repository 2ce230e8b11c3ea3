import { factsOf, type RuleName, rulesWhere } from '../../src/network/rule-facts.js';
import { eventLines } from './event-lines.js';
import { bytesPerWord } from '../isa/instruction-set.js';

/** `clear`: reads as a register, and each 1 that is written clears its bit. */
export type RegisterAccess = 'read' | 'write' | 'readWrite' | 'clear';

/** Named bits of a register, or a named value of it. */
export interface RegisterField {
  readonly name: string;
  /** As printed: `3`, `15–8`, or `= 5` for a value of the whole register. */
  readonly place: string;
  readonly meaning: string;
}

/** One register of the map, or one word per bank of 32 cores. */
export interface RegisterSpec {
  readonly name: string;
  /** In bytes, a multiple of 4. */
  readonly address: number;
  /** 1, or `bankCount`: the word of bank n lies 4·n bytes further on. */
  readonly wordCount: number;
  /** Values with higher bits are refused. */
  readonly bits: number;
  readonly access: RegisterAccess;
  /** Null where it depends on the chip, the mapping or the experiment. */
  readonly resetValue: number | null;
  /** The controller holds it itself, or the chip behind the bus does. */
  readonly holder: 'controller' | 'chip';
  readonly description: string;
  readonly fields: readonly RegisterField[];
}

/** Cores are numbered 0…255; core n is bit n mod 32 of bank ⌊n/32⌋. */
export const coresPerBank = 32;
export const bankCount = 8;

/** Values of RULE: docs/spec.md §2.9; 0 where the chip only infers. */
export const ruleCodes: ReadonlyMap<RuleName | 'none', number> = new Map([
  ['none', 0],
  ...rulesWhere(() => true).map((rule) => [rule, factsOf(rule).registerCode] as const),
]);

/** Values of LEARNING. */
export const learningModes = { off: 0, train: 1, measure: 2 } as const;

/** Reset value of WATCHDOG_LIMIT: 2^20. */
export const watchdogResetLimit = 0x100000;

const wordBits = 32;
type Shape = Pick<RegisterSpec, 'bits' | 'access' | 'resetValue' | 'holder'> &
  Partial<Pick<RegisterSpec, 'wordCount' | 'fields'>>;

/** A register whose name, access and holder are known to the compiler. */
type Named<Name extends string, Row extends Shape> = RegisterSpec & {
  readonly name: Name;
  readonly access: Row['access'];
  readonly holder: Row['holder'];
};

const register = <const Name extends string, const Row extends Shape>(
  name: Name,
  address: number,
  shape: Row,
  description: string,
): Named<Name, Row> => ({
  wordCount: 1,
  fields: [],
  ...shape,
  name,
  address,
  description,
});

const constant = (value: number, bits: number) =>
  ({ bits, access: 'read', resetValue: value, holder: 'controller' }) as const;
const chipReads = (bits: number, resetValue: number | null = null) =>
  ({ bits, access: 'read', resetValue, holder: 'chip' }) as const;
const coreSet = <const Access extends RegisterAccess>(access: Access, resetValue: number | null) =>
  ({ bits: wordBits, access, resetValue, holder: 'chip', wordCount: bankCount }) as const;
const strobe = { bits: 1, access: 'write', resetValue: 0, holder: 'chip' } as const;

const ruleFields = [...ruleCodes].map(([rule, code]) => ({
  name: `RULE_${rule.toUpperCase()}`,
  place: `= ${code}`,
  meaning: rule === 'none' ? 'the chip only infers' : `rule ${rule}`,
}));
const learningFields = [
  { name: 'LEARNING_OFF', place: `= ${learningModes.off}`, meaning: 'inference' },
  {
    name: 'LEARNING_TRAIN',
    place: `= ${learningModes.train}`,
    meaning: 'training: event buffers are written',
  },
  {
    name: 'LEARNING_MEASURE',
    place: `= ${learningModes.measure}`,
    meaning: 'measuring pass of DEFP: errors are kept, nothing is updated',
  },
];
const versionFields = [
  { name: 'major', place: '15–8', meaning: 'changes when a program may have to change' },
  { name: 'minor', place: '7–0', meaning: 'changes when something is added' },
];
const eventFields = eventLines.map(({ name, bit, meaning }) => ({
  name,
  place: `${bit}`,
  meaning,
}));

/** The register map, in ascending order of addresses: all a program can reach of the hardware. */
export const registerMap = [
  register('ID', 0x000, constant(0x53504b4c, wordBits), 'identification: "SPKL" in ASCII'),
  register(
    'VERSION',
    0x004,
    { ...constant(0x0100, 16), fields: versionFields },
    'version of this map and of the instruction set',
  ),
  register('CORE_COUNT', 0x008, chipReads(16), 'cores on the chip'),
  register('BANK_COUNT', 0x00c, chipReads(4), 'banks of 32 cores in use: ⌈CORE_COUNT / 32⌉'),
  register('LAYER_COUNT', 0x010, chipReads(16), 'mapped layers k'),
  register(
    'RULE',
    0x020,
    {
      bits: 32 - Math.clz32(Math.max(...ruleCodes.values())),
      access: 'readWrite',
      resetValue: null,
      holder: 'chip',
      fields: ruleFields,
    },
    'learning rule (docs/spec.md §2.9). A rule for which the chip holds no memories is refused',
  ),
  register(
    'LEARNING',
    0x024,
    { bits: 2, access: 'readWrite', resetValue: null, holder: 'chip', fields: learningFields },
    'learning enable; resets to `LEARNING_MEASURE` where DEFP begins with a measuring pass, else to `LEARNING_OFF`',
  ),
  register(
    'EVENTS',
    0x030,
    { ...chipReads(eventLines.length), fields: eventFields },
    'event lines that are up now',
  ),
  register(
    'INPUT_ACK',
    0x034,
    strobe,
    'writing 1 releases the sample at the input, once the first layer has finished it; only while `EVENT_INPUT` is up',
  ),
  register('LABEL', 0x038, chipReads(16), 'label of the sample at the input'),
  register('SAMPLE_INDEX', 0x03c, chipReads(32), 'its place in the data set'),
  register('PREDICTION', 0x040, chipReads(16, 0), 'class of the last readout'),
  register(
    'SAMPLE_COUNT',
    0x044,
    { bits: wordBits, access: 'readWrite', resetValue: 0, holder: 'controller' },
    'what `count` increments, modulo 2^32',
  ),
  register(
    'EPOCH_END',
    0x048,
    strobe,
    'writing 1 ends the epoch or the measuring pass; only while `EVENT_EPOCH` is up',
  ),
  register(
    'LAYER_SELECT',
    0x050,
    { bits: 16, access: 'readWrite', resetValue: 1, holder: 'chip' },
    'layer that `LAYER_CORES` shows, 1…k; another number is refused',
  ),
  register('LAYER_CORES', 0x100, coreSet('read', null), 'cores of the selected layer'),
  register('MAPPED_CORES', 0x120, coreSet('read', null), 'cores that hold part of a layer'),
  register(
    'CORE_BUSY',
    0x140,
    coreSet('read', 0),
    'cores at work, or with a further command waiting',
  ),
  register(
    'CORE_FULL',
    0x160,
    coreSet('read', 0),
    'cores that can take no command: one at work, a further one waiting',
  ),
  register(
    'CORE_DONE',
    0x180,
    coreSet('clear', 0),
    'cores that finished a command since their bit was cleared',
  ),
  register(
    'START_FORWARD',
    0x200,
    coreSet('write', 0),
    'starts the forward pass on these cores; cores of layer 1 take the sample at the input and its label',
  ),
  register(
    'START_FEEDBACK',
    0x220,
    coreSet('write', 0),
    'starts the error signal: δh of a hidden layer; in layer k its own error, which `dfa` and `sdfa` send and below which `fa` and `bp` begin',
  ),
  register(
    'START_UPDATE',
    0x240,
    coreSet('write', 0),
    'starts the update of weights and biases; frozen layers finish at once',
  ),
  register(
    'START_READOUT',
    0x260,
    coreSet('write', 0),
    'starts the comparison of the outputs on the cores of layer k',
  ),
  register('CYCLE_LOW', 0x300, constant(0, wordBits), 'cycles since reset, lower half'),
  register('CYCLE_HIGH', 0x304, constant(0, wordBits), 'upper half'),
  register(
    'TIMER',
    0x308,
    { bits: wordBits, access: 'readWrite', resetValue: 0, holder: 'controller' },
    'cycles until `EVENT_TIMER` goes up; it stays up until the next write; writing 0 turns the timer off',
  ),
  register(
    'WATCHDOG_LIMIT',
    0x30c,
    {
      bits: wordBits,
      access: 'readWrite',
      resetValue: watchdogResetLimit,
      holder: 'controller',
    },
    'limit of the watchdog (§7); 0 is refused',
  ),
  register(
    'TRAP_CAUSE',
    0x310,
    constant(0, 8),
    'code of the trap that stopped the program (§6), for the host; 0 while there is none',
  ),
] as const;
export type RegisterName = (typeof registerMap)[number]['name'];
/** A register of the map, with its name as a literal type. */
export type MappedRegister = (typeof registerMap)[number];

/** Name of a register that the controller holds itself. */
export type ControllerRegisterName = Extract<
  MappedRegister,
  { readonly holder: 'controller' }
>['name'];
/** Name of one of them that a program may write. */
export type WritableControllerRegisterName = Exclude<
  Extract<MappedRegister, { readonly holder: 'controller' }>,
  { readonly access: 'read' }
>['name'];

/** A word of the map: its register, and for core sets the bank. */
export interface MappedWord {
  readonly register: MappedRegister;
  readonly bank: number;
}

const wordsByAddress: ReadonlyMap<number, MappedWord> = new Map(
  registerMap.flatMap((register) =>
    Array.from({ length: register.wordCount }, (_, bank): [number, MappedWord] => [
      register.address + bytesPerWord * bank,
      { register, bank },
    ]),
  ),
);
const addressesByName: ReadonlyMap<string, number> = new Map(
  registerMap.map(({ name, address }) => [name, address]),
);

/** What lies at an address; undefined where nothing does. */
export function mappedWord(address: number): MappedWord | undefined {
  return wordsByAddress.get(address);
}

/** Address of a register, of bank 0 where it has banks. @throws RangeError for a bank outside 0…7 or of a single register. */
export function registerAddress(name: RegisterName, bank = 0): number {
  const address = (addressesByName.get(name) ?? 0) + bytesPerWord * bank;
  if (mappedWord(address)?.register.name !== name) {
    throw new RangeError(
      `register map: ${name} has no bank ${bank}; banks are 0..${bankCount - 1} of core sets, else 0`,
    );
  }
  return address;
}

/** Every name a program may use: registers, event lines, rules, modes. */
export function predefinedSymbols(): ReadonlyMap<string, number> {
  const modes = Object.entries(learningModes).map(([mode, code]): [string, number] => [
    `LEARNING_${mode.toUpperCase()}`,
    code,
  ]);
  const rules = [...ruleCodes].map(([rule, code]): [string, number] => [
    `RULE_${rule.toUpperCase()}`,
    code,
  ]);
  const events = eventLines.map(({ name, mask }): [string, number] => [name, mask]);
  return new Map([...addressesByName, ...events, ...rules, ...modes]);
}
