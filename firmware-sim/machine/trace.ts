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
  return `${line.trimEnd()}\n`;
}

/** A trace, one step a line: cycle, cycles taken, what happened, instruction, what changed, where it stands in the source. */
export function formatTrace(records: Iterable<StepRecord>): string {
  const header = [
    'cycle'.padStart(columnWidths.cycle),
    'cycles'.padStart(columnWidths.cycles),
    'step'.padEnd(columnWidths.kind),
    'addr'.padEnd(columnWidths.address),
    'instruction'.padEnd(columnWidths.text),
    'changes'.padEnd(columnWidths.change),
    'source',
  ].join('  ');
  return `${header}\n${Array.from(records, printStep).join('')}`;
}
