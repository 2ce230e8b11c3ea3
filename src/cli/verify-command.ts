import {
  replayOnChip,
  wideObstacle,
  type WideReport,
} from '../experiment/replay/replay-on-chip.js';
import { checkJob } from '../reference/check-job.js';
import { GoldenCaseError } from '../reference/golden/golden-array.js';
import { type GoldenCase, readGoldenCase } from '../reference/golden/golden-case.js';
import {
  type GoldenReport,
  type GoldenTensor,
  replayGolden,
} from '../reference/golden/replay-golden.js';
import { InputError } from '../units/input-error.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

/** @throws InputError for a folder that is no whole case, and for settings that no training can have. */
function readCase(folder: string): GoldenCase {
  try {
    const golden = readGoldenCase(folder, 'auto');
    checkJob(golden.job);
    return golden;
  } catch (error) {
    if (error instanceof GoldenCaseError) throw new InputError(error.message);
    if (error instanceof RangeError) throw new InputError(`${folder}: ${error.message}`);
    throw error;
  }
}

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

/** Whether the wide-format chip repeats the case, or has no way to. */
function verifyOnChip(folder: string, golden: GoldenCase): boolean {
  const obstacle = wideObstacle(golden.job);
  if (obstacle !== null) {
    printLine(`${folder}, wide-format chip: not replayed, ${obstacle}\n`);
    return true;
  }
  const report = replayOnChip(golden);
  printChip(folder, report);
  return report.passes;
}

/**
 * `spikeledger verify`: replays golden case folders through the float reference, and those of plain SGD through the
 * wide-format chip too, and prints the largest deviation per tensor of each witness.
 * @throws CheckFailed when a deviation is beyond its tolerance.
 */
export async function verifyCommand(folders: readonly string[]): Promise<void> {
  let hasFailed = false;
  for (const folder of folders) {
    const golden = readCase(folder);
    const report = await replayGolden(golden);
    printReference(folder, report);
    const isRepeatedOnChip = verifyOnChip(folder, golden);
    hasFailed ||= !report.passes || !isRepeatedOnChip;
  }
  if (hasFailed) throw new CheckFailed();
}
