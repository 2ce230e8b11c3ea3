import path from 'node:path';
import type { ChipModel } from '../../hardware/chip-model.js';
import { loadChip } from '../../hardware/load-chip.js';
import { elementAt } from '../../numerics/integer.js';
import { suggestion } from '../../units/nearest-name.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { relativeTo } from '../prepare-experiment.js';
import { predictActions } from './predict-actions.js';
import { predictCycles } from './predict-cycles.js';
import { predictArea, predictOverhead } from './predict-parts.js';
import { estimateCost, predictEstimate, predictResult } from './predict-run.js';
import type { Predicted, Refuse } from './predicted.js';
import type { PublishedRow } from './published-rows.js';
import type { Validation } from './read-validation.js';
import { bases, type Basis, type Claim } from './validation-schema.js';

/** A claim with what came of it. */
export interface Verdict {
  readonly claim: Claim;
  readonly row: PublishedRow;
  readonly predicted: Predicted;
  /** (predicted − published) / published. */
  readonly errorPercent: number;
  /** The worst of its constants': a prediction is blind only if all of them are. */
  readonly basis: Basis;
  readonly isWithin: boolean;
}

/** What became of one validation file. */
export interface ChipValidation {
  readonly chip: ChipModel;
  readonly verdicts: readonly Verdict[];
  readonly notPredicted: Validation['notPredicted'];
}

/** Loads the chip, at another operating point where a claim says so; each only once. */
class OperatingPoints {
  readonly #validation: Validation;
  readonly #loaded = new Map<string, ChipModel>();

  constructor(validation: Validation) {
    this.#validation = validation;
  }

  /** @throws InputError */
  chipAt(
    point: { readonly voltage: number; readonly clock: number } | null,
    at: KeyPath,
  ): ChipModel {
    const { found, read } = this.#validation;
    const name = point === null ? '' : `${point.voltage} V, ${point.clock} MHz`;
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const { line, column } = read.locate(at);
    const label = `${found.shownPath}:${line}:${column}`;
    const overrides =
      point === null
        ? []
        : [
            { path: ['voltage'], value: `${point.voltage} V`, label },
            { path: ['clock'], value: `${point.clock} MHz`, label },
          ];
    const chip = loadChip(relativeTo(found.absolutePath, read.value.chip), overrides);
    this.#loaded.set(name, chip);
    return chip;
  }
}

/** The entry of this name. @throws InputError at the key that names it, with the names that there are */
function named<Entry>(
  entries: Readonly<Record<string, Entry>>,
  name: string,
  at: KeyPath,
  refuse: Refuse,
): Entry {
  const entry = entries[name];
  if (entry !== undefined) return entry;
  const names = Object.keys(entries);
  const known = names.length === 0 ? 'none' : names.join(', ');
  throw refuse(at, `"${name}" is not in the file, which has ${known}${suggestion(name, names)}`);
}

async function predict(
  { found, read }: Validation,
  points: OperatingPoints,
  { prediction }: Claim,
  keys: KeyPath,
): Promise<Predicted> {
  const refuse = read.problem;
  const folder = path.dirname(found.absolutePath);
  const { workloads, estimates } = read.value;
  switch (prediction.kind) {
    case 'actions': {
      const workload = named(workloads, prediction.workload, [...keys, 'workload'], refuse);
      const point = prediction.operatingPoint ?? null;
      const chip = points.chipAt(point, [...keys, 'operatingPoint']);
      return predictActions(prediction, workload, chip, keys, refuse);
    }
    case 'cycles':
      return predictCycles(prediction, points.chipAt(null, keys), keys, refuse);
    case 'area':
      return predictArea(prediction, points.chipAt(null, keys), keys, refuse);
    case 'overhead':
      return predictOverhead(prediction, points.chipAt(null, keys), keys, refuse);
    case 'estimate': {
      const estimate = named(estimates, prediction.estimate, [...keys, 'estimate'], refuse);
      return predictEstimate(prediction, await estimateCost(estimate, folder));
    }
    case 'result':
      return predictResult(prediction, folder);
  }
}

function worstBasis({ constants }: Claim): Basis {
  return (
    bases.findLast((basis) => constants.some((constant) => constant.basis === basis)) ?? 'blind'
  );
}

/**
 * Computes every prediction of a validation file and compares it with what is published.
 * @throws InputError where a prediction cannot be made.
 */
export async function validateChip(validation: Validation): Promise<ChipValidation> {
  const { read, rows, notPredicted } = validation;
  const points = new OperatingPoints(validation);
  const verdicts: Verdict[] = [];
  for (const [index, row] of rows.entries()) {
    const claim = elementAt(read.value.claims, index, 'claims');
    const predicted = await predict(validation, points, claim, ['claims', index, 'prediction']);
    const published = claim.published.value.value;
    const errorPercent = (100 * (predicted.value - published)) / published;
    const isWithin = Math.abs(errorPercent) <= claim.tolerancePercent;
    const basis = worstBasis(claim);
    verdicts.push({ claim, row, predicted, errorPercent, basis, isWithin });
  }
  return { chip: points.chipAt(null, ['chip']), verdicts, notPredicted };
}
