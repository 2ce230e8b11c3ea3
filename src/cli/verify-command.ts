import type { WideReport } from '../experiment/replay/replay-on-chip.js';
import { type ChipReplay, verifyCase } from '../experiment/replay/verify-case.js';
import type { GoldenReport, GoldenTensor } from '../reference/golden/replay-golden.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

const columns = ['tensor', 'largest deviation', 'of its largest change', 'tolerance'] as const;

function verdict(isWithin: boolean): string {
  return isWithin ? 'within' : 'BEYOND';
}

function tensorRow({ name, deviation, largestChange, isWithin }: GoldenTensor): readonly string[] {
  return [
    name,
    deviation.toExponential(2),
    largestChange > 0 ? (deviation / largestChange).toExponential(2) : '–',
    verdict(isWithin),
  ];
}

function printHeading(folder: string, witness: string, passes: boolean): void {
  printLine(`${folder}, ${witness}: ${passes ? 'passes' : 'FAILS'}`);
}

function printReference(folder: string, { backend, tensors, series, passes }: GoldenReport): void {
  printHeading(folder, `float reference on ${backend}`, passes);
  printTable(columns, [
    ...tensors.map(tensorRow),
    ...series.map(({ name, deviation, isWithin }) => [
      name,
      deviation.toExponential(2),
      '',
      verdict(isWithin),
    ]),
  ]);
  printLine('');
}

function printChip(folder: string, { fractionBits, tensors, passes }: WideReport): void {
  const wide = Math.max(...Object.values(fractionBits));
  const wider = Object.entries(fractionBits).filter(([, bits]) => bits < wide);
  const exceptions = wider.map(([tensor, bits]) => `, ${tensor} ${bits}`).join('');
  printHeading(folder, `wide-format chip (${wide} fraction bits${exceptions})`, passes);
  printTable(columns, tensors.map(tensorRow));
  printLine('');
}

function printReplay(folder: string, chip: ChipReplay): void {
  if (chip.report !== null) printChip(folder, chip.report);
  else printLine(`${folder}, wide-format chip: not replayed, ${chip.obstacle}\n`);
}

/**
 * `spikeledger verify`: replays golden case folders through the float reference, and those of plain SGD through the
 * wide-format chip too, and prints the largest deviation per tensor of each witness.
 * @throws CheckFailed when a deviation is beyond its tolerance.
 */
export async function verifyCommand(folders: readonly string[]): Promise<void> {
  let hasFailed = false;
  for (const folder of folders) {
    const { reference, chip, passes } = await verifyCase(folder);
    printReference(folder, reference);
    printReplay(folder, chip);
    hasFailed ||= !passes;
  }
  if (hasFailed) throw new CheckFailed();
}
