import { disassembleWord, printHex } from '../assembler/disassemble.js';
import { printPlace } from '../assembler/program.js';
import { mappedWord } from '../registers/register-map.js';
import type { RegisterAccessRecord, StepRecord } from './step-record.js';

const columnWidths = { cycle: 10, cycles: 6, kind: 7, address: 6, text: 32, change: 40 } as const;

/** `LAYER_CORES[1] → 0x3` or `LEARNING ← 0x1`. */
function printAccess({ direction, address, value }: RegisterAccessRecord): string {
  const word = mappedWord(address);
  const name =
    word === undefined
      ? printHex(address, 3)
      : word.register.name + (word.register.wordCount === 1 ? '' : `[${word.bank}]`);
  return `${name} ${direction === 'read' ? '→' : '←'} ${printHex(value, 1)}`;
}

/** Something that the chip or the host did, between the steps of the machine. */
export interface ChipEventRecord {
  readonly kind: 'chip';
  readonly cycle: number;
  readonly text: string;
}

/** A line of a trace. */
export type TraceEntry = StepRecord | ChipEventRecord;

/** The titles of the columns. */
export const traceHeader = [
  'cycle'.padStart(columnWidths.cycle),
  'cycles'.padStart(columnWidths.cycles),
  'step'.padEnd(columnWidths.kind),
  'addr'.padEnd(columnWidths.address),
  'instruction'.padEnd(columnWidths.text),
  'changes'.padEnd(columnWidths.change),
  'source',
].join('  ');

function printChipEvent({ kind, cycle, text }: ChipEventRecord): string {
  const columns = [
    `${cycle}`.padStart(columnWidths.cycle),
    ''.padStart(columnWidths.cycles),
    kind.padEnd(columnWidths.kind),
    text,
  ];
  return columns.join('  ');
}

function printStep(record: StepRecord): string {
  const { kind, cycle, cycles, address, word, source, access, result } = record;
  const changes = [
    access === null ? '' : printAccess(access),
    result === null ? '' : `r${result.register} = ${printHex(result.value, 1)}`,
  ];
  const line = [
    `${cycle}`.padStart(columnWidths.cycle),
    `${cycles}`.padStart(columnWidths.cycles),
    kind.padEnd(columnWidths.kind),
    printHex(address, 4),
    disassembleWord(word, address).padEnd(columnWidths.text),
    changes
      .filter((change) => change !== '')
      .join('; ')
      .padEnd(columnWidths.change),
    source === null ? '' : printPlace(source),
  ].join('  ');
  return line.trimEnd();
}

/** One line of a trace, without its end. */
export function formatTraceEntry(entry: TraceEntry): string {
  return entry.kind === 'chip' ? printChipEvent(entry) : printStep(entry);
}

/** A trace, one step or chip event a line: cycle, cycles taken, what happened, instruction, what changed, where it stands in the source. */
export function formatTrace(entries: Iterable<TraceEntry>): string {
  return `${[traceHeader, ...Array.from(entries, formatTraceEntry)].join('\n')}\n`;
}
