import { toolCommit, toolVersion } from '../../tool-version.js';
import type { FigureQuantity } from './figure.js';
import type { PublishedRow } from './published-rows.js';
import type { ChipValidation, Verdict } from './validate.js';

/** Base units by quantity, as `src/units` has them. */
const unitOf: Readonly<Record<FigureQuantity, string>> = {
  power: 'uW',
  energy: 'pJ',
  time: 'ns',
  area: 'mm^2',
  percent: '%',
  cycles: 'cycles',
  accesses: 'accesses',
};

/** A claim with its outcome as plain data. */
export interface ClaimRecord {
  readonly chip: string;
  /** Of the chip's description. */
  readonly hash: string;
  readonly claim: string;
  readonly what: string;
  /** Of every figure in the record but percentages. */
  readonly unit: string;
  readonly predicted: number;
  /** Null: the prediction has no band. */
  readonly predictedLow: number | null;
  readonly predictedHigh: number | null;
  /** "component.action" of what the prediction leaves out, for it has no price on the chip. */
  readonly unpriced: readonly string[];
  readonly published: number;
  readonly status: PublishedRow['status'];
  readonly source: string;
  readonly errorPercent: number;
  readonly tolerancePercent: number;
  readonly basis: Verdict['basis'];
  readonly constants: Verdict['claim']['constants'];
  readonly isWithin: boolean;
}

/** Verdicts as plain data, `spikeledger.validation/1`. */
export interface ValidationRecord {
  readonly schema: 'spikeledger.validation/1';
  readonly tool: { readonly version: string; readonly commit: string | null };
  readonly claims: readonly ClaimRecord[];
}

/** What `validate --json` prints. */
export function validationRecord(validations: readonly ChipValidation[]): ValidationRecord {
  return {
    schema: 'spikeledger.validation/1',
    tool: { version: toolVersion(), commit: toolCommit() },
    claims: validations.flatMap(({ chip, verdicts }) =>
      verdicts.map(({ claim, row, predicted, errorPercent, basis, isWithin }) => ({
        chip: chip.name,
        hash: chip.hash,
        claim: claim.name,
        what: claim.what,
        unit: unitOf[predicted.quantity],
        predicted: predicted.value,
        predictedLow: predicted.low,
        predictedHigh: predicted.high,
        unpriced: predicted.unpriced ?? [],
        published: claim.published.value.value,
        status: row.status,
        source: row.source,
        errorPercent,
        tolerancePercent: claim.tolerancePercent,
        basis,
        constants: claim.constants,
        isWithin,
      })),
    ),
  };
}
