import { checkJob } from '../../reference/check-job.js';
import { GoldenCaseError } from '../../reference/golden/golden-array.js';
import { type GoldenCase, readGoldenCase } from '../../reference/golden/golden-case.js';
import { type GoldenReport, replayGolden } from '../../reference/golden/replay-golden.js';
import { InputError } from '../../units/input-error.js';
import { replayOnChip, wideObstacle, type WideReport } from './replay-on-chip.js';

/** How the wide-format chip repeated a case; or why it has no way to, as the end of a sentence. */
export type ChipReplay =
  | { readonly report: WideReport; readonly obstacle: null }
  | { readonly report: null; readonly obstacle: string };

/** What came of replaying a golden case. */
export interface CaseVerdict {
  /** Of the float reference. */
  readonly reference: GoldenReport;
  readonly chip: ChipReplay;
  /** No deviation is beyond its tolerance. */
  readonly passes: boolean;
}

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

/**
 * Replays a folder with a golden case through the float reference and, where it is one of plain SGD, through the
 * wide-format chip too.
 * @throws InputError for a folder that is no whole case, and for settings that no training can have.
 */
export async function verifyCase(folder: string): Promise<CaseVerdict> {
  const golden = readCase(folder);
  const reference = await replayGolden(golden);
  const obstacle = wideObstacle(golden.job);
  const chip: ChipReplay =
    obstacle === null ? { report: replayOnChip(golden), obstacle } : { report: null, obstacle };
  return { reference, chip, passes: reference.passes && (chip.report?.passes ?? true) };
}
