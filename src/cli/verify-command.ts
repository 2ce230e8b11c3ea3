import { GoldenCaseError } from '../reference/golden/golden-array.js';
import { type GoldenReport, replayGolden } from '../reference/golden/replay-golden.js';
import { InputError } from '../units/input-error.js';
import { CheckFailed } from './exit.js';
import { printLine, printTable } from './output.js';

async function replay(folder: string): Promise<GoldenReport> {
  try {
    return await replayGolden(folder);
  } catch (error) {
    if (error instanceof GoldenCaseError) throw new InputError(error.message);
    throw error;
  }
}

function verdict(isWithin: boolean): string {
  return isWithin ? 'within' : 'BEYOND';
}

/**
 * `spikeledger verify`: replays golden case folders through the float reference and prints the largest deviation per
 * tensor.
 * @throws CheckFailed when a deviation is beyond its tolerance.
 */
export async function verifyCommand(folders: readonly string[]): Promise<void> {
  let hasFailed = false;
  for (const folder of folders) {
    const report = await replay(folder);
    printLine(`${folder} (reference on ${report.backend}): ${report.passes ? 'passes' : 'FAILS'}`);
    printTable(
      ['tensor', 'largest deviation', 'of its largest change', 'tolerance'],
      [
        ...report.tensors.map(({ name, deviation, largestChange, isWithin }) => [
          name,
          deviation.toExponential(2),
          largestChange > 0 ? (deviation / largestChange).toExponential(2) : '–',
          verdict(isWithin),
        ]),
        ...report.series.map(({ name, deviation, isWithin }) => [
          name,
          deviation.toExponential(2),
          '',
          verdict(isWithin),
        ]),
      ],
    );
    printLine('');
    hasFailed ||= !report.passes;
  }
  if (hasFailed) throw new CheckFailed();
}
